"""A running course out of a page, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from coursepage.apply.people import store_groups, store_staff, store_students
from coursepage.apply.schedule import store_milestones, store_schedule
from coursepage.errors import CourseExists
from coursepage.models import ImportedPage
from coursepage.page import Page
from coursepage.shaping import class_times, component_works, shifted, slug_of, web_address
from courses.actions.claims import claim_entries_of
from courses.actions.locks import raise_revision
from courses.models import Course, CourseText, Person
from grading.models import GradeComponent
from schedule.actions.rules import set_rules
from schedule.deadlines import wall_clock
from schedule.models import Work
from schedule.plan.seed import SEED

__all__ = ["create_course", "existing_course"]


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
    staff = store_staff(course, page, by, at)
    since = _since(course, at)
    students = store_students(course, page, staff, since)
    groups = store_groups(course, page, students, since)
    set_rules(course=course, rules=SEED, at=at)
    store_schedule(course, page, staff, groups, shift_weeks)
    store_milestones(course, page, shift_weeks)
    _texts(course, page)
    _components(course, page)
    ImportedPage.objects.create(
        course=course,
        source=source,
        sha256=_sha256(source),
        warnings=[{"line": w.line, "code": w.code, "message": w.message} for w in page.warnings],
        imported_by=by,
        imported_at=at,
    )
    claim_entries_of(course=course, at=at)
    raise_revision(course.pk)
    return course


def _since(course: Course, at: datetime) -> datetime:
    """From when on the page's people and groups hold: from the term's first day, wherever it is
    imported later than that, else from the import."""
    if course.starts_on is None:
        return at
    return min(at, wall_clock(course.starts_on, time(0), course.zone))


def _course(page: Page, email_domain: str, weeks: int, at: datetime) -> Course:
    try:
        validate_email(page.staff_email)
        staff_email = page.staff_email
    except ValidationError:
        staff_email = ""
    starts, ends = class_times(page)
    course = Course(
        slug=slug_of(page),
        code=page.code[:40],
        title=page.title[:200],
        term=page.term[:40],
        timezone=page.zone,
        room=page.room[:200],
        weekdays=",".join(str(day) for day in page.weekdays),
        class_starts=starts,
        class_ends=ends,
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


def _components(course: Course, page: Page) -> None:
    """The parts of the grade, each fed by what its name means."""
    names = _distinct((weight.name for weight in page.weights), 120)
    works = {work.key: work for work in Work.objects.filter(course=course)}
    fed = component_works(page.weights)
    for number, (weight, key, name) in enumerate(zip(page.weights, fed, names, strict=True)):
        component = GradeComponent.objects.create(
            course=course, name=name, weight=weight.percent, position=number
        )
        if key in works:
            component.works.add(works[key])


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
