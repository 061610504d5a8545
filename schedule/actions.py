"""What can happen to a schedule. Each action is one transaction and is open to every door.

Deadlines follow by themselves: they are derived from these instants. What was handed in keeps
the deadline that was in force then.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction

from schedule.deadlines import end_of_day, wall_clock
from schedule.errors import RolesClash, TimesDoNotFit
from schedule.models import Meeting, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, time

    from groups.models import StudentGroup
    from schedule.models import Milestone


@transaction.atomic
def move_meeting(
    *, meeting: Meeting, on: date, starts: time | None = None, ends: time | None = None
) -> None:
    """Hold the meeting on another date, from `starts` to `ends` on the course's wall clock.

    Without times the course's own class times hold; a day without class has none. Saves
    the meeting, also one that is new. Raises `TimesDoNotFit`.
    """
    course = meeting.course
    meeting.on = on
    meeting.starts_at = meeting.ends_at = None
    if meeting.kind != Meeting.Kind.NO_CLASS:
        starts, ends = starts or course.class_starts, ends or course.class_ends
        if starts is None or ends is None or ends <= starts:
            raise TimesDoNotFit
        meeting.starts_at = wall_clock(on, starts, course.zone)
        meeting.ends_at = wall_clock(on, ends, course.zone)
    meeting.save()


@transaction.atomic
def move_milestone(*, milestone: Milestone, on: date, clock: time | None) -> None:
    """Set when it is due: at `clock` in the course's zone, or when the day ends there.

    Saves the milestone, also one that is new.
    """
    zone = milestone.course.zone
    milestone.on, milestone.has_time = on, clock is not None
    milestone.due_at = wall_clock(on, clock, zone) if clock else end_of_day(on, zone)
    milestone.save()


def check_roles(assignments: Iterable[tuple[Role | str, StudentGroup]]) -> None:
    """Rule R1: raises `RolesClash` unless each role has one group, and each group one role."""
    pairs = list(assignments)
    for role, count in Counter(str(role) for role, _ in pairs).items():
        if count > 1:
            raise RolesClash(f"{Role(role).label} is given to {count} groups; it takes one (R1).")
    for group, count in Counter(group for _, group in pairs).items():
        if count > 1:
            raise RolesClash(f"{group} has {count} roles at one meeting; it takes one (R1).")
