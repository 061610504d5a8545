"""Handing in a summary (rules U1, U3)."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.db import transaction

from courses.texts import clean
from schedule.deadlines import Work
from submissions.actions.receipts import (
    digest,
    given_again,
    group_deadline,
    group_in_line,
    in_line,
    issue_group_receipt,
    repeated,
)
from submissions.errors import Incomplete, KeyReused, StaleVersion, TooLong
from submissions.files import Repeated, is_same, kept
from submissions.inspection import Kind
from submissions.models import Summary
from submissions.queries import summaries_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from courses.models import Enrolment
    from groups.models import StudentGroup
    from schedule.models import Meeting
    from submissions.files import KeptFile
    from submissions.models import Receipt

ANSWER_LENGTH = 20_000


def hand_in_summary(
    *,
    meeting: Meeting,
    group: StudentGroup,
    by: Enrolment,
    answers: Mapping[str, str] | None,
    upload: UploadedFile | None,
    at: datetime,
    key: str,
    base_version: int | None = None,
) -> Receipt:
    """Hand in a companion or reviewer group's summary, or a new version of it; the receipt.

    Rule U3: from class start on, due 24 h (the course's number) after class ends. What
    comes later is kept on record with the verdict *late: not counted*, and never takes the
    place of one that was on time. `answers` maps the names in `Summary.FIELDS` to texts, all
    of them needed and each at most `ANSWER_LENGTH` characters (rule U1); or `upload` is a
    PDF. With both, Incomplete is raised: it must be plain what was handed in. The digest of
    answers is that of `answers_as_text`. `base_version` is the group's newest version when
    `by` began, 0 for none: if a member has handed in another since, StaleVersion is raised,
    and before anything else is found wrong with the content. None asks for no comparison.
    The same content with a key that was used before gives its first receipt; other content
    with it is a stale version, and KeyReused where no comparison was asked for.

    Raises NotYourDuty, NotOpenYet, StaleVersion, Incomplete, TooLong, FileRefused,
    StorageFull, KeyReused; then nothing has changed.
    """
    first = repeated(by, key, work=Work.SUMMARY, meeting=meeting, group=group)
    texts = {name: clean((answers or {}).get(name, "")) for name, _ in Summary.FIELDS}
    if first is not None and _is_same(first, texts, upload):
        return given_again(first, upload)
    # Once without the lock, so that nobody uploads for nothing; what counts is the second time.
    deadline, _ = group_deadline(work=Work.SUMMARY, meeting=meeting, group=group, by=by, at=at)
    deadline.verdict(at)
    _check_base(summaries_of(meeting, group).first(), base_version, texts)
    if first is not None:
        raise KeyReused
    if upload is None:
        _check_answers(texts)
    elif any(texts.values()):
        raise Incomplete(
            "Hand in either the five answers or a PDF. Empty the answers, or choose no file.",
            ("upload",),
        )
    try:
        with nullcontext() if upload is None else kept(upload, kind=Kind.PDF) as file:
            return _store(
                meeting=meeting,
                group=group,
                by=by,
                texts=texts,
                file=file,
                at=at,
                key=key,
                base_version=base_version,
            )
    except Repeated as found:
        return given_again(found.receipt, upload)


def answers_as_text(answers: Mapping[str, str]) -> str:
    """The answers as the one text whose digest the receipt carries: JSON, in rule U1's order."""
    return json.dumps(
        {name: answers[name] for name, _ in Summary.FIELDS}, ensure_ascii=False, indent=1
    )


def _is_same(first: Receipt, texts: Mapping[str, str], upload: UploadedFile | None) -> bool:
    """Whether `first` is the receipt of just this file, or of just these answers."""
    if upload is not None:
        return not any(texts.values()) and is_same(upload, first)
    return first.sha256 == digest(answers_as_text(texts))


def _check_base(newest: Summary | None, base_version: int | None, texts: Mapping[str, str]) -> None:
    """Raise StaleVersion if `newest` is another version than the texts started from."""
    if newest is not None and base_version is not None and newest.version != base_version:
        raise StaleVersion(newest, texts)


def _check_answers(texts: Mapping[str, str]) -> None:
    missing = tuple(name for name, text in texts.items() if not text)
    if missing:
        raise Incomplete("All five questions need an answer, or hand in a PDF instead.", missing)
    for name, label in Summary.FIELDS:
        if len(texts[name]) > ANSWER_LENGTH:
            raise TooLong(
                field=name,
                what=f"Your answer to “{label}”",
                length=len(texts[name]),
                limit=ANSWER_LENGTH,
            )


@transaction.atomic
def _store(
    *,
    meeting: Meeting,
    group: StudentGroup,
    by: Enrolment,
    texts: Mapping[str, str],
    file: KeptFile | None,
    at: datetime,
    key: str,
    base_version: int | None,
) -> Receipt:
    by = in_line(by)
    group_in_line(group)
    first = repeated(by, key, work=Work.SUMMARY, meeting=meeting, group=group)
    content = answers_as_text(texts)
    sha256 = file.sha256 if file else digest(content)
    if first is not None and first.sha256 == sha256:
        raise Repeated(first)
    newest = summaries_of(meeting, group).first()
    _check_base(newest, base_version, texts)
    if first is not None:
        raise KeyReused
    version = newest.version + 1 if newest is not None else 1
    receipt = issue_group_receipt(
        work=Work.SUMMARY,
        meeting=meeting,
        group=group,
        by=by,
        version=version,
        at=at,
        sha256=sha256,
        size=file.size if file else len(content.encode()),
        key=key,
    )
    Summary.objects.create(
        meeting=meeting,
        group=group,
        version=version,
        file=file.store(at) if file else None,
        receipt=receipt,
        **texts,
    )
    return receipt
