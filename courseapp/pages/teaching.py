"""What a course's staff should look at: the meetings around now, and what is in for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from courses.queries import active, roster
from schedule.models import Meeting, Reading, RoleAssignment
from schedule.queries import effective_deadline
from submissions.duties import Duty, State, counting_receipt
from submissions.models import Question, Receipt
from submissions.queries import WORK_OF_ROLE, asked_about

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Course, Enrolment
    from schedule.deadlines import Deadline, Work


@dataclass(frozen=True, slots=True)
class GroupWork:
    """What one group owes for a meeting, and whether it is in."""

    assignment: RoleAssignment
    work: Work
    deadline: Deadline
    receipt: Receipt | None
    state: State


@dataclass(frozen=True, slots=True)
class Lecture:
    """A student lecture as its staff sees it: group work, and `asked` of `expected` questions.

    Both count who is on the roster; what those who dropped have asked is left out. `unasked`
    names the students with a question still missing, by name, each with how many are.
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
    """The next `after` student lectures at `at`, then the last `before`; six queries."""
    students = list(roster(course, at))
    held = Meeting.objects.filter(course=course, kind=Meeting.Kind.STUDENT_LECTURE)
    meetings = [
        *held.filter(ends_at__gt=at).order_by("starts_at")[:after],
        *held.filter(ends_at__lte=at).order_by("-starts_at")[:before],
    ]
    for meeting in meetings:
        meeting.course = course
    readings = dict(
        Reading.objects.filter(asked_about(), meeting__in=meetings)
        .order_by()
        .values_list("meeting")
        .annotate(Count("pk"))
    )
    asked = Counter(
        Question.objects.filter(
            asked_about("reading__"),
            active(at, "author__"),
            reading__meeting__in=meetings,
            withdrawn_at=None,
        )
        .order_by()
        .values_list("reading__meeting", "author")
    )
    receipts: dict[tuple[int, int | None, str], list[Receipt]] = defaultdict(list)
    for receipt in Receipt.objects.filter(meeting__in=meetings, group__isnull=False):
        receipts[receipt.meeting_id, receipt.group_id, receipt.work].append(receipt)
    assignments: dict[int, list[RoleAssignment]] = {}
    for one in RoleAssignment.objects.filter(meeting__in=meetings).select_related("group"):
        assignments.setdefault(one.meeting_id, []).append(one)
    return Teaching(
        lectures=[
            Lecture(
                meeting=meeting,
                expected=readings.get(meeting.pk, 0) * len(students),
                asked=sum(asked[meeting.pk, student.pk] for student in students),
                unasked=[
                    (student, missing)
                    for student in students
                    if (missing := readings.get(meeting.pk, 0) - asked[meeting.pk, student.pk])
                ],
                work=_work(meeting, assignments.get(meeting.pk, []), receipts, at),
            )
            for meeting in meetings
        ],
        students=len(students),
        unclaimed=sum(student.person_id is None for student in students),
    )


def _work(
    meeting: Meeting,
    assignments: list[RoleAssignment],
    receipts: dict[tuple[int, int | None, str], list[Receipt]],
    at: datetime,
) -> list[GroupWork]:
    found = []
    for assignment in sorted(assignments, key=lambda a: (a.role != "presenter", a.role)):
        work = WORK_OF_ROLE[assignment.role]
        deadline = effective_deadline(work=work, meeting=meeting)
        if deadline is None:
            continue
        receipt = counting_receipt(receipts[meeting.pk, assignment.group_id, work.value])
        duty = Duty(work, meeting, deadline, meeting.course.zone, receipt=receipt)
        found.append(GroupWork(assignment, work, deadline, receipt, duty.state(at)))
    return found
