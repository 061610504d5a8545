"""Handing in and releasing slides (rule T3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from schedule.deadlines import Work
from submissions.actions.receipts import (
    given_again,
    group_deadline,
    group_in_line,
    in_line,
    issue_group_receipt,
    repeated,
)
from submissions.errors import KeyReused
from submissions.files import Repeated, is_same, kept
from submissions.inspection import Kind
from submissions.models import Slides

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from courses.models import Enrolment
    from groups.models import StudentGroup
    from schedule.models import Meeting
    from submissions.files import KeptFile
    from submissions.models import Receipt


def hand_in_slides(
    *,
    meeting: Meeting,
    group: StudentGroup,
    by: Enrolment,
    upload: UploadedFile,
    at: datetime,
    key: str,
) -> Receipt:
    """Hand in a presenter group's slides as `.pptx`, or a new version of them; the receipt.

    Rule T3: due 24 h (the course's number) before class starts; later ones are taken and
    their receipt says late. Any member hands in for all who are in the group at `at`. The same
    file with a key that was used before gives its first receipt; another one raises KeyReused.

    Raises NotYourDuty, FileRefused, StorageFull, KeyReused; then nothing has changed.
    """
    first = repeated(by, key, work=Work.SLIDES, meeting=meeting, group=group)
    if first is not None and is_same(upload, first):
        return given_again(first, upload)
    # Once without the lock, so that nobody uploads for nothing; what counts is the second time.
    group_deadline(work=Work.SLIDES, meeting=meeting, group=group, by=by, at=at)
    if first is not None:
        raise KeyReused
    try:
        with kept(upload, kind=Kind.PPTX) as file:
            return _store(meeting=meeting, group=group, by=by, file=file, at=at, key=key)
    except Repeated as found:
        return given_again(found.receipt, upload)


@transaction.atomic
def _store(
    *,
    meeting: Meeting,
    group: StudentGroup,
    by: Enrolment,
    file: KeptFile,
    at: datetime,
    key: str,
) -> Receipt:
    by = in_line(by)
    group_in_line(group)
    first = repeated(by, key, work=Work.SLIDES, meeting=meeting, group=group)
    if first is not None:
        raise Repeated(first) if first.sha256 == file.sha256 else KeyReused
    version = Slides.objects.filter(meeting=meeting, group=group).count() + 1
    receipt = issue_group_receipt(
        work=Work.SLIDES,
        meeting=meeting,
        group=group,
        by=by,
        version=version,
        at=at,
        sha256=file.sha256,
        size=file.size,
        key=key,
    )
    Slides.objects.create(
        meeting=meeting, group=group, version=version, file=file.store(at), receipt=receipt
    )
    return receipt


@transaction.atomic
def release_slides(*, slides: Slides, at: datetime) -> None:
    """Show these slides to everybody who sees the course; again changes nothing."""
    Slides.objects.filter(pk=slides.pk, released_at=None).update(released_at=at)
    slides.refresh_from_db(fields=["released_at"])


@transaction.atomic
def unrelease_slides(*, slides: Slides) -> None:
    """Show these slides to the class alone again."""
    Slides.objects.filter(pk=slides.pk).update(released_at=None)
    slides.refresh_from_db(fields=["released_at"])
