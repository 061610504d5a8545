"""What the hand-ins share: order among writers, the receipt, and the notice of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from courses import times
from courses.actions.outbox import NoticeDraft, post_notices
from courses.directions import isolated
from courses.models import Enrolment
from groups.models import StudentGroup
from groups.queries import members_of
from schedule.deadlines import Work
from schedule.models import RoleAssignment
from schedule.queries import effective_deadline
from submissions.duties import state_of
from submissions.errors import KeyReused, NotYourDuty
from submissions.files import put_back
from submissions.models import Receipt, StoredFile
from submissions.queries import WORK_OF_ROLE, receipt_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from schedule.deadlines import Deadline, Verdict
    from schedule.models import Meeting, Reading


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_line(enrolment: Enrolment) -> Enrolment:
    """The entry as it is now, locked until the transaction ends.

    One person's hand-ins follow one another, so that of two with one key the second finds
    the first's receipt. (SQLite takes one writer at a time anyway.)
    """
    locked = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("person").get(pk=enrolment.pk)


def group_in_line(group: StudentGroup) -> None:
    """Lock the group until the transaction ends: its members' hand-ins follow one another.

    Taken after `in_line`, by everybody, so that nobody waits in a circle.
    """
    StudentGroup.objects.select_for_update(no_key=True).get(pk=group.pk)


def repeated(
    by: Enrolment,
    key: str,
    *,
    work: Work,
    meeting: Meeting,
    reading: Reading | None = None,
    group: StudentGroup | None = None,
) -> Receipt | None:
    """The receipt that `key` already has, or None.

    Raises KeyReused when it is for other work: that must not look as if it were handed in.
    """
    receipt = receipt_for(by, key)
    if receipt is not None and (
        receipt.work,
        receipt.meeting_id,
        receipt.reading_id,
        receipt.group_id,
    ) != (work.value, meeting.pk, reading and reading.pk, group and group.pk):
        raise KeyReused
    return receipt


def given_again(receipt: Receipt, upload: UploadedFile | None) -> Receipt:
    """The receipt of just this; where it was for a file, that is there again if it was not.

    Raises StorageFull when there is no room for it.
    """
    if upload is not None:
        of_receipt = Q(slides__receipt=receipt) | Q(summary__receipt=receipt)
        for stored in StoredFile.objects.filter(of_receipt):
            put_back(stored, upload)
    return receipt


def group_deadline(
    *, work: Work, meeting: Meeting, group: StudentGroup, by: Enrolment, at: datetime
) -> tuple[Deadline, list[Enrolment]]:
    """The deadline in force for the group's work, and the members who get credit for it.

    Raises NotYourDuty unless `by` is an active student in the group at `at`, and the group
    has a role at this student lecture that owes this work.
    """
    deadline = effective_deadline(work=work, meeting=meeting)
    roles = [role for role, owed in WORK_OF_ROLE.items() if owed is work]
    owed = RoleAssignment.objects.filter(
        meeting=meeting,
        meeting__kind=meeting.Kind.STUDENT_LECTURE,
        group=group,
        role__key__in=roles,
    ).exists()
    members = list(members_of(group, at))
    if deadline is None or not owed or by.is_staff or by not in members:
        raise NotYourDuty(
            "Slides are handed in by the members of the group that presents."
            if work is Work.SLIDES
            else "Summaries are handed in by the companion and the reviewer groups."
        )
    return deadline, members


def issue_receipt(
    *,
    work: Work,
    meeting: Meeting,
    by: Enrolment,
    members: Sequence[Enrolment],
    version: int,
    at: datetime,
    deadline: Deadline,
    verdict: Verdict,
    sha256: str,
    size: int,
    key: str,
    reading: Reading | None = None,
    group: StudentGroup | None = None,
) -> Receipt:
    """Store the receipt and post it to everybody who gets credit, in the caller's transaction."""
    receipt = Receipt.objects.create(
        course=meeting.course,
        work=work.value,
        meeting=meeting,
        reading=reading,
        group=group,
        handed_in_by=by,
        version=version,
        at=at,
        due_at=deadline.due_at,
        verdict=verdict.value,
        sha256=sha256,
        size=size,
        key=key,
    )
    credit = Receipt.members.through
    credit.objects.bulk_create(credit(receipt=receipt, enrolment=one) for one in members)
    post_notices(drafts=_drafts(receipt, members), at=at)
    return receipt


def issue_group_receipt(
    *,
    work: Work,
    meeting: Meeting,
    group: StudentGroup,
    by: Enrolment,
    version: int,
    at: datetime,
    sha256: str,
    size: int,
    key: str,
) -> Receipt:
    """The receipt of a group's work: credit to its members at `at`, the verdict at `at`.

    Raises NotYourDuty, NotOpenYet, DeadlinePassed. Call it with the group in line.
    """
    deadline, members = group_deadline(work=work, meeting=meeting, group=group, by=by, at=at)
    return issue_receipt(
        work=work,
        meeting=meeting,
        group=group,
        by=by,
        members=members,
        version=version,
        at=at,
        deadline=deadline,
        verdict=deadline.verdict(at),
        sha256=sha256,
        size=size,
        key=key,
    )


def _drafts(receipt: Receipt, members: Sequence[Enrolment]) -> list[NoticeDraft]:
    course, zone = receipt.course, receipt.course.zone
    what = {
        Work.QUESTION: f"Question on “{isolated(receipt.reading)}”",
        Work.SLIDES: "Slides",
        Work.SUMMARY: "Summary",
    }[Work(receipt.work)]
    path = reverse("submissions:receipt", kwargs={"slug": course.slug, "receipt": receipt.pk})
    lines = [
        f"{what}, version {receipt.version}, for {isolated(receipt.meeting.heading)}, "
        f"{times.in_full(receipt.meeting.starts_at or receipt.due_at, zone)}.",
        "",
        f"Received: {times.exact(receipt.at, zone)}",
        f"Due:      {times.exact(receipt.due_at, zone)}",
        f"Verdict:  {state_of(receipt.verdict)}",
        f"By:       {isolated(receipt.handed_in_by)}"
        + (f", for {isolated(receipt.group)}" if receipt.group else ""),
        f"Size:     {receipt.size} bytes",
        f"SHA-256:  {receipt.sha256}",
        f"Receipt:  {receipt.pk}",
        "",
        f"{settings.SITE_URL}{path}",
    ]
    return [
        NoticeDraft(
            key=f"receipt:{receipt.pk}" + (f":{member.pk}" if receipt.group else ""),
            kind="receipt",
            subject=f"{course.code or course.title}: receipt {receipt.number}, "
            f"{state_of(receipt.verdict).value.lower()}",
            body="\n".join(lines) + "\n",
            recipient=member,
            course=course,
        )
        for member in members
    ]
