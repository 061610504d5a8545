"""A course's schedule as its page shows it: rows under sections, folded and marked by time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from courses.queries import labels_in
from courses.texts import lower_first
from schedule.queries import plan_of
from submissions.models import VersionFile
from submissions.permissions import versions_for_class
from submissions.standing import counting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser

    from courses.models import Course, Enrolment, Person
    from schedule.plan.calendar import FixedDate, Meeting, Section
    from schedule.plan.plan import Plan
    from schedule.plan.values import Assignment


@dataclass(slots=True)
class RoleLine:
    """Who has one role: the words before it, the group's name, people's names, whose it is.

    `name` is empty where a student has it whose name may be shown, `people` where none may.
    """

    words: str
    name: str
    people: list[str]
    is_mine: bool


class Shown(NamedTuple):
    """A version that the class may see, with the meeting (its id) and the name of its work."""

    pk: int
    version: int
    verdict: str
    meeting: int
    work: str


@dataclass(slots=True)
class Row:
    """One dated row; exactly one of `meeting` and `milestone` is set."""

    on: date
    meeting: Meeting | None = None
    milestone: FixedDate | None = None
    section: Section | None = None
    lecturer: str = ""
    roles: list[RoleLine] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)  # what it is, the file's id
    mark: str = ""  # "today", "next" or nothing
    time_differs: bool = False

    @property
    def last_on(self) -> date:
        """The row's date, the last one if it spans days."""
        return (self.meeting.until if self.meeting else None) or self.on


@dataclass(slots=True)
class Part:
    """The rows under one section heading; `section` is None before the first heading."""

    section: Section | None
    rows: list[Row]
    is_continued: bool = False


@dataclass(slots=True)
class Programme:
    """The schedule: `past` (of `past_rows` rows) is folded away, `current` follows.

    The now line stands before the row `now_before`, at the end when that is None.
    """

    past: list[Part]
    current: list[Part]
    past_rows: int
    now_before: Row | None
    shows_now: bool
    has_readings: bool
    first_on: date | None
    last_past_on: date | None


def programme_of(
    course: Course, viewer: Person | AnonymousUser, enrolment: Enrolment | None, at: datetime
) -> Programme:
    """The course's schedule for this viewer at `at`; a fixed number of queries."""
    plan = plan_of(course)
    me = enrolment.pk if enrolment is not None else None
    shows_names = enrolment is not None or course.show_student_names
    rows = _rows(plan, labels_in(course), me, at, shows_names=shows_names)
    files = _files(course, at, is_in_it=enrolment is not None)
    for row in rows:
        if row.meeting:
            row.files = files.get(row.meeting.id, [])
            row.time_differs = _time_differs(row.meeting, course)
    today = at.astimezone(plan.zone).date()
    _mark(rows, at, today)
    begun = bool(rows) and rows[0].on <= today
    over = all(row.last_on < today for row in rows)
    # A term that is over, or has not begun, is shown whole.
    split = 0 if over or not begun else _first_unfolded(rows, today)
    now_before = next((row for row in rows if _is_ahead(row, at)), None)
    past, current = _parts(rows[:split]), _parts(rows[split:])
    if past and current and past[-1].section == current[0].section:
        current[0].is_continued = True
    return Programme(
        past=past,
        current=current,
        past_rows=split,
        now_before=now_before,
        shows_now=begun and not over,
        has_readings=any(row.meeting and row.meeting.readings for row in rows),
        first_on=rows[0].on if rows else None,
        last_past_on=rows[split - 1].on if split else None,
    )


def _first_unfolded(rows: list[Row], today: date) -> int:
    """The index of the first row of this week, or of the next one once this week is over."""
    ahead = next(row.on for row in rows if row.last_on >= today)
    monday = today - timedelta(days=today.weekday())
    since = monday if ahead < monday + timedelta(weeks=1) else today
    return next(index for index, row in enumerate(rows) if row.last_on >= since)


