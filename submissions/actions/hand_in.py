"""Handing in: the one way in which anything that a course asks for arrives."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from courses.models import Course
from courses.texts import clean, lower_first, number
from schedule.plan.asks import Owner
from schedule.queries import plan_of
from submissions.actions.asked import asked_of
from submissions.actions.receipts import (
    given_again,
    in_line,
    issue_receipt,
    repeated,
)
from submissions.content import Content, Part
from submissions.errors import (
    AskChanged,
    Incomplete,
    KeyReused,
    NotAsked,
    StaleVersion,
    TooLong,
    WithdrawnSince,
)
from submissions.files import Repeated, is_same, kept
from submissions.inspection import Kind
from submissions.models import Answer, Piece, Version, VersionFile
from submissions.queries import newest_version, piece_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from courses.models import Enrolment
    from schedule.deadlines import Verdict
    from schedule.plan import values
    from schedule.plan.asks import AskKey
    from submissions.actions.asked import Asked
    from submissions.files import KeptFile
    from submissions.models import Receipt, StoredFile


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody hands in: texts by the keys of the prompts, uploads by those of the files."""

    work: values.Work
    texts: Mapping[str, str]
    uploads: Mapping[str, UploadedFile]
    kept: Mapping[str, KeptFile] = field(default_factory=dict)

    @property
    def has_texts(self) -> bool:
        """Whether anything is written."""
        return any(self.texts.values())

    @staticmethod
    def parts_of(work: values.Work) -> tuple[tuple[str, int], ...]:
        """What a form of the work has fields for, as keys and rows."""
        parts: tuple[values.Prompt | values.FileSlot, ...] = (*work.prompts, *work.files)
        return tuple((one.key, one.id) for one in parts)

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Those of the work as it was when this was put together."""
        return self.parts_of(self.work)

    @property
    def is_one_text(self) -> bool:
        """Whether the work asks for one text and nothing else."""
        return len(self.work.prompts) == 1 and not self.work.files

    def stays(self, newest: Version | None) -> dict[str, StoredFile]:
        """The files of the newest version that no upload takes the place of.

        None where the texts or the files are enough, nor where one file is all there is.
        """
        is_one_file = len(self.work.files) == 1 and not self.work.prompts
        if newest is None or self.work.is_either or is_one_file:
            return {}
        wanted = {slot.key for slot in self.work.files} - self.uploads.keys()
        return {key: one for key, one in newest.stored_files.items() if key in wanted}


def hand_in(
    *,
    thing: AskKey,
    by: Enrolment,
    at: datetime,
    key: str,
    group: int | None = None,
    answers: Mapping[str, str] | None = None,
    uploads: Mapping[str, UploadedFile] | None = None,
    base_version: int | None = None,
) -> Receipt:
    """Hand in what is asked, or a new version of it; the receipt.

    `thing` is what the plan asks of `by` alone, or of the `group` (its id) that they are in at
    `at`: any member hands in for all who are. What comes late is taken as the work says (rules P2,
    T3, U3); its receipt says how. `answers` maps the keys of prompts to texts, `uploads` those of
    files to files; a file that is left out stays as it was in the version before, where texts stand
    beside it. With both where either is enough, Incomplete is raised: it must be plain what was
    handed in. `base_version` is the newest version when `by` began, 0 for none: if another stands
    by now, StaleVersion is raised, before anything else is found wrong with the content; None asks
    for no comparison. The same content with a key that was used before gives its first receipt;
    other content with it is a stale version, and KeyReused where there is nothing to write.

    Raises NotAsked, NotYourDuty, NotOpenYet, DeadlinePassed, AskChanged, StaleVersion, Incomplete,
    TooLong, FileRefused, StorageFull, KeyReused, and WithdrawnSince where the same was withdrawn in
    between; then nothing has changed.
    """
    owner = Owner(group=group) if group is not None else Owner(person=by.pk)
    work = plan_of(by.course).work.get(thing[0])
    if work is None:
        raise NotAsked
    offer = _offer(work, answers or {}, uploads or {})
    attempt = Attempt(thing, owner, by, at, key, base_version)
    if offer.uploads:
        # Once without the lock, so that nothing is looked into in vain.
        first = repeated(by, key, thing=thing, owner=owner)
        if first is not None and _is_same(first, offer):
            _stands(first, attempt)
            return given_again(first, offer.uploads)
        attempt.check(offer, first)
    kinds = {slot.key: Kind.of(slot.kind) for slot in offer.work.files}
    try:
        with ExitStack() as stack:
            files = {
                name: stack.enter_context(
                    kept(upload, kind=kinds[name], most_mb=_most_mb(offer, name))
                )
                for name, upload in offer.uploads.items()
            }
            return _store(attempt, Offer(offer.work, offer.texts, offer.uploads, files))
    except Repeated as found:
        return given_again(found.receipt, offer.uploads)
    except IntegrityError as error:
        # PostgreSQL sees at COMMIT alone that what was answered has gone meanwhile.
        if Course.objects.get(pk=by.course_id).revision == by.course.revision:
            raise
        raise AskChanged from error


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who hands in what for whom, when, from which form."""

    thing: AskKey
    owner: Owner
    by: Enrolment
    at: datetime
    key: str
    base_version: int | None

    def check(
        self, offer: Offer, first: Receipt | None
    ) -> tuple[Asked, Piece | None, Version | None, Verdict]:
        """What is asked, what is there by now, and the verdict; raises whatever stands in the way.

        First what time says, then what stands there, then what is wrong with the content. `first`
        is the receipt that the key has already.
        """
        asked = asked_of(self.thing, self.owner, self.by, self.at)
        verdict = asked.deadline.verdict(self.at)
        piece = piece_of(asked.ask, self.owner)
        newest = newest_version(piece)
        is_other = newest is not None and self.base_version not in {None, newest.number}
        is_reused = first is not None
        if newest is not None and (is_other or (is_reused and asked.ask.work.prompts)):
            raise StaleVersion(newest, offer.texts)
        if is_reused:
            raise KeyReused
        if offer.parts != offer.parts_of(asked.ask.work):
            raise AskChanged
        _check(replace(offer, work=asked.ask.work), newest)
        return asked, piece, newest, verdict


