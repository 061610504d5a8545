"""Questions about what is owed and what was handed in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from groups.models import Membership
from groups.queries import memberships_at
from schedule.deadlines import Work
from schedule.models import Meeting, Reading, Role, RoleAssignment
from schedule.queries import effective_deadline
from submissions.duties import Duty, counting_receipt
from submissions.models import Question, QuestionVersion, Receipt, Slides, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from courses.models import Course, Enrolment
    from groups.models import StudentGroup

# What a role makes its group hand in (rules T3, U3).
WORK_OF_ROLE = {
    Role.PRESENTER.value: Work.SLIDES,
    Role.COMPANION.value: Work.SUMMARY,
    Role.REVIEWER.value: Work.SUMMARY,
}


def duties_of(enrolment: Enrolment, at: datetime) -> list[Duty]:
    """What this student owes over the whole term, as it stands at `at`, by due time.

    A question on each required reading of each student lecture (rule P2), slides where
    their group presents (T3), a summary where it is companion or reviewer (U3). Staff owe
    nothing. Seven queries at most, however large the class and however long the term.
    """
    if enrolment.is_staff:
        return []
    course = enrolment.course
    lectures = Meeting.objects.filter(course=course, kind=Meeting.Kind.STUDENT_LECTURE)
    meetings = {meeting.pk: meeting for meeting in lectures}
    for meeting in meetings.values():
        meeting.course = course
    duties = _question_duties(enrolment, meetings) + _group_duties(enrolment, meetings, at)
    return sorted(
        duties,
        key=lambda duty: (
            duty.due_at,
            duty.meeting.pk,
            duty.reading.position if duty.reading else -1,
            duty.role,
            duty.group.number if duty.group else 0,
        ),
    )


def _question_duties(enrolment: Enrolment, meetings: dict[int, Meeting]) -> list[Duty]:
    asked = {
        version.question.reading_id: version
        for version in QuestionVersion.objects.filter(
            question__author=enrolment, number=F("question__version")
        ).select_related("question", "receipt")
    }
    duties = []
    for reading in Reading.objects.filter(asked_about(), meeting__in=meetings):
        meeting = reading.meeting = meetings[reading.meeting_id]
        deadline = effective_deadline(work=Work.QUESTION, meeting=meeting)
        if deadline is None:
            continue
        version = asked.get(reading.pk)
        if version is None and deadline.due_at <= enrolment.created_at:
            continue  # who joins later owes nothing from before
        duties.append(
            Duty(
                work=Work.QUESTION,
                meeting=meeting,
                deadline=deadline,
                zone=meeting.course.zone,
                reading=reading,
                receipt=version.receipt if version else None,
                question=version.question if version else None,
                withdrawn=bool(version and version.question.withdrawn_at),
            )
        )
    return duties


def _group_duties(enrolment: Enrolment, meetings: dict[int, Meeting], at: datetime) -> list[Duty]:
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(enrolment=enrolment).select_related("group"):
        memberships[membership.group_id].append(membership)
    if not memberships:
        return []
    credited = Receipt.members.through.objects.filter(receipt=OuterRef("pk"), enrolment=enrolment)
    receipts: dict[tuple[str, int, int], list[Receipt]] = defaultdict(list)
    credited_for: set[tuple[str, int, int]] = set()
    for receipt in Receipt.objects.filter(group__in=memberships).annotate(
        is_credited=Exists(credited)
    ):
        about = (receipt.work, receipt.meeting_id, receipt.group_id or 0)
        receipts[about].append(receipt)
        if receipt.is_credited:
            credited_for.add(about)
    duties = []
    for assignment in RoleAssignment.objects.filter(group__in=memberships, meeting__in=meetings):
        meeting = meetings[assignment.meeting_id]
        work = WORK_OF_ROLE[assignment.role]
        deadline = effective_deadline(work=work, meeting=meeting)
        about = (work.value, assignment.meeting_id, assignment.group_id)
        mine = memberships[assignment.group_id]
        if deadline is None or not (
            about in credited_for or _was_member(mine, due_at=deadline.due_at, at=at)
        ):
            continue
        duties.append(
            Duty(
                work=work,
                meeting=meeting,
                deadline=deadline,
                zone=meeting.course.zone,
                role=assignment.role,
                group=mine[0].group,
                receipt=counting_receipt(receipts[about]),
            )
        )
    return duties


def _was_member(memberships: list[Membership], *, due_at: datetime, at: datetime) -> bool:
    """Whether one of these memberships held when the work was due, or at `at` if that is earlier.

    A group that was recorded after its work was due is taken as it was first recorded.
    """
    moment = min(at, max(due_at, memberships[0].group.created_at))
    return any(
        one.joined_at <= moment and (one.left_at is None or moment < one.left_at)
        for one in memberships
    )


def question_duty(enrolment: Enrolment, reading: Reading) -> Duty | None:
    """The student's duty on this one reading, or None when none is owed on it."""
    meeting = reading.meeting
    if enrolment.is_staff or not is_asked_about(reading):
        return None
    duties = _question_duties(enrolment, {meeting.pk: meeting})
    return next((duty for duty in duties if duty.reading == reading), None)