def _is_ahead(row: Row, at: datetime) -> bool:
    """Whether this row has not passed: its class has not ended, its date is not over."""
    if row.milestone:
        return at < row.milestone.due_at
    meeting = row.meeting
    assert meeting is not None  # nosec B101 # one of the two is set
    return meeting.ends_at is not None and at < meeting.ends_at


def _mark(rows: list[Row], at: datetime, today: date) -> None:
    """Mark today's rows, and the first meeting that is still ahead."""
    upcoming = next(
        (row for row in rows if row.meeting and row.meeting.is_held and _is_ahead(row, at)), None
    )
    for row in rows:
        if row.on == today and (row is upcoming or row.milestone):
            row.mark = "today"
        elif row is upcoming:
            row.mark = "next"


def _rows(
    plan: Plan, labels: Mapping[int, str], me: int | None, at: datetime, *, shows_names: bool
) -> list[Row]:
    """Every row in order, as the student `me` sees it, or somebody else (None)."""
    mine = plan.groups_at(me, at) if me is not None else {}
    names = {
        group.id: [labels[one] for one in plan.members_at(group, at)]
        for group in (plan.groups if shows_names else ())
    }

    def line(one: Assignment) -> RoleLine:
        words = plan.role[one.role].words or lower_first(plan.role[one.role].name)
        if one.group is not None:
            name = str(plan.group[one.group]).replace(" ", "\u00a0")  # kept on one line
            return RoleLine(words, name, names.get(one.group, []), one.group in mine)
        shown = [labels[one.person or 0]] if shows_names else []
        return RoleLine(words, "" if shown else "a\u00a0student", shown, one.person == me)

    rows = [
        Row(
            on=meeting.on,
            meeting=meeting,
            section=plan.section.get(meeting.section or 0),
            roles=[line(one) for one in plan.assigned.get(meeting.id, ())],
            lecturer=labels.get(meeting.lecturer or 0, meeting.lecturer_name),
        )
        for meeting in plan.meetings
    ]
    rows += [Row(on=one.on, milestone=one) for one in plan.dates if one.is_scheduled]
    rows.sort(key=lambda row: row.on)
    return rows


def _files(course: Course, at: datetime, *, is_in_it: bool) -> dict[int, list[tuple[str, int]]]:
    """By meeting: the files of work that is for the class, of the version of each that counts."""
    shown = versions_for_class(course, at, is_in_it=is_in_it).filter(piece__meeting__isnull=False)
    pieces: dict[int, list[Shown]] = {}
    columns = ("piece", "pk", "number", "receipt__verdict", "piece__meeting", "piece__work__name")
    for piece, *version in shown.order_by("piece").values_list(*columns):
        pieces.setdefault(piece, []).append(Shown(*version))
    of_version = {one.pk: one for some in pieces.values() if (one := counting(some))}
    found: dict[int, list[tuple[str, int]]] = {}
    files = VersionFile.objects.filter(version__in=of_version).order_by("version", "slot__position")
    for version, stored in files.values_list("version", "stored"):
        one = of_version[version]
        found.setdefault(one.meeting, []).append((one.work, stored))
    return found


def _time_differs(meeting: Meeting, course: Course) -> bool:
    """Whether this meeting is held at another time of day than the course's usual one."""
    if meeting.starts_at is None or meeting.ends_at is None:
        return False
    zone = course.zone
    usual = (course.class_starts, course.class_ends)
    return usual != (
        meeting.starts_at.astimezone(zone).time(),
        meeting.ends_at.astimezone(zone).time(),
    )


def _parts(rows: list[Row]) -> list[Part]:
    """The rows under their section headings, in order; a milestone stays where it falls."""
    parts: list[Part] = []
    for row in rows:
        section = row.section if row.meeting else (parts[-1].section if parts else None)
        if not parts or parts[-1].section != section:
            parts.append(Part(section, []))
        parts[-1].rows.append(row)
    return parts
