"""What a course's staff should look at: the meetings around now, and what is in for them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.queries import roster
from grading.models import GradeComponent
from schedule.queries import plan_of
from submissions.duties import Duty, State, duty_of
from submissions.queries.deeds import standing_at

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Course, Enrolment
    from schedule.plan.asks import Ask
    from schedule.plan.calendar import Meeting
    from schedule.plan.plan import Plan
    from schedule.plan.values import Group, Work
    from submissions.standing import Piece, Standing


@dataclass(frozen=True, slots=True)
class Counted:
    """Work that each owes alone: `asked` of `expected` are in, of those who are on the roster.

    Expected is of those who owe it or have it in; of who has dropped nothing is counted. `unasked`
    names the students who owe what is not in, by name, each with how many.
    """

    work: Work
    due_at: datetime
    expected: int
    asked: int
    unasked: list[tuple[Enrolment, int]]


@dataclass(frozen=True, slots=True)
class GroupWork:
    """What one group owes, in the words of a duty, and how it stands."""

    duty: Duty
    state: State


@dataclass(frozen=True, slots=True)
class Lecture:
    """A meeting as its staff sees it, with what each owes alone and what groups owe for it.

    `meeting` is None for what is asked once in the term.
    """

    meeting: Meeting | None
    counted: list[Counted]
    work: list[GroupWork]


@dataclass(frozen=True, slots=True)
class Teaching:
    """The lectures around now, the next one first, what is asked once, the size of the class.

    `works` are those that feed a part of the grade; `odd_groups` are those smaller or larger than
    the course says, with how many are in them.
    """

    works: tuple[Work, ...]
    lectures: list[Lecture]
    once: Lecture | None
    students: int
    unclaimed: int
    odd_groups: list[tuple[Group, int]]


def teaching_of(course: Course, at: datetime, *, before: int = 3, after: int = 2) -> Teaching:
    """The next `after` meetings at which something is asked at `at`, then the last `before`."""
    students = list(roster(course, at))
    plan = plan_of(course)
    meetings = _around(plan, at, before=before, after=after)
    places: list[Meeting | None] = [*meetings, *([None] if 0 in plan.asked_at else [])]
    standing = standing_at(plan, at, [one.id if one else 0 for one in places])
    found = [_lecture(one, students, standing) for one in places]
    feeding = set(GradeComponent.objects.filter(course=course).values_list("works", flat=True))
    return Teaching(
        works=tuple(one for one in plan.works if one.id in feeding),
        lectures=[one for one in found if one.meeting is not None],
        once=next((one for one in found if one.meeting is None), None),
        students=len(students),
        unclaimed=sum(student.person_id is None for student in students),
        odd_groups=_odd_groups(course, plan, at),
    )


def _odd_groups(course: Course, plan: Plan, at: datetime) -> list[tuple[Group, int]]:
    sizes = [(one, len(plan.members_at(one, at))) for one in plan.groups]
    least, most = course.group_size_min, course.group_size_max
    return [(one, size) for one, size in sizes if size and not least <= size <= most]


def _around(plan: Plan, at: datetime, *, before: int, after: int) -> list[Meeting]:
    held = [one for one in plan.in_time if one.id in plan.asked_at]
    coming = [one for one in held if one.ends_at is not None and one.ends_at > at]
    over = [one for one in held if one.ends_at is not None and one.ends_at <= at]
    return coming[:after] + over[::-1][:before]


def _lecture(meeting: Meeting | None, students: list[Enrolment], standing: Standing) -> Lecture:
    asks = standing.plan.asked_at[meeting.id if meeting else 0]
    works = dict.fromkeys(ask.work for ask in asks)
    return Lecture(
        meeting=meeting,
        counted=[
            _counted(work, [ask for ask in asks if ask.work == work], students, standing)
            for work in works
            if standing.plan.is_owed_alone(work)
        ],
        work=[
            _of_group(piece, standing)
            for piece in standing.pieces(asks)
            if piece.owner.group is not None and standing.is_listed(piece)
        ],
    )


def _counted(work: Work, asks: list[Ask], students: list[Enrolment], standing: Standing) -> Counted:
    missing: dict[int, int] = defaultdict(int)
    asked = 0
    here = {student.pk for student in students}
    for piece in standing.pieces(asks):
        if piece.owner.person not in here:
            continue
        for part in standing.parts(piece):
            if part.is_in:
                asked += 1
            else:
                missing[part.person] += 1
    return Counted(
        work=work,
        due_at=asks[0].deadline.due_at,
        expected=asked + sum(missing.values()),
        asked=asked,
        unasked=[(one, missing[one.pk]) for one in students if one.pk in missing],
    )


def _of_group(piece: Piece, standing: Standing) -> GroupWork:
    duty = duty_of(standing.plan, piece, piece.counting)
    return GroupWork(duty, duty.state(standing.at))
