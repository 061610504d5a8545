"""What a course page says, as plain frozen values: no Django, no clock, no files.

`coursepage.parser.parse_page` builds a `Page`; `coursepage.apply` turns one into a course.
People are kept as the page writes them (a NetID or a name) until a roster says who they are.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Group = tuple[str, ...]
"""People as written, in the order of the page; the same set of people is the same group."""


class PageNotUnderstood(Exception):
    """The text is not a course page that can be read; nothing may be created from it.

    `line` is the 1-based line of the text to blame, 0 when no line is (a bad term, an empty file).
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True, order=True)
class PageWarning:
    """A mistake or a doubt on the page: reported with its line, never fatal.

    `code` is stable and listed in docs/course-page.md.
    """

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """One member of staff (rule L2); `role` is 'instructor' or 'ta'."""

    name: str
    netid: str
    role: str
    homepage: str
    line: int


@dataclass(frozen=True, slots=True)
class OfficeHoursEntry:
    """One slot of office hours (rule L2), shared by everyone in `names`.

    `netids` are the NetIDs of those who have one; times are wall-clock in the course's zone;
    `weekday` is 0 for Monday; what could not be read as day and time stays in `text`.
    """

    names: tuple[str, ...]
    netids: tuple[str, ...]
    place: str
    url: str
    weekday: int | None
    starts: dt.time | None
    ends: dt.time | None
    text: str
    line: int


RoleGroups = tuple[tuple[str, tuple[Group, ...]], ...]
"""(role, groups) in the order of the page's columns; roles that nobody has are left out."""


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """One item of a reading list (rule S3). `note` names the part to read: "Sec 1-4.2".

    `roles` is filled only on pages that give roles per reading instead of per date.
    """

    title: str
    url: str
    required: bool
    note: str
    line: int
    roles: RoleGroups = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One dated entry of the schedule (rules S1, S4).

    `kind` is 'meeting', 'no_class', 'deadline' or 'range' (from `on` to `until`, inclusive);
    `meeting_kind` is 'staff_lecture', 'student_lecture', 'presentations', 'guest_lecture' or ''.
    `topic` is the label beside the date ("GenAI Systems"), `title` the bold one among the
    readings ("Introduction"); `section` is an index into `Page.sections`.
    """

    line: int
    kind: str
    meeting_kind: str
    on: dt.date
    until: dt.date | None
    topic: str
    title: str
    section: int | None
    readings: tuple[ReadingEntry, ...]
    roles: RoleGroups
    lecturer: str
    slides_url: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date of the project or of forming groups (rules G2, J2, J3, J4).

    `kind` is 'groups', 'proposal', 'mid_presentation', 'final_presentation', 'report' or 'other'.
    `due_time` is wall-clock time in the course's zone; None when the page names no time.
    """

    kind: str
    title: str
    on: dt.date
    due_time: dt.time | None
    line: int


@dataclass(frozen=True, slots=True)
class TextEntry:
    """A piece of the page's prose in Markdown (rule L4); no prose of the page is lost.

    `kind` is 'description', 'objectives', 'structure', 'prerequisites', 'integrity', 'ai_policy',
    'policy', 'acknowledgements', 'resources' or 'other'.
    """

    kind: str
    title: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Weight:
    """One component of the grade and its share in per cent (rule W1)."""

    name: str
    percent: Decimal
    line: int


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """A role of the page: `name` as its heading writes it, `key` as `Row.roles` uses it
    (lower case), `canonical` the role it plays here: presenter, companion or reviewer."""

    name: str
    key: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that a course page says. `zone` is an IANA name; times are wall-clock in it."""

    title: str
    code: str
    term: str
    zone: str
    room: str = ""
    weekdays: tuple[int, ...] = ()
    starts: dt.time | None = None
    ends: dt.time | None = None
    term_starts: dt.date | None = None
    term_ends: dt.date | None = None
    contact_label: str = ""
    contact_url: str = ""
    staff_email: str = ""
    staff: tuple[StaffEntry, ...] = ()
    office_hours: tuple[OfficeHoursEntry, ...] = ()
    texts: tuple[TextEntry, ...] = ()
    sections: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    role_columns: tuple[RoleColumn, ...] = ()
    groups: tuple[Group, ...] = ()
    people: tuple[str, ...] = ()
    group_size: tuple[int, int] | None = None
    weights: tuple[Weight, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    required_default: str | None = None
    warnings: tuple[PageWarning, ...] = field(default=())

    @property
    def heading(self) -> str:
        """Code and title as a person would say them: "CS 598: Systems for Generative AI"."""
        return f"{self.code}: {self.title}" if self.code else self.title


def assignments(row: Row) -> tuple[tuple[str, Group], ...]:
    """Every (role, group) of a row: one per group that has a role, in the order of the page.

    A group that has the same role for two readings of the date has it once.
    """
    return tuple((role, group) for role, groups in row.roles for group in groups)


def summary(page: Page) -> dict[str, Any]:
    """The page in numbers: the one object that `import_course --json` prints.

    Counts are whole numbers; `roles` maps each role to its number of assignments; `weights` and
    `warnings` are lists of objects; percentages are numbers (15, or 12.5).
    """

    def number(value: Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else float(value)

    kinds = [row.kind for row in page.rows]
    roles = {column.key: 0 for column in page.role_columns}
    for row in page.rows:
        for role, _group in assignments(row):
            roles[role] = roles.get(role, 0) + 1
    readings = [reading for row in page.rows for reading in row.readings]
    return {
        "title": page.heading,
        "code": page.code,
        "term": page.term,
        "timezone": page.zone,
        "meetings": kinds.count("meeting"),
        "no_class": kinds.count("no_class"),
        "deadlines": kinds.count("deadline"),
        "ranges": kinds.count("range"),
        "sections": len(page.sections),
        "readings": len(readings),
        "required": sum(reading.required for reading in readings),
        "groups": len(page.groups),
        "memberships": sum(len(group) for group in page.groups),
        "people": len(page.people),
        "roles": roles,
        "weights": [{"name": w.name, "percent": number(w.percent)} for w in page.weights],
        "weight_total": number(sum((w.percent for w in page.weights), Decimal(0))),
        "staff": len(page.staff),
        "milestones": len(page.milestones),
        "warnings": [{"line": w.line, "code": w.code, "message": w.message} for w in page.warnings],
    }
