"""From when until when somebody owes something: what joining, dropping and leaving mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from schedule.deadlines import Deadline
    from schedule.plan.values import Group, Span


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline, seen from `at`; the course has been here since `course_since`."""

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

    def is_owed_in(self, group: Group, time: Span, roster: Span) -> bool:
        """Whether somebody owes it with the group that owes it, for this time in it.

        That is who is on the roster in time, and in the group when it is due. A group that was
        recorded later is taken as it was first recorded.
        """
        return self.is_owed_by(roster) and was_in(group, time, self._moment)


def was_in(group: Group, time: Span, at: datetime) -> bool:
    """Whether somebody with this time in the group was in it at `at`; before it was recorded,
    as it was then."""
    return time.covers(max(at, group.recorded_at))
