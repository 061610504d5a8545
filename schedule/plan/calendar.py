"""The parts of a plan that stand in the schedule. Instants are aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

STUDENT_LECTURE = "student_lecture"
"""The kind of meeting at which groups have roles."""
NO_CLASS = "no_class"
MEETING_KINDS = frozenset(
    {STUDENT_LECTURE, "staff_lecture", "guest_lecture", "presentations", NO_CLASS}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper of a meeting; `note` says which part of it."""

    id: int
    title: str
    is_required: bool
    position: int = 0
    url: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the schedule that its meetings stand under."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A row of the schedule; it has no instants when the class does not meet.

    `heading` is what to call it, `label` stands below it where there is both. `until` is the last
    day of a row that spans days; `lecturer` is an entry's id, `lecturer_name` a name as written.
    """

    id: int
    kind: str
    on: date
    heading: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    position: int = 0
    readings: tuple[Reading, ...] = ()
    until: date | None = None
    label: str = ""
    section: int | None = None
    lecturer: int | None = None
    lecturer_name: str = ""
    lecture_url: str = ""

    @property
    def is_held(self) -> bool:
        """Whether the class meets."""
        return self.starts_at is not None

    def __hash__(self) -> int:
        return self.id  # quick; equality looks at all of it

    def __str__(self) -> str:
        return self.heading


@dataclass(frozen=True, slots=True)
class FixedDate:
    """A date of the course that hangs on no meeting.

    One without a time (`has_time`) is due when the day `on` ends in the course's zone; one that
    `is_scheduled` is a row of the schedule.
    """

    id: int
    title: str
    due_at: datetime
    on: date
    has_time: bool = True
    is_scheduled: bool = False
