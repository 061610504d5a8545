"""Who owes what: the rules that all who tell of it share. Pure: no Django, no clock.

The student's home, the staff's home, reminders and notices, the staff's digest and the gradebook
each read their own rows, and ask here what these mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from schedule.deadlines import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from schedule.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `since` until `until` (None: it has not ended); half-open, UTC."""

    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Stay:
    """One student's time in one group: `roster` is theirs in the course, `time` in the group.

    `recorded_at` is when the group was recorded.
    """

    roster: Span
    time: Span
    recorded_at: datetime

    def covers(self, at: datetime) -> bool:
        """Whether the student was in the group at `at`; before it was recorded, as it was then."""
        return self.time.covers(max(at, self.recorded_at))


@dataclass(frozen=True, slots=True)
class Due:
    """One work at one lecture, seen from `at`; the course has been here since `course_since`."""

    deadline: Deadline
    course_since: datetime
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether its time is over; that instant itself is late."""
        return self.deadline.due_at <= self.at

    @property
    def is_asked(self) -> bool:
        """Whether anybody owes it: not what was due when the course was set up.

        Nobody could hand that in here. (As of an instant before that, a course is taken as if
        it had always been there.)
        """
        return not self.deadline.due_at <= self.course_since <= self.at

    @property
    def _moment(self) -> datetime:
        """The instant that says who owes it: when it is due, or now if that is earlier."""
        return min(self.at, self.deadline.due_at)

    def is_owed_by(self, roster: Span) -> bool:
        """Whether somebody with this time on the roster owes it.

        Who joins at or after the instant at which it is due owes nothing of it, nor who has
        dropped by then. Who drops later owed it, and keeps that.
        """
        return (
            self.is_asked
            and roster.since < self.deadline.due_at
            and (roster.until is None or self._moment < roster.until)
        )

    def is_owed_in(self, stay: Stay) -> bool:
        """Whether a student owes it, with the group that owes it, for this stay in it.

        That is who is on its roster in time, and in the group when it is due. A group that was
        recorded later is taken as it was first recorded.
        """
        return self.is_owed_by(stay.roster) and stay.covers(self._moment)


class HandIn(Protocol):
    """What is asked here of a receipt, or of what it is for."""

    @property
    def verdict(self) -> str:
        """A value of `schedule.deadlines.Verdict`."""

    @property
    def version(self) -> int:
        """Its number among the hand-ins of one group for one work at one meeting."""


Given = TypeVar("Given", bound=HandIn)


def counts(one: HandIn) -> bool:
    """Whether it counts: all but a summary that came late (rule U3)."""
    return one.verdict != Verdict.LATE_NOT_COUNTED


def counting_receipt(receipts: Iterable[Given]) -> Given | None:
    """The one that counts among those of one group for one work at one meeting.

    Slides: the newest version. Summaries: the newest that was on time; a late one counts
    only as "late: not counted", and never takes the place of one on time (rule U3).
    """
    newest = sorted(receipts, key=lambda receipt: receipt.version, reverse=True)
    return next((one for one in newest if counts(one)), newest[0] if newest else None)


def has_part(own: HandIn | None, handed_in: Iterable[HandIn], *, owes: bool) -> bool:
    """Whether a student has a part in a group's work: credit for it, or it is missing for them.

    `own` is the counting one of those that credit the student (None: none does), `handed_in`
    are all of the group's for the work, `owes` whether the student owes it with the group.
    Credit stays, whoever owes. Who is credited with none that counts has a part only where
    they owe it, unless the group had handed it in on time: then that was before they came.
    """
    if own is not None and counts(own):
        return True
    return owes and not any(one.verdict == Verdict.ON_TIME for one in handed_in)
