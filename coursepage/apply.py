"""A running course out of a page, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from coursepage import page as pages
from coursepage.errors import CourseExists
from coursepage.models import ImportedPage
from coursepage.page import Page, assignments
from coursepage.parser.people import StaffNames
from coursepage.shaping import (
    class_times,
    component_kinds,
    deck_of,
    is_netid,
    meeting_kind,
    shifted,
    slug_of,
    web_address,
)
from courses.actions.claims import claim_entries_of
from courses.models import Course, CourseText, Enrolment, OfficeHours, Person
from grading.models import GradeComponent
from groups.models import Membership, StudentGroup
from schedule.deadlines import end_of_day, wall_clock
from schedule.models import Meeting, Milestone, Reading, RoleAssignment, Section


def existing_course(page: Page, source: str) -> Course | None:
    """The course that importing this page would double, or None: one of the same code (or title)
    and term, or one made of the very same text with the same dates."""
    return (
        Course.objects.filter(
            Q(slug=slug_of(page))
            | Q(imported_pages__sha256=_sha256(source), starts_on=page.term_starts)
        )
        .order_by("pk")
        .first()
    )


def _sha256(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def create_course(
    *,
    page: Page,
    source: str,
    by: Person | None,
    at: datetime,
    email_domain: str = "",
    shift_weeks: int = 0,
) -> Course:
    """Make a course of a page: all of it or nothing.

    `by` becomes its instructor (None: an operator at the console); the people of the page become
    roster entries that nobody has claimed. `email_domain` makes NetID@domain their address;
    `shift_weeks` moves every date by whole weeks. Raises `CourseExists` if there is a course of
    the same code (or title) and term.
    """
    if (there := existing_course(page, source)) is not None:
        raise CourseExists(there)
    course = _course(page, email_domain.strip().lower(), shift_weeks, at)
    try:
        with transaction.atomic():
            course.save(force_insert=True)
    except IntegrityError:
        raise CourseExists(Course.objects.get(slug=course.slug)) from None
    staff = _staff(course, page, by, at)
    students = _students(course, page, staff, at)
    groups = _groups(course, page, students, at)
    _schedule(course, page, staff, groups, shift_weeks)
    _milestones(course, page, shift_weeks)
    _texts(course, page)
    GradeComponent.objects.bulk_create(
        GradeComponent(course=course, kind=kind, name=name, weight=weight.percent, position=number)
        for number, (weight, kind, name) in enumerate(
            zip(
                page.weights,
                component_kinds(page.weights),
                _distinct((weight.name for weight in page.weights), 120),
                strict=True,
            )
        )
    )
    ImportedPage.objects.create(
        course=course,
        source=source,
        sha256=_sha256(source),
        warnings=[{"line": w.line, "code": w.code, "message": w.message} for w in page.warnings],
        imported_by=by,
        imported_at=at,
    )
    claim_entries_of(course=course, at=at)
    return course


def _course(page: Page, email_domain: str, weeks: int, at: datetime) -> Course:
    try:
        validate_email(page.staff_email)
        staff_email = page.staff_email
    except ValidationError:
        staff_email = ""
    course = Course(
        slug=slug_of(page),
        code=page.code[:40],
        title=page.title[:200],
        term=page.term[:40],
        timezone=page.zone,
        room=page.room[:200],
        weekdays=",".join(str(day) for day in page.weekdays),
        class_starts=page.starts,
        class_ends=page.ends,
        starts_on=shifted(page.term_starts, weeks) if page.term_starts else None,
        ends_on=shifted(page.term_ends, weeks) if page.term_ends else None,
        contact_label=page.contact_label[:80],
        contact_url=web_address(page.contact_url, 500),
        staff_email=staff_email,
        email_domain=email_domain,
        created_at=at,
    )
    if page.group_size:
        course.group_size_min, course.group_size_max = page.group_size
    return course


def _staff(course: Course, page: Page, by: Person | None, at: datetime) -> list[Enrolment]:
    """One entry for each of the page's staff, in its order; `by` takes the one that is theirs.

    Theirs is the instructor's entry whose NetID at the course's domain is their address, else one
    of their own is added behind the page's.
    """
    entries: list[Enrolment] = []
    seen: set[str] = set()
    for person in page.staff:
        netid = "" if person.netid.lower() in seen else person.netid
        seen.add(netid.lower())
        entries.append(
            Enrolment(
                course=course,
                role=person.role,
                netid=netid,
                name=person.name[:200],
                homepage=web_address(person.homepage, 500),
                created_at=at,
            )
        )
    if by is not None:
        own = [
            entry for entry in entries
            if entry.role == Enrolment.Role.INSTRUCTOR and entry.netid and course.email_domain
            and f"{entry.netid}@{course.email_domain}".lower() == by.email.lower()
        ]  # fmt: skip
        mine = own[0] if own else Enrolment(
            course=course, role=Enrolment.Role.INSTRUCTOR, name=by.name, email=by.email,
            created_at=at,
        )  # fmt: skip
        mine.person, mine.claimed_at = by, at
        if not own:
            entries.append(mine)
    Enrolment.objects.bulk_create(entries)
    through = OfficeHours.staff.through
    hours = OfficeHours.objects.bulk_create(
        OfficeHours(
            course=course,
            place=slot.place[:200],
            url=web_address(slot.url, 500),
            weekday=slot.weekday,
            starts=slot.starts,
            ends=slot.ends,
            text=slot.text[:500],
            position=number,
        )
        for number, slot in enumerate(page.office_hours)
    )
    through.objects.bulk_create(
        through(officehours_id=stored.pk, enrolment_id=entry.pk)
        for stored, slot in zip(hours, page.office_hours, strict=True)
        for entry, person in zip(entries, page.staff, strict=False)
        if person.name in slot.names
    )
    return entries


def _students(
    course: Course, page: Page, staff: list[Enrolment], at: datetime
) -> dict[str, Enrolment]:
    """An unclaimed entry for each person of the page, by how the page writes them, folded."""
    known = {entry.netid.lower(): entry for entry in staff if entry.netid}
    new: dict[str, Enrolment] = {}
    for person in page.people:
        key = person.casefold()
        if key not in known and key not in new:
            netid = is_netid(person)
            new[key] = Enrolment(
                course=course,
                role=Enrolment.Role.STUDENT,
                netid=person[:120] if netid else "",
                name="" if netid else person[:200],
                created_at=at,
            )
    Enrolment.objects.bulk_create(new.values())
    return known | new


def _groups(
    course: Course, page: Page, students: dict[str, Enrolment], at: datetime
) -> dict[frozenset[str], StudentGroup]:
    """The page's groups, numbered in the order of their first appearance."""
    groups = StudentGroup.objects.bulk_create(
        StudentGroup(course=course, number=number, created_at=at)
        for number, _people in enumerate(page.groups, start=1)
    )
    Membership.objects.bulk_create(
        Membership(group=group, enrolment=students[key], joined_at=at)
        for group, people in zip(groups, page.groups, strict=True)
        for key in dict.fromkeys(person.casefold() for person in people)
    )
    return {_key(people): group for group, people in zip(groups, page.groups, strict=True)}


