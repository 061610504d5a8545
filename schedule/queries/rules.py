"""The rules of a course, read from their rows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schedule.models import Role, Work
from schedule.plan import columns

if TYPE_CHECKING:
    from courses.models import Course
    from schedule.plan import values


def roles_of(course: Course) -> tuple[values.Role, ...]:
    """The course's roles in their order, retired ones too. One query."""
    rows = Role.objects.filter(course=course).order_by("position", "pk").values(*columns.ROLE)
    return tuple(map(columns.role_of, rows))


def works_of(course: Course) -> tuple[values.Work, ...]:
    """What the course has handed in, in its order, retired works too. Two queries."""
    roles: dict[int, list[str]] = defaultdict(list)
    for work, role in (
        Work.roles.through.objects.filter(work__course=course)
        .order_by("pk")
        .values_list("work", "role__key")
    ):
        roles[work].append(role)
    rows = Work.objects.filter(course=course).order_by("position", "pk")
    return tuple(columns.work_of(row, roles[row["pk"]]) for row in rows.values("pk", *columns.WORK))
