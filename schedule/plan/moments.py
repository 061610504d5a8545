"""When something is due or opens: relative to a meeting or on a date, turned into an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from schedule.deadlines import wall_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo


class Edge(StrEnum):
    """One of the two ends of a class."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class AtClass:
    """So many elapsed minutes after class starts or ends; negative is before."""

    edge: Edge
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class OnClock:
    """When clocks of the course show `clock`, so many days after the meeting's; negative before."""

    days: int
    clock: time


@dataclass(frozen=True, slots=True)
class OnDate:
    """On one of the fixed dates of the course, by the id of its milestone.

    In rules that are not laid yet it may be its title, which every course has another id for.
    """

    date: int | str


Moment = AtClass | OnClock | OnDate


class Dated(Protocol):
    """What a moment is relative to: a meeting, as a value or as a row."""

    @property
    def on(self) -> date:
        """Its date in the zone of its course."""

    @property
    def starts_at(self) -> datetime | None:
        """When class starts; None when it does not meet."""

    @property
    def ends_at(self) -> datetime | None:
        """When class ends."""


def instant_of(
    moment: Moment, meeting: Dated | None, zone: ZoneInfo, dates: Mapping[int, datetime]
) -> datetime | None:
    """The instant (UTC) for this meeting, or for none; None when there is no such instant.

    So it is when the class does not meet, or without a meeting to be reckoned from. `dates` are
    the fixed dates of the course by id.

    Elapsed minutes are elapsed, also over a change of clocks. A clock that is shown twice means
    the first time, one that is skipped what it would have shown (`wall_clock`).
    """
    if isinstance(moment, OnDate):
        is_held = meeting is None or meeting.starts_at is not None
        return dates.get(moment.date) if is_held and isinstance(moment.date, int) else None
    if meeting is None or meeting.starts_at is None or meeting.ends_at is None:
        return None
    match moment:
        case AtClass(edge, minutes):
            end = meeting.starts_at if edge is Edge.START else meeting.ends_at
            return end.astimezone(UTC) + timedelta(minutes=minutes)
        case OnClock(days, clock):
            return wall_clock(meeting.on + timedelta(days=days), clock, zone)
