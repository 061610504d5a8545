"""What one student owes, and what they are credited with."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from groups.models import Membership
from schedule.deadlines import Deadline, Work
from schedule.models import Meeting, Reading, RoleAssignment
from submissions.duties import Duty
from submissions.models import QuestionVersion, Receipt
from submissions.owing import counting_receipt, has_part
from submissions.queries.owed import (
    asked_about,
    due_at_lecture,
    group_works,
    roles_in_words,
    stay_of,
    time_on_roster,
)

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from submissions.owing import Stay
    from submissions.queries.owed import About


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
    duties = _question_duties(enrolment, meetings, at) + _group_duties(enrolment, meetings, at)
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


def _question_duties(
    enrolment: Enrolment, meetings: dict[int, Meeting], at: datetime
) -> list[Duty]:
    asked = {
        version.question.reading_id: version
        for version in QuestionVersion.objects.filter(
            question__author=enrolment, number=F("question__version")
        ).select_related("question", "receipt")
    }
    duties = []
    for reading in Reading.objects.filter(asked_about(), meeting__in=meetings):
        meeting = reading.meeting = meetings[reading.meeting_id]
        due = due_at_lecture(Work.QUESTION, meeting, at)
        version = asked.get(reading.pk)
        duty = Duty(
            work=Work.QUESTION,
            meeting=meeting,
            deadline=due.deadline,
            zone=meeting.course.zone,
            reading=reading,
            receipt=version.receipt if version else None,
            question=version.question if version else None,
            withdrawn=bool(version and version.question.withdrawn_at),
        )
        if duty.is_done or due.is_owed_by(time_on_roster(enrolment)):
            duties.append(duty)
    return duties


def _group_duties(enrolment: Enrolment, meetings: dict[int, Meeting], at: datetime) -> list[Duty]:
    stays: dict[int, list[Stay]] = defaultdict(list)
    for membership in Membership.objects.filter(enrolment=enrolment).select_related("group"):
        stays[membership.group_id].append(stay_of(membership, enrolment, membership.group))
    credit = Receipt.members.through.objects.filter(receipt=OuterRef("pk"), enrolment=enrolment)
    handed_in: dict[About, list[Receipt]] = defaultdict(list)
    own: dict[About, list[Receipt]] = defaultdict(list)
    for receipt in (
        Receipt.objects.filter(Q(group__in=stays) | Exists(credit), group__isnull=False)
        .annotate(is_credited=Exists(credit))
        .select_related("meeting", "group")
    ):
        about = (Work(receipt.work), receipt.meeting_id, receipt.group_id or 0)
        handed_in[about].append(receipt)
        if receipt.is_credited:
            own[about].append(receipt)
    groups = {*stays, *(group for _, _, group in own)}
    asked = group_works(
        RoleAssignment.objects.filter(group__in=groups, meeting__in=meetings).select_related(
            "group"
        )
    )
    duties = []
    for about, roles in asked.items():
        work, meeting_id, group_id = about
        meeting, mine = meetings[meeting_id], counting_receipt(own[about])
        due = due_at_lecture(work, meeting, at)
        owes = any(due.is_owed_in(stay) for stay in stays[group_id])
        if has_part(mine, handed_in[about], owes=owes):
            duties.append(
                Duty(
                    work=work,
                    meeting=meeting,
                    deadline=due.deadline,
                    zone=meeting.course.zone,
                    role=roles_in_words(roles),
                    group=roles[0].group,
                    receipt=mine,
                )
            )
    for about in own.keys() - asked.keys():
        mine = counting_receipt(own[about])
        if mine is not None and has_part(mine, (), owes=False):
            duties.append(_credited(mine, enrolment))
    return duties


def _credited(receipt: Receipt, enrolment: Enrolment) -> Duty:
    """What stays credited to the student though no role asks their group for it any more.

    It keeps the deadline that was in force when it was handed in.
    """
    work, meeting = Work(receipt.work), receipt.meeting
    meeting.course = enrolment.course
    return Duty(
        work=work,
        meeting=meeting,
        deadline=Deadline(work, None, receipt.due_at, None),
        zone=meeting.course.zone,
        group=receipt.group,
        receipt=receipt,
    )


def question_duty(enrolment: Enrolment, reading: Reading, at: datetime) -> Duty | None:
    """The student's duty on this one reading at `at`, or None when none is owed on it."""
    meeting = reading.meeting
    if enrolment.is_staff:
        return None
    duties = _question_duties(enrolment, {meeting.pk: meeting}, at)
    return next((duty for duty in duties if duty.reading == reading), None)