def _offer(
    work: values.Work, answers: Mapping[str, str], uploads: Mapping[str, UploadedFile]
) -> Offer:
    texts = {one.key: clean(answers.get(one.key, "")) for one in work.prompts}
    slots = (slot.key for slot in work.files)
    return Offer(work, texts, {name: uploads[name] for name in slots if uploads.get(name)})


def _most_mb(offer: Offer, name: str) -> int | None:
    return next(slot.most_mb for slot in offer.work.files if slot.key == name)


def _is_same(first: Receipt, offer: Offer) -> bool:
    """Whether `first` is the receipt of just these texts and files."""
    stored = newest_version(None, receipt=first)
    if stored is None:
        return False
    written = {name: text for name, text in offer.texts.items() if text}
    files = stored.stored_files
    return (
        stored.texts == written
        and offer.uploads.keys() <= files.keys()
        and (bool(files) == bool(offer.uploads) or not offer.work.is_either)
        and all(is_same(upload, files[name]) for name, upload in offer.uploads.items())
    )


def _stands(first: Receipt, attempt: Attempt) -> None:
    """Raise WithdrawnSince where what the receipt is for has been taken back, if there is time."""
    if Piece.objects.filter(versions__receipt=first, withdrawn_at__isnull=False).exists():
        asked_of(attempt.thing, attempt.owner, attempt.by, attempt.at).deadline.verdict(attempt.at)
        raise WithdrawnSince


