"""Who may see and do what with courses. Visibility is a queryset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from courses.models import Course, Enrolment
from courses.queries import enrolments_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from courses.models import Person


def courses_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Course]:
    """Public courses, and those the person is in at `at`."""
    mine = enrolments_of(person, at).order_by().values("course")
    return Course.objects.filter(Q(is_public=True) | Q(pk__in=mine))


def courses_taught_by(person: Person | AnonymousUser, at: datetime) -> QuerySet[Course]:
    """The courses in which the person is an instructor or TA at `at`.

    An operator (superuser) counts as staff of every course, in the admin only.
    """
    if person.is_superuser:
        return Course.objects.all()
    taught = enrolments_of(person, at).filter(
        role__in=(Enrolment.Role.TA, Enrolment.Role.INSTRUCTOR)
    )
    return Course.objects.filter(pk__in=taught.order_by().values("course"))


def courses_led_by(person: Person | AnonymousUser, at: datetime) -> QuerySet[Course]:
    """The courses whose instructor the person is at `at`; all of them for an operator."""
    if person.is_superuser:
        return Course.objects.all()
    led = enrolments_of(person, at).filter(role=Enrolment.Role.INSTRUCTOR)
    return Course.objects.filter(pk__in=led.order_by().values("course"))


def roles_taught(person: Person | AnonymousUser, at: datetime) -> dict[int, str]:
    """Course id -> the person's role there, for the courses they teach at `at`.

    An operator counts as instructor of every course, in the admin only. One query.
    """
    if person.is_superuser:
        return dict.fromkeys(Course.objects.values_list("pk", flat=True), "instructor")
    taught = enrolments_of(person, at).filter(
        role__in=(Enrolment.Role.TA, Enrolment.Role.INSTRUCTOR)
    )
    return dict(taught.order_by().values_list("course", "role"))


def can_create_courses(person: Person | AnonymousUser, at: datetime) -> bool:
    """Whether the person may import a page as a new course: instructors and operators."""
    return person.is_superuser or courses_led_by(person, at).exists()
