"""Who may see and do what with grades. Visibility is a queryset.

A course's gradebook is its staff's; `courses.web.open_staff` opens the course for them, and
what stands below takes it from there. Students see their own row of released components.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.models import Enrolment
from grading.models import GradeChange, GradeComponent

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


def students_gradable_by(grader: Enrolment, at: datetime) -> QuerySet[Enrolment]:
    """The students, dropped ones too, whom `grader` grades at `at`: those of their course."""
    if not (grader.is_staff and grader.is_active(at)):
        return Enrolment.objects.none()
    return Enrolment.objects.filter(course=grader.course_id, role=Enrolment.Role.STUDENT)


def components_gradable_by(grader: Enrolment, at: datetime) -> QuerySet[GradeComponent]:
    """The components in which `grader` grades at `at`: those of the course they teach."""
    if not (grader.is_staff and grader.is_active(at)):
        return GradeComponent.objects.none()
    return GradeComponent.objects.filter(course=grader.course_id)


def components_led_by(leader: Enrolment, at: datetime) -> QuerySet[GradeComponent]:
    """The components that `leader` releases at `at`: instructors, in their own course."""
    if leader.role != Enrolment.Role.INSTRUCTOR or not leader.is_active(at):
        return GradeComponent.objects.none()
    return GradeComponent.objects.filter(course=leader.course_id)


def changes_visible_to(
    grader: Enrolment, student: Enrolment, at: datetime
) -> QuerySet[GradeChange]:
    """Every entry that reaches `student`, newest first; empty for who does not grade them."""
    if not students_gradable_by(grader, at).filter(pk=student.pk).exists():
        return GradeChange.objects.none()
    own = GradeChange.objects.filter(enrolment=student)
    asked = GradeChange.objects.filter(version__piece__enrolment=student)  # these name no student
    of_groups = GradeChange.objects.filter(
        enrolment=None, version__piece__group__isnull=False, version__receipt__members=student
    )
    ids = (
        own.order_by()
        .values("pk")
        .union(*(one.order_by().values("pk") for one in (asked, of_groups)), all=True)
    )
    return (
        GradeChange.objects.filter(pk__in=ids)
        .select_related(
            "component", "made_by__person", "enrolment", "work", "reading", "meeting",
            "version__piece__work", "version__piece__reading", "version__piece__meeting",
        )
        .order_by("-at", "-pk")
    )  # fmt: skip
