"""The parts of a plan: people, groups, meetings, roles and works. Instants are aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from courses.texts import lower_first
from schedule.plan.moments import Moment


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `since` until `until` (None: it has not ended); half-open."""

    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster; `roster` is from when until when."""

    id: int
    is_staff: bool
    roster: Span


@dataclass(frozen=True, slots=True)
class Stay:
    """One time of one person in a group."""

    person: int
    time: Span


@dataclass(frozen=True, slots=True)
class Group:
    """A group, and who was in it when; before `recorded_at`, who was in it then."""

    id: int
    number: int
    name: str
    recorded_at: datetime
    stays: tuple[Stay, ...] = ()

    def __str__(self) -> str:
        return self.name or f"Group {self.number}"


class Holders(StrEnum):
    """Who can have a role."""

    GROUPS = "groups"
    PERSONS = "persons"


class For(StrEnum):
    """For what a role is given."""

    MEETING = "meeting"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody does at a meeting, such as “presenter”; `key` is its name once and for all.

    `words` stand before who has it on the course's page (“presented by”). `least` and `most` say
    how many have it at once (None: any number), `minutes` how long their part may take. Who
    `must_attend` is expected in class. One that is `retired_at` is given to nobody any more.
    """

    key: str
    name: str
    words: str = ""
    holders: Holders = Holders.GROUPS
    per: For = For.MEETING
    least: int = 1
    most: int | None = 1
    must_attend: bool = True
    minutes: int | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """That a group or a person (one of them, by id) has a role (its key) at a meeting.

    With `reading` it is for that reading alone; without, for all of the meeting.
    """

    role: str
    meeting: int
    group: int | None = None
    person: int | None = None
    reading: int | None = None


class After(StrEnum):
    """What happens to work that comes when its time is over."""

    CLOSED = "closed"
    LATE = "late"
    LATE_NOT_COUNTED = "late_not_counted"


class Per(StrEnum):
    """For what a work is asked once."""

    REQUIRED_READING = "required_reading"
    READING = "reading"
    MEETING = "meeting"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Everybody:
    """Owed by each student for themselves."""


@dataclass(frozen=True, slots=True)
class HoldersOf:
    """Owed by who has any of these roles (keys), a group or a person; once, whichever they have."""

    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class OthersThan:
    """Owed by each student who has none of these roles, neither alone nor with a group."""

    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class EveryGroup:
    """Owed by each group."""


OwedBy = Everybody | HoldersOf | OthersThan | EveryGroup


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to write: `label` asks it, `longest` is in characters, `points` are its share.

    One that is not needed may be left empty.
    """

    key: str
    label: str
    longest: int = 20_000
    points: Decimal | None = None
    is_needed: bool = True
    id: int = field(default=0, compare=False)


class FileKind(StrEnum):
    """What a file has to be; each value is its suffix."""

    PPTX = "pptx"
    PDF = "pdf"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class FileSlot:
    """One file to hand in. `most_pages` is what is asked for; more of them are said, not refused.

    One that is not needed may be left out.
    """

    key: str
    label: str
    kind: FileKind
    most_mb: int | None = None
    most_pages: int | None = None
    is_needed: bool = True
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Every piece counts, but `may_miss` of those that were missed are left out."""

    may_miss: int = 0


@dataclass(frozen=True, slots=True)
class Best:
    """The best `k` pieces count; so many may be missed as there are more than `k` in the term."""

    k: int


@dataclass(frozen=True, slots=True)
class First:
    """The first `k` pieces that are handed in count, in the order of the term; as for `Best`."""

    k: int


Counting = All | Best | First
"""Which of a student's pieces of a work make its grade."""
ALL_COUNT = All()


class SeenBy(StrEnum):
    """Who sees what is handed in, besides its owner and the staff, who always do."""

    OWNER = "owner"
    HOLDERS_FROM_DUE = "holders_from_due"
    CLASS = "class"
    PUBLIC_WHEN_RELEASED = "public_when_released"


@dataclass(frozen=True, slots=True)
class Work:
    """Something to hand in: by whom, for what, from when until when.

    `key` is its name in the code of a course, once and for all; `kinds` are those of the meetings
    at which it is asked. What `can_withdraw` can be taken back until it is due. Who has nothing in
    is reminded `remind_hours` before it is due, in hours. Late work is taken for `closes_minutes`
    after it was due; None: without end. It is graded out of `points`. What would be due after it
    was `retired_at` is asked no more.

    It takes all of its `prompts` and `files`; where it `is_either`, the ones or the others.
    `id` is that of its row, which is no part of what the course says.
    """

    key: str
    name: str
    owed_by: OwedBy
    per: Per
    kinds: frozenset[str]
    opens: Moment | None
    due: Moment
    after: After
    closes_minutes: int | None = None
    is_plural: bool = False
    can_withdraw: bool = False
    remind_hours: tuple[int, ...] = ()
    points: Decimal = Decimal(10)
    prompts: tuple[Prompt, ...] = ()
    files: tuple[FileSlot, ...] = ()
    is_either: bool = False
    seen_by: SeenBy = SeenBy.OWNER
    counting: Counting = ALL_COUNT
    retired_at: datetime | None = None
    id: int = field(default=0, compare=False)

    def __hash__(self) -> int:
        return hash(self.key)  # quick; equality looks at all of it

    @property
    def several(self) -> str:
        """Several of it within a sentence: “questions”, “slides”."""
        return several_of(self.name, is_plural=self.is_plural)


def several_of(name: str, *, is_plural: bool) -> str:
    """Several of what is called so, within a sentence."""
    name = lower_first(name)
    if is_plural or name.endswith("s"):
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a course says of all of its meetings: who does what there, and what is handed in."""

    roles: tuple[Role, ...]
    works: tuple[Work, ...]