def _key(people: Iterable[str]) -> frozenset[str]:
    return frozenset(person.casefold() for person in people)


def _schedule(
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
        held = kind != Meeting.Kind.NO_CLASS
        meetings.append(
            Meeting(
                course=course,
                section=sections[row.section] if row.section is not None else None,
                kind=kind,
                on=on,
                until=shifted(row.until, weeks) if row.until else None,
                starts_at=wall_clock(on, starts, course.zone) if held else None,
                ends_at=wall_clock(on, ends, course.zone) if held else None,
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
    RoleAssignment.objects.bulk_create(
        RoleAssignment(meeting=meeting, group=groups[people], role=role)
        for meeting, row in zip(meetings, rows, strict=True)
        for role, people in dict.fromkeys(
            (canonical[key], _key(group)) for key, group in assignments(row)
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


def _milestones(course: Course, page: Page, weeks: int) -> None:
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


def _texts(course: Course, page: Page) -> None:
    CourseText.objects.bulk_create(
        CourseText(
            course=course,
            kind=text.kind,
            title=(text.title or CourseText.Kind(text.kind).label)[:200],
            body=text.body,
            position=number,
        )
        for number, text in enumerate(page.texts)
    )


def _distinct(names: Iterable[str], limit: int) -> list[str]:
    """The names, cut to a length; a repeated one gets a number behind it."""
    out: list[str] = []
    for name in names:
        wanted, count = name[:limit], 2
        while wanted in out:
            wanted = f"{name[: limit - 4]} {count}"
            count += 1
        out.append(wanted)
    return out
