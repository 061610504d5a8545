"""What a course's staff should look at: the meetings around now, and what is in for them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.queries import roster
from schedule.queries import plan_of
from submissions.duties import State, duty_of
from submissions.queries.deeds import standing_at

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Course, Enrolment
    from schedule.deadlines import Deadline
    from schedule.plan.plan import Plan
    from schedule.plan.values import Group, Meeting
    from submissions.standing import Deed, Piece, Standing


@dataclass(frozen=True, slots=True)
class GroupWork:
    """What one group owes for a meeting (`role` in words, both where it has two), and its state."""

    group: Group
    role: str
    work: str
    name: str
    deadline: Deadline
    receipt: Deed | None
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
    """The next `after` meetings at which something is asked at `at`, then the last `before`."""
    students = list(roster(course, at))
    plan = plan_of(course)
    meetings = _around(plan, at, before=before, after=after)
    standing = standing_at(plan, at, [meeting.id for meeting in meetings])
    return Teaching(
        lectures=[_lecture(one, students, standing) for one in meetings],
        students=len(students),
        unclaimed=sum(student.person_id is None for student in students),
    )


def _around(plan: Plan, at: datetime, *, before: int, after: int) -> list[Meeting]:
    held = [one for one in plan.in_time if one.id in plan.asked_at]
    coming = [one for one in held if one.ends_at is not None and one.ends_at > at]
    over = [one for one in held if one.ends_at is not None and one.ends_at <= at]
    return coming[:after] + over[::-1][:before]


def _lecture(meeting: Meeting, students: list[Enrolment], standing: Standing) -> Lecture:
    pieces = list(standing.pieces(standing.plan.asked_at[meeting.id]))
    missing: dict[int, int] = defaultdict(int)
    asked = 0
    here = {student.pk for student in students}
    for piece in pieces:
        if piece.owner.person not in here:
            continue
        for part in standing.parts(piece):
            if part.is_in:
                asked += 1
            else:
                missing[part.person] += 1
    return Lecture(
        meeting=meeting,
        expected=asked + sum(missing.values()),
        asked=asked,
        unasked=[(one, missing[one.pk]) for one in students if one.pk in missing],
        work=[
            _of_group(piece, standing)
            for piece in pieces
            if piece.owner.group is not None and standing.is_listed(piece)
        ],
    )


def _of_group(piece: Piece, standing: Standing) -> GroupWork:
    group = standing.plan.group_of(piece.owner)
    duty = duty_of(standing.plan, piece, piece.counting)
    return GroupWork(
        group=group,
        role=duty.role,
        work=duty.work,
        name=piece.ask.work.name,
        deadline=duty.deadline,
        receipt=duty.receipt,
        state=duty.state(standing.at),
    )
