"""Deadlines as objects with named questions. Pure: no Django, no clock.

All instants are aware datetimes; intervals are half-open, so that `due_at` itself is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from courses import times
from courses.orders import CLASS_TIMES
from schedule.errors import TimesDoNotFit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class Status(StrEnum):
    """What a deadline says at an instant."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    GRACE = "grace"  # past due, still taken, as the rule says (late, or late and not counted)
    CLOSED = "closed"


class Verdict(StrEnum):
    """What is said of one hand-in, for good, on its receipt."""

    ON_TIME = "on_time"
    LATE = "late"  # slides: shown as such
    LATE_NOT_COUNTED = "late_not_counted"  # summaries (rule U3): kept on record, never graded


class DeadlinePassed(Exception):
    """Nothing is taken any more; `deadline` is the one that has passed."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__(f"The {deadline.work} was due {deadline.due_at.isoformat()}.")


class NotOpenYet(Exception):
    """It cannot be handed in yet; `deadline` says from when on."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__(f"The {deadline.work} is not open yet.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When one piece of work opens, is due and closes, for one person or group.

    `opens_at` None means it has always been open; `closes_at` None means late work is
    taken without end. `late` is the verdict on work that comes in `Status.GRACE`.
    """

    work: str
    opens_at: datetime | None
    due_at: datetime
    closes_at: datetime | None
    late: Verdict = Verdict.LATE

    def __post_init__(self) -> None:
        """Refuse naive instants and an order that cannot be."""
        for instant in (self.opens_at, self.due_at, self.closes_at):
            if instant is not None and instant.utcoffset() is None:
                raise ValueError("A deadline's instants must be aware.")
        if self.closes_at is not None and self.closes_at < self.due_at:
            raise ValueError("A deadline cannot close before it is due.")

    def status(self, at: datetime) -> Status:
        """What holds at `at` (aware). Half-open: at `due_at` itself it is past due."""
        if self.opens_at is not None and at < self.opens_at:
            return Status.NOT_OPEN
        if at < self.due_at:
            return Status.OPEN
        if self.closes_at is None or at < self.closes_at:
            return Status.GRACE
        return Status.CLOSED

    def verdict(self, at: datetime) -> Verdict:
        """The verdict on work handed in at `at`.

        Raises `NotOpenYet` before it opens and `DeadlinePassed` once it is closed.
        """
        match self.status(at):
            case Status.NOT_OPEN:
                raise NotOpenYet(self)
            case Status.OPEN:
                return Verdict.ON_TIME
            case Status.GRACE:
                return self.late
            case Status.CLOSED:
                raise DeadlinePassed(self)

    def in_time(self, at: datetime) -> None:
        """Raise as `verdict` does, and DeadlinePassed from the instant on at which it was due."""
        self.verdict(at)
        if at >= self.due_at:
            raise DeadlinePassed(self)

    def explain(self) -> str:
        """One sentence on what happens to late work, to stand beside the due time."""
        if self.closes_at == self.due_at:
            return "Nothing can be handed in after that."
        if self.late is Verdict.LATE_NOT_COUNTED:
            return "What comes later is kept on record, but not counted."
        return "What comes later is taken and shown as late."


def wall_clock(on: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `clock` on `on`.

    Where clocks show it twice the first is meant; a time that is skipped means the
    instant that its clock would have shown had it not been put forward.
    """
    return datetime.combine(on, clock.replace(fold=0), tzinfo=zone).astimezone(UTC)


def class_span(on: date, starts: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants (UTC) at which a class on `on` begins and ends, by the clocks in `zone`.

    Raises `TimesDoNotFit` unless it ends after it starts, and clocks show both times on that
    day. On the night that they go forward nothing shows 2:30 AM, which as an instant is after
    3:15 AM; on the night that they go back, the first 1:15 AM is before 1:30 AM.
    """
    if ends <= starts:
        raise TimesDoNotFit(*_if_shown_twice(on, ends, zone))
    what = f"the time of a class from {times.on_clock(starts)} to {times.on_clock(ends)}"
    refuse_skipped(on, zone, starts, ends, what=what)
    return wall_clock(on, starts, zone), wall_clock(on, ends, zone)


def refuse_skipped(on: date, zone: ZoneInfo, *clocks: time, what: str) -> None:
    """Raise `TimesDoNotFit` (`what` is skipped) unless clocks in `zone` show these on that day."""
    for clock in clocks:
        shown = wall_clock(on, clock, zone).astimezone(zone)
        if shown.replace(tzinfo=None) != datetime.combine(on, clock):
            raise TimesDoNotFit(
                f"Clocks in {zone.key} are put forward on {times.day(on)}, {on.year}, and skip"
                f" {what}."
            )


def nearest_class_span(
    on: date, starts: time, ends: time, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """As `class_span`, for a class that has to be laid somehow; `ends` is after `starts`.

    Where clocks that are put forward leave no such class, it begins when they have been, and is
    as long as ever.
    """
    try:
        return class_span(on, starts, ends, zone)
    except TimesDoNotFit:
        begins = wall_clock(on, starts, zone)
        return begins, begins + (datetime.combine(on, ends) - datetime.combine(on, starts))


def _if_shown_twice(on: date, ends: time, zone: ZoneInfo) -> tuple[str, ...]:
    """What to say of an end that is before the start, yet stands behind it on the second round."""
    first = datetime.combine(on, ends, zone)
    second = first.replace(fold=1)
    if first.astimezone(UTC) >= second.astimezone(UTC):
        return ()
    return (
        f"Clocks in {zone.key} are put back on {times.day(on)}, {on.year}, and show "
        f"{times.on_clock(ends)} twice; the first is meant. {CLASS_TIMES.sentence}",
    )


def end_of_day(on: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which `on` ends in `zone`: the first one of the next day."""
    return wall_clock(on + timedelta(days=1), time(0), zone)
