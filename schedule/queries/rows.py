"""The rows of a schedule, as its page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from schedule.models import Meeting, Reading, RoleAssignment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from courses.models import Course


def meetings_of(course: Course) -> QuerySet[Meeting]:
    """Every row of the course's schedule in order, with section, readings and roles.

    Three queries, however long the term is.
    """
    return (
        Meeting.objects.filter(course=course)
        .select_related("section", "lecturer")
        .prefetch_related(
            Prefetch("readings", Reading.objects.order_by("position")),
            Prefetch(
                "assignments",
                RoleAssignment.objects.select_related(
                    "group", "role", "enrolment__person"
                ).order_by("role__position", "role", "group__number", "pk"),
            ),
        )
        .order_by("on", "position")
    )
