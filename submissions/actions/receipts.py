"""What hand-ins share: order among writers, the receipt, and the notice of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft, post_notices
from courses.directions import isolated
from courses.models import Course, Enrolment
from courses.prepared import Prepared
from groups.models import StudentGroup
from submissions.duties import state_of
from submissions.errors import KeyReused
from submissions.files import put_back
from submissions.links import full, receipt_path
from submissions.models import Receipt, VersionFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from schedule.deadlines import Verdict
    from schedule.plan.asks import AskKey, Owner
    from submissions.actions.asked import Asked


_locked = Prepared(
    lambda entry: (
        Enrolment.objects.select_for_update(no_key=True)
        .filter(pk=entry)
        .order_by()
        .values_list("role", "dropped_at", "person")
    )
)
_revision = Prepared(
    lambda course: Course.objects.filter(pk=course).order_by().values_list("revision", flat=True)
)
_with_key = Prepared(lambda by, key: Receipt.objects.filter(handed_in_by=by, key=key).order_by())


def in_line(enrolment: Enrolment, group: int | None = None) -> Enrolment:
    """The entry as it is now, with its course, locked until the transaction ends.

    One person's hand-ins follow one another, so that of two with one key the second finds
    the first's receipt; so do those of the members of the `group` (its id), which is locked after
    the person by everybody, so that nobody waits in a circle. (SQLite takes one writer at a time
    anyway.) The course's revision is read last: it is the one in force once nobody waits any more.
    """
    locked = _locked(enrolment.pk)
    if group is not None:
        group_in_line(group)
    revisions = _revision(enrolment.course_id)
    given = (enrolment.role, enrolment.dropped_at, enrolment.person_id)
    if (locked, revisions) == ([given], [enrolment.course.revision]):
        return enrolment  # as it was read
    return Enrolment.objects.select_related("person", "course").get(pk=enrolment.pk)


def group_in_line(group: int) -> None:
    """Lock the group (its id) until the transaction ends."""
    StudentGroup.objects.select_for_update(no_key=True).get(pk=group)


def repeated(by: Enrolment, key: str, *, thing: AskKey, owner: Owner) -> Receipt | None:
    """The receipt that `key` already has, or None.

    Raises KeyReused when it is for something else: that must not look as if it were handed in.
    """
    receipt = _with_key.first(by.pk, key)
    if receipt is not None and (
        receipt.work,
        receipt.meeting_id or 0,
        receipt.reading_id or 0,
        receipt.group_id,
    ) != (*thing, owner.group):
        raise KeyReused
    return receipt


def given_again(receipt: Receipt, uploads: Mapping[str, UploadedFile]) -> Receipt:
    """The receipt of just this; where it was for files, these are there again if they were not.

    Raises StorageFull when there is no room for them.
    """
    if uploads:
        files = VersionFile.objects.filter(version__receipt=receipt, slot__key__in=uploads)
        for one in files.select_related("slot", "stored"):
            put_back(one.stored, uploads[one.slot.key])
    return receipt


def issue_receipt(
    *,
    asked: Asked,
    by: Enrolment,
    version: int,
    at: datetime,
    verdict: Verdict,
    sha256: str,
    size: int,
    key: str,
) -> Receipt:
    """Store the receipt and post it to everybody who gets credit, in the caller's transaction."""
    _, meeting, reading = asked.ask.key
    receipt = Receipt.objects.create(
        course=asked.course,
        work=asked.ask.work.key,
        work_name=asked.ask.work.name,
        meeting_id=meeting or None,
        reading_id=reading or None,
        group_id=asked.owner.group,
        handed_in_by=by,
        version=version,
        at=at,
        due_at=asked.deadline.due_at,
        verdict=verdict.value,
        sha256=sha256,
        size=size,
        key=key,
    )
    credit = Receipt.members.through
    credit.objects.bulk_create(credit(receipt=receipt, enrolment=one) for one in asked.members)
    post_notices(drafts=_drafts(receipt, asked), at=at, are_new=True)
    return receipt


def _drafts(receipt: Receipt, asked: Asked) -> list[NoticeDraft]:
    course, ask, group = asked.course, asked.ask, asked.group
    zone = course.zone
    what = f"{ask.work.name} on “{isolated(ask.reading)}”" if ask.reading else ask.work.name
    where = ""
    if ask.meeting is not None:
        when = times.in_full(ask.meeting.starts_at or receipt.due_at, zone)
        where = f", for {isolated(ask.meeting.heading)}, {when}"
    path = receipt_path(course.slug, receipt.pk)
    lines = [
        f"{what}, version {receipt.version}{where}.",
        "",
        f"Received: {times.exact(receipt.at, zone)}",
        f"Due:      {times.exact(receipt.due_at, zone)}",
        f"Verdict:  {state_of(receipt.verdict)}",
        f"By:       {isolated(receipt.handed_in_by)}"
        + (f", for {isolated(group)}" if group else ""),
        f"Size:     {receipt.size} bytes",
        f"SHA-256:  {receipt.sha256}",
        f"Receipt:  {receipt.pk}",
        "",
        full(path),
    ]
    return [
        NoticeDraft(
            key=f"receipt:{receipt.pk}" + (f":{member.pk}" if group else ""),
            kind="receipt",
            subject=f"{course.code or course.title}: receipt {receipt.number}, "
            f"{state_of(receipt.verdict).value.lower()}",
            body="\n".join(lines) + "\n",
            recipient=member,
            course=course,
        )
        for member in asked.members
    ]
