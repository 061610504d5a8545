"""Moving a meeting or a fixed date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from courses import times
from courses.actions.locks import hold_course, raise_revision
from courses.orders import DAYS, broken, years_apart
from schedule.deadlines import class_span, end_of_day, refuse_skipped, wall_clock
from schedule.errors import TimesDoNotFit
from schedule.models import Meeting

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from courses.models import Course
    from schedule.models import Milestone


@transaction.atomic
def move_meeting(
    *, meeting: Meeting, on: date, starts: time | None = None, ends: time | None = None
) -> None:
    """Hold the meeting on another date, from `starts` to `ends` on the course's wall clock.

    Without times the course's own class times hold; a day without class has none. Saves
    the meeting, also one that is new. Raises `TimesDoNotFit`; then nothing has changed.
    """
    course = hold_course(meeting.course_id)
    days = {"on": on, "until": meeting.until}
    refuse(years_apart(*days.values()), *broken(days, DAYS).values())
    span: tuple[datetime | None, datetime | None] = (None, None)
    if meeting.kind != Meeting.Kind.NO_CLASS:
        span = span_of(course, on, starts, ends)
    meeting.on, (meeting.starts_at, meeting.ends_at) = on, span
    raise_revision(meeting.course_id)
    meeting.save()


def span_of(
    course: Course, on: date, starts: time | None, ends: time | None
) -> tuple[datetime, datetime]:
    """When a meeting of the course begins and ends (UTC); without times, at its class times.

    Raises `TimesDoNotFit`.
    """
    starts, ends = starts or course.class_starts, ends or course.class_ends
    if starts is None or ends is None:
        raise TimesDoNotFit("This course has no class times; give start and end.")
    return class_span(on, starts, ends, course.zone)


@transaction.atomic
def move_milestone(*, milestone: Milestone, on: date, clock: time | None) -> None:
    """Set when it is due: at `clock` in the course's zone, or when the day ends there.

    Saves the milestone, also one that is new. Raises `TimesDoNotFit` for a year that is none
    of a course, and for a time that clocks skip on that day.
    """
    zone = hold_course(milestone.course_id).zone
    refuse(years_apart(on))
    if clock:
        refuse_skipped(on, zone, clock, what=times.on_clock(clock))
    milestone.on, milestone.has_time = on, clock is not None
    milestone.due_at = wall_clock(on, clock, zone) if clock else end_of_day(on, zone)
    raise_revision(milestone.course_id)
    milestone.save()


def refuse(*sentences: str) -> None:
    """Raise `TimesDoNotFit` with the first of these that says something."""
    for sentence in filter(None, sentences):
        raise TimesDoNotFit(sentence)
