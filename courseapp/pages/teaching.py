"""What a course's staff should look at: the meetings around now, and what is in for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from courses.models import Enrolment
from courses.queries import roster
from groups.models import Membership
from schedule.deadlines import Work
from schedule.models import Meeting, Reading, RoleAssignment
from submissions.duties import Duty, State
from submissions.models import Question, Receipt
from submissions.owing import counting_receipt
from submissions.queries import (
    asked_about,
    due_at_lecture,
    group_works,
    roles_in_words,
    stay_of,
    time_on_roster,
)

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Course
    from groups.models import StudentGroup
    from schedule.deadlines import Deadline
    from submissions.owing import Stay
    from submissions.queries.owed import About


@dataclass(frozen=True, slots=True)
class GroupWork:
    """What one group owes for a meeting (`role` in words, both where it has two), and its state."""

    group: StudentGroup
    role: str
    work: Work
    deadline: Deadline
    receipt: Receipt | None
    state: State


@dataclass(frozen=True, slots=True)
class Lecture:
    """A student lecture as its staff sees it: group work, and `asked` of `expected` questions.

    Both count who is on the roster, and expected is of those who owe a question or have asked
    one; what those who dropped have asked is left out. `unasked` names the students who owe one
    that is not in, by name, each with how many.
    """

    meeting: Meeting
    expected: int
    asked: int
    unasked: list[tuple[Enrolment, int]]
    work: list[GroupWork]


@dataclass(frozen=True, slots=True)
class Teaching:
    """The lectures around now, the next one first, and the size of the class."""

    lectures: list[Lecture]
    students: int
    unclaimed: int


def teaching_of(course: Course, at: datetime, *, before: int = 3, after: int = 2) -> Teaching:
    """The next `after` student lectures at `at`, then the last `before`; seven queries."""
    students = list(roster(course, at))
    meetings = _around(course, at, before=before, after=after)
    readings = dict(
        Reading.objects.filter(asked_about(), meeting__in=meetings)
        .order_by()
        .values_list("meeting")
        .annotate(Count("pk"))
    )
    asked = Counter(
        Question.objects.filter(
            asked_about("reading__"),
            reading__meeting__in=meetings,
            withdrawn_at=None,
        )
        .order_by()
        .values_list("reading__meeting", "author")
    )
    work = _work(meetings, at)
    lectures = []
    for meeting in meetings:
        due = due_at_lecture(Work.QUESTION, meeting, at)
        unasked = [
            (student, missing)
            for student in students
            if due.is_owed_by(time_on_roster(student))
            and (missing := readings.get(meeting.pk, 0) - asked[meeting.pk, student.pk])
        ]
        count = sum(asked[meeting.pk, student.pk] for student in students)
        expected = count + sum(missing for _, missing in unasked)
        lectures.append(Lecture(meeting, expected, count, unasked, work[meeting.pk]))
    return Teaching(
        lectures=lectures,
        students=len(students),
        unclaimed=sum(student.person_id is None for student in students),
    )


def _around(course: Course, at: datetime, *, before: int, after: int) -> list[Meeting]:
    held = Meeting.objects.filter(course=course, kind=Meeting.Kind.STUDENT_LECTURE)
    next_ones = held.filter(ends_at__gt=at).order_by("starts_at")[:after]
    last_ones = held.filter(ends_at__lte=at).order_by("-starts_at")[:before]
    found = (
        held.filter(Q(pk__in=next_ones.values("pk")) | Q(pk__in=last_ones.values("pk")))
        .annotate(is_over=Q(ends_at__lte=at))
        .order_by("starts_at")
    )
    coming: list[Meeting] = []
    over: list[Meeting] = []
    for meeting in found:
        meeting.course = course
        (over if meeting.is_over else coming).append(meeting)
    return coming + over[::-1]


def _work(meetings: list[Meeting], at: datetime) -> dict[int, list[GroupWork]]:
    """By meeting: the work of groups that is in, is still to come, or is owed by anybody."""
    asked = group_works(RoleAssignment.objects.filter(meeting__in=meetings).select_related("group"))
    receipts: dict[About, list[Receipt]] = defaultdict(list)
    for one in Receipt.objects.filter(meeting__in=meetings, group__isnull=False):
        receipts[Work(one.work), one.meeting_id, one.group_id or 0].append(one)
    stays: dict[int, list[Stay]] = defaultdict(list)
    for membership in Membership.objects.filter(
        group__in={group for _, _, group in asked}, enrolment__role=Enrolment.Role.STUDENT
    ).select_related("group", "enrolment"):
        stay = stay_of(membership, membership.enrolment, membership.group)
        stays[membership.group_id].append(stay)
    by_pk = {meeting.pk: meeting for meeting in meetings}
    found: dict[int, list[GroupWork]] = defaultdict(list)
    for about, roles in asked.items():
        work, meeting, group = about
        due = due_at_lecture(work, by_pk[meeting], at)
        receipt = counting_receipt(receipts[about])
        if receipt or not due.is_over or any(due.is_owed_in(stay) for stay in stays[group]):
            zone = by_pk[meeting].course.zone
            duty = Duty(work, by_pk[meeting], due.deadline, zone, receipt=receipt)
            role = roles_in_words(roles)
            found[meeting].append(
                GroupWork(roles[0].group, role, work, due.deadline, receipt, duty.state(at))
            )
    for some in found.values():
        some.sort(key=lambda one: (one.work is not Work.SLIDES, one.role, one.group.number))
    return found
