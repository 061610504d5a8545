"""Questions about rosters: who is on them, under which address, at which instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from courses.models import Enrolment

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from courses.models import Course, Person


def active(at: datetime, prefix: str = "") -> Q:
    """The filter for enrolments that are on the roster at `at`.

    `prefix` leads to them from other rows, such as "author__" from questions.
    """
    return Q(**{f"{prefix}dropped_at": None}) | Q(**{f"{prefix}dropped_at__gt": at})


def enrolments_of(person: Person | AnonymousUser, at: datetime) -> QuerySet[Enrolment]:
    """The person's claimed, active enrolments in all courses, with their courses."""
    if not person.is_authenticated:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(active(at), person=person.pk).select_related("course")


def enrolment_of(person: Person | AnonymousUser, course: Course, at: datetime) -> Enrolment | None:
    """The person's active entry in this course, or None."""
    if not person.is_authenticated:
        return None
    return Enrolment.objects.filter(active(at), person=person.pk, course=course).first()


def roster(course: Course, at: datetime) -> QuerySet[Enrolment]:
    """The course's active students at `at`, by name and NetID."""
    return (
        course.enrolments.filter(active(at), role=Enrolment.Role.STUDENT)
        .select_related("person")
        .order_by("name", "netid")
    )


def staff_of(course: Course, at: datetime) -> QuerySet[Enrolment]:
    """The course's active instructors and TAs at `at`, instructors first."""
    return (
        course.enrolments.filter(active(at), role__in=("instructor", "ta"))
        .select_related("person")
        .order_by("role", "pk")
    )


def address_of(enrolment: Enrolment) -> str:
    """Where to write to this entry: the claimed account's address, else the roster's.

    An unclaimed entry's derived NetID address is never written to: nobody has shown that
    it is theirs. Empty when there is none.
    """
    if enrolment.person is not None:
        return enrolment.person.email
    return enrolment.email