def asked_about(prefix: str = "") -> Q:
    """The filter for readings on which questions are asked: see `is_asked_about`.

    `prefix` leads to them from other rows, such as "reading__" from questions.
    """
    return Q(
        **{
            f"{prefix}is_required": True,
            f"{prefix}meeting__kind": Meeting.Kind.STUDENT_LECTURE,
        }
    )


def is_asked_about(reading: Reading) -> bool:
    """Whether questions are asked on this reading: required, and of a student lecture (P2)."""
    return reading.is_required and reading.meeting.kind == Meeting.Kind.STUDENT_LECTURE


def roles_at(meeting: Meeting, enrolment: Enrolment, at: datetime) -> list[RoleAssignment]:
    """What the groups that this student is in at `at` do at the meeting, by role and group."""
    mine = memberships_at(at).filter(enrolment=enrolment)
    return list(
        RoleAssignment.objects.filter(meeting=meeting, group__in=mine.values("group"))
        .select_related("group")
        .order_by("role", "group__number")
    )


def question_of(author: Enrolment, reading: Reading) -> Question | None:
    """The student's question on the reading, withdrawn or not."""
    return Question.objects.filter(author=author, reading=reading).first()


def slides_of(meeting: Meeting, group: StudentGroup) -> QuerySet[Slides]:
    """What the group handed in for the meeting, newest first, with files and receipts."""
    return (
        Slides.objects.filter(meeting=meeting, group=group)
        .select_related("file", "receipt__handed_in_by")
        .order_by("-version")
    )


def summaries_of(meeting: Meeting, group: StudentGroup) -> QuerySet[Summary]:
    """What the group handed in for the meeting, newest first, with files and receipts."""
    return (
        Summary.objects.filter(meeting=meeting, group=group)
        .select_related("file", "receipt__handed_in_by")
        .order_by("-version")
    )


def counting_summary(versions: Iterable[Summary]) -> Summary | None:
    """The one that counts among a group's summaries (rule U3), given with their receipts."""
    by_receipt = {summary.receipt.pk: summary for summary in versions}
    counting = counting_receipt(summary.receipt for summary in by_receipt.values())
    return by_receipt[counting.pk] if counting is not None else None


def files_of(course: Course) -> Q:
    """The filter for files that were handed in for this course."""
    return Q(slides__meeting__course=course) | Q(summary__meeting__course=course)


def what_was_handed_in(receipt: Receipt) -> QuestionVersion | Slides | Summary | None:
    """The version that this receipt is for, with its file."""
    match Work(receipt.work):
        case Work.QUESTION:
            return QuestionVersion.objects.filter(receipt=receipt).first()
        case Work.SLIDES:
            return Slides.objects.filter(receipt=receipt).select_related("file").first()
        case Work.SUMMARY:
            return Summary.objects.filter(receipt=receipt).select_related("file").first()


def receipt_for(handed_in_by: Enrolment, key: str) -> Receipt | None:
    """The receipt that this key already has, or None."""
    return Receipt.objects.filter(handed_in_by=handed_in_by, key=key).first()
