"""The plan of a course, read from its rows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from courses.models import Enrolment
from groups.models import Membership, StudentGroup
from schedule.models import Meeting, Milestone, Reading, RoleAssignment, Section
from schedule.plan import calendar, values
from schedule.plan.plan import Plan
from schedule.queries.rules import roles_of, works_of

if TYPE_CHECKING:
    from courses.models import Course


def read_plan(course: Course) -> Plan:
    """The plan, from its rows; thirteen queries, however large the course."""
    return Plan(
        course=course.pk,
        zone=course.zone,
        created_at=course.created_at,
        people=_people(course),
        groups=_groups(course),
        meetings=_meetings(course),
        sections=tuple(
            calendar.Section(pk, title)
            for pk, title in Section.objects.filter(course=course)
            .order_by("position", "pk")
            .values_list("pk", "title")
        ),
        dates=_dates(course),
        roles=roles_of(course),
        works=works_of(course),
        assignments=tuple(
            values.Assignment(role, meeting, group, person, reading)
            for role, meeting, group, person, reading in RoleAssignment.objects.filter(
                meeting__course=course
            )
            .order_by("meeting", "role__position", "role", "group__number", "pk")
            .values_list("role__key", "meeting", "group", "enrolment", "reading")
        ),
    )


def _people(course: Course) -> tuple[values.Person, ...]:
    return tuple(
        values.Person(pk, role != Enrolment.Role.STUDENT, values.Span(since, until))
        for pk, role, since, until in Enrolment.objects.filter(course=course)
        .order_by("pk")
        .values_list("pk", "role", "created_at", "dropped_at")
    )


def _groups(course: Course) -> tuple[values.Group, ...]:
    stays: dict[int, list[values.Stay]] = defaultdict(list)
    for group, person, since, until in (
        Membership.objects.filter(group__course=course)
        .order_by("pk")
        .values_list("group", "enrolment", "joined_at", "left_at")
    ):
        stays[group].append(values.Stay(person, values.Span(since, until)))
    return tuple(
        values.Group(pk, number, name, recorded_at, tuple(stays[pk]))
        for pk, number, name, recorded_at in StudentGroup.objects.filter(course=course)
        .order_by("number")
        .values_list("pk", "number", "name", "created_at")
    )


def _dates(course: Course) -> tuple[calendar.FixedDate, ...]:
    rows = Milestone.objects.filter(course=course).order_by("due_at", "pk")
    return tuple(
        calendar.FixedDate(*row)
        for row in rows.values_list("pk", "title", "due_at", "on", "has_time", "is_scheduled")
    )


def _meetings(course: Course) -> tuple[calendar.Meeting, ...]:
    readings: dict[int, list[calendar.Reading]] = defaultdict(list)
    for meeting, pk, title, is_required, position, url, note in (
        Reading.objects.filter(meeting__course=course)
        .order_by("position", "pk")
        .values_list("meeting", "pk", "title", "is_required", "position", "url", "note")
    ):
        readings[meeting].append(calendar.Reading(pk, title, is_required, position, url, note))
    return tuple(
        calendar.Meeting(
            one.pk, one.kind, one.on, one.heading, one.starts_at, one.ends_at, one.position,
            tuple(readings[one.pk]), one.until, one.title if one.topic else "", one.section_id,
            one.lecturer_id, one.lecturer_name, one.lecture_url,
        )
        for one in Meeting.objects.filter(course=course).order_by("on", "position", "pk")
    )  # fmt: skip