def _check(offer: Offer, newest: Version | None) -> None:
    """Raise Incomplete or TooLong for what is not as the work asks."""
    work = offer.work
    if work.is_either and offer.uploads and offer.has_texts:
        raise Incomplete(
            "Hand in either the answers or a file: say that the file comes instead, or choose none."
        )
    by_texts = not (work.is_either and offer.uploads)
    by_files = not work.is_either or bool(offer.uploads)
    if by_texts:
        lacking = [one for one in work.prompts if one.is_needed and not offer.texts[one.key]]
        if lacking:
            raise Incomplete(_lacks(work), tuple(one.key for one in lacking))
        for one in work.prompts:
            length = len(offer.texts[one.key])
            if length > one.longest:
                what = _yours(work) if offer.is_one_text else f"Your answer to “{one.label}”"
                raise TooLong(field=one.key, what=what, length=length, limit=one.longest)
    if by_files:
        there = offer.uploads.keys() | offer.stays(newest).keys()
        missing = [slot for slot in work.files if slot.is_needed and slot.key not in there]
        if missing and (not work.is_either or len(missing) < len(work.files)):
            names = ", ".join(slot.label for slot in missing)
            raise Incomplete(f"Choose a file: {names}.", tuple(slot.key for slot in missing))
    if not offer.has_texts and not offer.uploads:
        raise Incomplete("Nothing was written, and no file chosen.")


def _yours(work: values.Work) -> str:
    return f"Your {lower_first(work.name)}"


def _lacks(work: values.Work) -> str:
    needed = sum(one.is_needed for one in work.prompts)
    if needed == 1:
        needs = f"{_yours(work)} need{'' if work.is_plural else 's'} some words."
        return needs if len(work.prompts) == 1 else "One answer is missing."
    every = f"All {number(needed)}" if needed > 2 else "Both"
    instead = ", or hand in a file instead" if work.is_either else ""
    return f"{every} questions need an answer{instead}."


@transaction.atomic
def _store(attempt: Attempt, offer: Offer) -> Receipt:
    attempt = replace(attempt, by=in_line(attempt.by, attempt.owner.group))
    # Under the lock the course's revision is read again: one set of rules judges it, whole.
    first = repeated(attempt.by, attempt.key, thing=attempt.thing, owner=attempt.owner)
    if first is not None and _is_same(first, offer):
        _stands(first, attempt)
        raise Repeated(first)
    asked, piece, newest, verdict = attempt.check(offer, first)
    number = newest.number + 1 if newest is not None else 1
    if piece is None:
        piece = asked.new_piece()
    piece.newest, piece.withdrawn_at = number, None
    piece.save()
    stays = offer.stays(newest)
    content = _content(offer, stays)
    receipt = issue_receipt(
        asked=asked,
        by=attempt.by,
        version=number,
        at=attempt.at,
        verdict=verdict,
        sha256=content.sha256,
        size=content.size,
        key=attempt.key,
    )
    version = Version.objects.create(piece=piece, number=number, at=attempt.at, receipt=receipt)
    _store_content(version, offer, stays, attempt.at)
    return receipt


def _content(offer: Offer, stays: Mapping[str, StoredFile]) -> Content:
    files: dict[str, Part] = {}
    for slot in offer.work.files:
        stored = offer.kept.get(slot.key) or stays.get(slot.key)
        if stored is not None:
            files[slot.key] = Part(stored.sha256, stored.size)
    return Content(offer.texts, files, offer.is_one_text)


def _store_content(
    version: Version, offer: Offer, stays: Mapping[str, StoredFile], at: datetime
) -> None:
    if offer.has_texts:
        prompts = {one.key: one.id for one in offer.work.prompts}
        Answer.objects.bulk_create(
            Answer(version=version, prompt_id=prompts[name], text=text)
            for name, text in offer.texts.items()
            if text
        )
    stored = {**stays, **{name: file.store(at) for name, file in offer.kept.items()}}
    if stored:
        slots = {one.key: one.id for one in offer.work.files}
        VersionFile.objects.bulk_create(
            VersionFile(version=version, slot_id=slots[name], stored=one)
            for name, one in stored.items()
        )
