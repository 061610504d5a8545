"""A course's schedule as its page shows it: rows under sections, folded and marked by time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from courses.texts import lower_first
from groups.queries import memberships_at
from schedule.models import Meeting, Milestone
from schedule.queries import meetings_of
from submissions.models import VersionFile
from submissions.permissions import versions_for_class

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from courses.models import Course, Enrolment, Person
    from schedule.models import RoleAssignment, Section


@dataclass(slots=True)
class RoleLine:
    """Who has one role: the words before it, the group's name, people's names, whose it is.

    `name` is empty where a student has it whose name may be shown, `people` where none may.
    """

    words: str
    name: str
    people: list[str]
    is_mine: bool


@dataclass(slots=True)
class Row:
    """One dated row; exactly one of `meeting` and `milestone` is set."""

    on: date
    meeting: Meeting | None = None
    milestone: Milestone | None = None
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
    rows = _rows(course, viewer, enrolment, at)
    zone = course.zone
    today = at.astimezone(zone).date()
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
        has_readings=any(row.meeting and row.meeting.readings.all() for row in rows),
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
    course: Course, viewer: Person | AnonymousUser, enrolment: Enrolment | None, at: datetime
) -> list[Row]:
    meetings = list(meetings_of(course))
    names: dict[int, list[str]] = {}
    mine: set[int] = set()
    if enrolment is not None or course.show_student_names:
        for membership in (
            memberships_at(at)
            .filter(group__course=course)
            .select_related("enrolment__person")
            .order_by("pk")
        ):
            names.setdefault(membership.group_id, []).append(membership.enrolment.label)
            if enrolment is not None and membership.enrolment_id == enrolment.pk:
                mine.add(membership.group_id)
    files = _files(course, at, is_in_it=enrolment is not None)

    def line(one: RoleAssignment) -> RoleLine:
        words = one.role.words or lower_first(one.role.name)
        if one.group is not None:
            name = str(one.group).replace(" ", "\u00a0")  # kept on one line
            return RoleLine(words, name, names.get(one.group.pk, []), one.group.pk in mine)
        who = one.enrolment
        assert who is not None  # nosec B101 # a constraint of the table
        shown = [who.label] if enrolment is not None or course.show_student_names else []
        return RoleLine(words, "" if shown else "a\u00a0student", shown, who == enrolment)

    rows = [
        Row(
            on=meeting.on,
            meeting=meeting,
            roles=[line(one) for one in meeting.assignments.all()],
            files=files.get(meeting.pk, []),
            time_differs=_time_differs(meeting, course),
        )
        for meeting in meetings
    ]
    rows.extend(
        Row(on=milestone.on, milestone=milestone)
        for milestone in Milestone.objects.filter(course=course, is_scheduled=True)
    )
    rows.sort(key=lambda row: row.on)
    return rows


def _files(course: Course, at: datetime, *, is_in_it: bool) -> dict[int, list[tuple[str, int]]]:
    """By meeting: the files of work that is for the class, of each owner's newest version."""
    shown = versions_for_class(course, at, is_in_it=is_in_it).filter(piece__meeting__isnull=False)
    newest: dict[tuple[int, int], tuple[int, str, int]] = {}
    rows = VersionFile.objects.filter(version__in=shown.order_by().values("pk")).order_by(
        "version__number", "slot__position"
    )
    for meeting, piece, slot, work, stored in rows.values_list(
        "version__piece__meeting", "version__piece", "slot", "version__piece__work__name", "stored"
    ):
        newest[piece, slot] = (meeting or 0, work, stored)  # the newest version wins
    found: dict[int, list[tuple[str, int]]] = {}
    for meeting, work, stored in newest.values():
        found.setdefault(meeting, []).append((work, stored))
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
        section = row.meeting.section if row.meeting else (parts[-1].section if parts else None)
        if not parts or parts[-1].section != section:
            parts.append(Part(section, []))
        parts[-1].rows.append(row)
    return parts
