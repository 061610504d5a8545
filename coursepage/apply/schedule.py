"""Sections, meetings, readings, roles and fixed dates of a new course."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from coursepage import page as pages
from coursepage.apply.people import folded
from coursepage.page import Page, assignments
from coursepage.parser.people import StaffNames
from coursepage.shaping import class_times, deck_of, meeting_kind, shifted, web_address
from courses.models import Course, Enrolment
from groups.models import StudentGroup
from schedule.deadlines import end_of_day, nearest_class_span, wall_clock
from schedule.models import Meeting, Milestone, Reading, Role, RoleAssignment, Section


def store_schedule(
    course: Course,
    page: Page,
    staff: list[Enrolment],
    groups: dict[frozenset[str], StudentGroup],
    weeks: int,
) -> None:
    sections = Section.objects.bulk_create(
        Section(course=course, title=title[:200], position=number)
        for number, title in enumerate(page.sections)
    )
    rows = [row for row in page.rows if row.kind != "deadline"]
    starts, ends = class_times(page)
    canonical = {column.key: column.canonical for column in page.role_columns}
    meetings: list[Meeting] = []
    for number, row in enumerate(rows):
        kind = meeting_kind(row)
        on = shifted(row.on, weeks)
        span: tuple[datetime | None, datetime | None] = (None, None)
        if kind != Meeting.Kind.NO_CLASS:
            span = begins, _ = nearest_class_span(on, starts, ends, course.zone)
            on = begins.astimezone(course.zone).date()  # another one where clocks skip a day
        meetings.append(
            Meeting(
                course=course,
                section=sections[row.section] if row.section is not None else None,
                kind=kind,
                on=on,
                until=shifted(row.until, weeks) if row.until else None,
                starts_at=span[0],
                ends_at=span[1],
                topic=row.topic[:200],
                title=row.title[:200],
                lecturer=_lecturer(row.lecturer, page, staff),
                lecturer_name=row.lecturer[:200],
                lecture_url=deck_of(row, 500),
                position=number,
            )
        )
    Meeting.objects.bulk_create(meetings)
    Reading.objects.bulk_create(
        Reading(
            meeting=meeting,
            title=reading.title[:400],
            url=web_address(reading.url, 1000),
            is_required=reading.required,
            note=reading.note[:200],
            position=number,
        )
        for meeting, row in zip(meetings, rows, strict=True)
        for number, reading in enumerate(row.readings)
    )
    roles = {role.key: role for role in Role.objects.filter(course=course)}
    RoleAssignment.objects.bulk_create(
        RoleAssignment(meeting=meeting, group=groups[people], role=roles[role])
        for meeting, row in zip(meetings, rows, strict=True)
        for role, people in dict.fromkeys(
            (canonical[key], folded(group)) for key, group in assignments(row)
        )
    )


def _lecturer(written: str, page: Page, staff: list[Enrolment]) -> Enrolment | None:
    """The one member of staff whom "Ana" or "Prof. Lund" means."""
    if not written or "," in written:
        return None
    for entry, person in zip(staff, page.staff, strict=False):
        if written in StaffNames([person]):
            return entry
    return None


def store_milestones(course: Course, page: Page, weeks: int) -> None:
    """Fixed dates; presentations that stand in the schedule are meetings and left out here."""
    scheduled = {row.on for row in page.rows if row.kind == "deadline"}
    held = {row.on for row in page.rows if row.meeting_kind == "presentations"}
    stored = (Milestone.Kind.GROUPS, Milestone.Kind.PROPOSAL, Milestone.Kind.REPORT)
    Milestone.objects.bulk_create(
        Milestone(
            course=course,
            kind=one.kind if one.kind in stored else Milestone.Kind.OTHER,
            title=one.title[:200],
            on=shifted(one.on, weeks),
            has_time=one.due_time is not None,
            due_at=_due_at(one, shifted(one.on, weeks), course.zone),
            is_scheduled=one.on in scheduled,
        )
        for one in page.milestones
        if not (one.kind.endswith("_presentation") and one.on in held)
    )


def _due_at(milestone: pages.Milestone, on: date, zone: ZoneInfo) -> datetime:
    if milestone.due_time is None:
        return end_of_day(on, zone)
    return wall_clock(on, milestone.due_time, zone)
