"""Other class times, or another zone, and what they do to the rows of a schedule."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from courses.actions.locks import hold_course, raise_revision
from courses.errors import PlanChanged
from courses.models import Course
from courses.orders import CLASS_TIMES, broken
from schedule.actions.meetings import refuse
from schedule.deadlines import class_span, end_of_day, nearest_class_span, wall_clock
from schedule.models import Meeting, Milestone

if TYPE_CHECKING:
    from datetime import datetime, time


@dataclass(slots=True)
class ClassTimesPlan:
    """What other class times do to a course's rows, which carry their new values unsaved.

    `usual` are the meetings ahead that stand at the class times of before and are laid anew at
    those to come; `by_hand` are those ahead at other times, which they keep: on the clocks of a
    new zone, too. `milestones` are the fixed dates ahead, which a new zone lays anew. What has
    begun or was due, `past_meetings` and `past_milestones`, keeps its instant; where new clocks
    show that on another date, its date says so.
    """

    before: Course
    timezone: str
    class_starts: time | None
    class_ends: time | None
    usual: list[Meeting] = field(default_factory=list)
    by_hand: list[Meeting] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    past_meetings: list[Meeting] = field(default_factory=list)
    past_milestones: list[Milestone] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """The zone to come."""
        return ZoneInfo(self.timezone)

    @property
    def moves(self) -> bool:
        """Whether it is another zone than before."""
        return self.timezone != self.before.timezone

    @property
    def stays(self) -> int:
        """How many rows are past and keep their instants."""
        return len(self.past_meetings) + len(self.past_milestones)

    @property
    def is_empty(self) -> bool:
        """Whether there is no row to which the change could matter."""
        return not (self.usual or self.by_hand or self.milestones or self.stays)

    @property
    def fingerprint(self) -> str:
        """A short text, the same as long as the plan is: who has seen the plan sends it back."""
        meetings = [
            [(row.pk, row.on, row.starts_at, row.ends_at) for row in rows]
            for rows in (self.usual, self.by_hand)
        ]
        dates = [(row.pk, row.due_at) for row in self.milestones]
        said = (self.timezone, self.class_starts, self.class_ends, meetings, dates, self.stays)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def plan_class_times(
    *,
    course: Course,
    timezone: str,
    class_starts: time | None,
    class_ends: time | None,
    at: datetime,
) -> ClassTimesPlan:
    """What `change_class_times` would do now; changes nothing. Three queries.

    Raises `TimesDoNotFit`, which names the date where it is one row's times that cannot be.
    """
    said = {"class_starts": class_starts, "class_ends": class_ends}
    refuse(*broken(said, CLASS_TIMES).values())
    plan = ClassTimesPlan(Course.objects.get(pk=course.pk), timezone, class_starts, class_ends)
    held = Meeting.objects.filter(course=course).exclude(kind=Meeting.Kind.NO_CLASS)
    for meeting in held.order_by("on", "position", "pk"):
        starts_at, ends_at = meeting.starts_at, meeting.ends_at
        assert starts_at is not None  # nosec B101 # a constraint of the table
        assert ends_at is not None  # nosec B101 # as above
        if starts_at <= at:
            _keep_meeting(plan, meeting, starts_at)
        else:
            _lay_meeting(plan, meeting, starts_at, ends_at)
    for milestone in Milestone.objects.filter(course=course).order_by("due_at", "pk"):
        if milestone.due_at <= at:
            _keep_milestone(plan, milestone)
        elif plan.moves:
            _lay_milestone(plan, milestone)
    return plan


def _lay_meeting(
    plan: ClassTimesPlan, meeting: Meeting, starts_at: datetime, ends_at: datetime
) -> None:
    """Class times for one that stood at them, else the times of its own on the new clocks."""
    before = plan.before
    usual = None
    if before.class_starts and before.class_ends:
        usual = nearest_class_span(meeting.on, before.class_starts, before.class_ends, before.zone)
    if usual == (starts_at, ends_at) and plan.class_starts and plan.class_ends:
        plan.usual.append(meeting)
        starts, ends = plan.class_starts, plan.class_ends
    else:
        plan.by_hand.append(meeting)
        starts = starts_at.astimezone(before.zone).time()
        ends = ends_at.astimezone(before.zone).time()
        if not plan.moves:
            return
    meeting.starts_at, meeting.ends_at = class_span(meeting.on, starts, ends, plan.zone)


def _lay_milestone(plan: ClassTimesPlan, milestone: Milestone) -> None:
    plan.milestones.append(milestone)
    if milestone.has_time:
        clock = milestone.due_at.astimezone(plan.before.zone).time()
        milestone.due_at = wall_clock(milestone.on, clock, plan.zone)
    else:
        milestone.due_at = end_of_day(milestone.on, plan.zone)


def _keep_meeting(plan: ClassTimesPlan, meeting: Meeting, starts_at: datetime) -> None:
    """Its date becomes the one that the new clocks show."""
    plan.past_meetings.append(meeting)
    day = starts_at.astimezone(plan.zone).date()
    if plan.moves and meeting.on != day:
        meeting.until = meeting.until and meeting.until + (day - meeting.on)
        meeting.on = day


def _keep_milestone(plan: ClassTimesPlan, milestone: Milestone) -> None:
    """Its date becomes the one that the new clocks show; a day's end elsewhere is a time here."""
    plan.past_milestones.append(milestone)
    is_end_of_day = milestone.due_at == end_of_day(milestone.on, plan.zone)
    if plan.moves and (milestone.has_time or not is_end_of_day):
        milestone.on = milestone.due_at.astimezone(plan.zone).date()
        milestone.has_time = True


@transaction.atomic
def change_class_times(
    *,
    course: Course,
    timezone: str,
    class_starts: time | None,
    class_ends: time | None,
    at: datetime,
    seen: str | None = None,
) -> ClassTimesPlan:
    """Set the course's zone and class times, and lay its rows ahead anew with them; what was done.

    Without class times (None) no meeting is at them any more, and each keeps its own.
    `seen` is the fingerprint of the plan that a person has agreed to; None asks for no look.

    Raises `TimesDoNotFit`, and `PlanChanged` where it would do something else than was seen;
    then nothing has changed.
    """
    hold_course(course.pk)
    plan = plan_class_times(
        course=course, timezone=timezone, class_starts=class_starts, class_ends=class_ends, at=at
    )
    if seen is not None and seen != plan.fingerprint:
        raise PlanChanged
    raise_revision(course.pk)
    course.timezone, course.class_starts, course.class_ends = timezone, class_starts, class_ends
    Course.objects.filter(pk=course.pk).update(
        timezone=timezone, class_starts=class_starts, class_ends=class_ends
    )
    Meeting.objects.bulk_update(
        [*plan.usual, *plan.by_hand, *plan.past_meetings], ["on", "until", "starts_at", "ends_at"]
    )
    Milestone.objects.bulk_update(
        [*plan.milestones, *plan.past_milestones], ["on", "has_time", "due_at"]
    )
    return plan
