"""What a plan asks: each work, for each reading or meeting, with its deadline and its owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from schedule.deadlines import Deadline, Verdict
from schedule.plan.calendar import Meeting, Reading
from schedule.plan.moments import Dated, instant_of
from schedule.plan.values import After, Assignment, Per, Work

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

AskKey = tuple[str, int, int]
"""A work's key, a meeting's id (0: it is asked once), a reading's id (0: of no reading)."""


Dates = Mapping[int, datetime]
"""When the fixed dates of a course are due, by id."""
NO_DATES: Dates = {}


class Owner(NamedTuple):
    """Who owes: exactly one of a group and a person, by id."""

    group: int | None = None
    person: int | None = None


Owners = Mapping[Owner, frozenset[str]]
"""Each owner with the keys of the roles for which they owe."""
NO_ROLE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """One work for one meeting, for one reading of it, or once in the term, and when it is due."""

    work: Work
    meeting: Meeting | None
    reading: Reading | None
    deadline: Deadline

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> AskKey:
        """What it is, in a way that stays when its dates move."""
        return (
            self.work.key,
            self.meeting.id if self.meeting else 0,
            self.reading.id if self.reading else 0,
        )

    @property
    def about(self) -> str:
        """What it is for, in words: the meeting's heading; of what is asked once, its name."""
        return str(self.meeting) if self.meeting else self.work.name


def instants_of(ask: Ask) -> Iterator[datetime]:
    """When something of it may change for somebody who does nothing: what sweeps tell of."""
    deadline = ask.deadline
    if deadline.opens_at is not None:
        yield deadline.opens_at
    if ask.meeting is not None and ask.meeting.ends_at is not None:
        yield ask.meeting.ends_at
    for hours in ask.work.remind_hours:
        yield deadline.due_at - timedelta(hours=hours)
    yield deadline.due_at


def deadline_of(
    work: Work, meeting: Dated | None, zone: ZoneInfo, dates: Dates = NO_DATES
) -> Deadline | None:
    """The deadline in force for this work at this meeting, or once.

    None when the class does not meet, or what it is reckoned from is not there.
    """
    due_at = instant_of(work.due, meeting, zone, dates)
    if due_at is None:
        return None
    opens_at = None if work.opens is None else instant_of(work.opens, meeting, zone, dates)
    closes_at = None
    if work.after is After.CLOSED:
        closes_at = due_at
    elif work.closes_minutes is not None:
        closes_at = due_at + timedelta(minutes=work.closes_minutes)
    late = Verdict.LATE_NOT_COUNTED if work.after is After.LATE_NOT_COUNTED else Verdict.LATE
    return Deadline(work.key, opens_at, due_at, closes_at, late)


def is_asked_until(work: Work, deadline: Deadline) -> bool:
    """Whether it was due before the course gave it up, if it has."""
    return work.retired_at is None or deadline.due_at <= work.retired_at


def is_asked_on(work: Work, reading: Reading) -> bool:
    """Whether this work, asked per reading, is asked on this one (rule P2)."""
    return work.per is Per.READING or reading.is_required


def asks_of(
    works: Iterable[Work], meetings: Iterable[Meeting], zone: ZoneInfo, dates: Dates = NO_DATES
) -> Iterator[Ask]:
    """Everything that is asked: by meeting, work and reading in the order given, then once."""
    works = tuple(works)
    for meeting in meetings:
        for work in works:
            if work.per is Per.ONCE or meeting.kind not in work.kinds:
                continue
            deadline = deadline_of(work, meeting, zone, dates)
            if deadline is None or not is_asked_until(work, deadline):
                continue
            if work.per is Per.MEETING:
                yield Ask(work, meeting, None, deadline)
                continue
            for reading in meeting.readings:
                if is_asked_on(work, reading):
                    yield Ask(work, meeting, reading, deadline)
    for work in works:
        if work.per is Per.ONCE:
            deadline = deadline_of(work, None, zone, dates)
            if deadline is not None and is_asked_until(work, deadline):
                yield Ask(work, None, None, deadline)


def has_role_in(one: Assignment, ask: Ask) -> bool:
    """Whether this role is for what is asked: for the whole meeting, or for this very reading."""
    return one.reading is None or ask.reading is None or one.reading == ask.reading.id


def holders_of(ask: Ask, roles: frozenset[str], assignments: Iterable[Assignment]) -> Owners:
    """Who has any of `roles` in what is asked, by these assignments of its meeting."""
    found: dict[Owner, frozenset[str]] = {}
    for one in assignments:
        if one.role in roles and has_role_in(one, ask):
            owner = Owner(group=one.group, person=one.person)
            found[owner] = found.get(owner, NO_ROLE) | {one.role}
    return found
