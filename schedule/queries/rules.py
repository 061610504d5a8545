"""The rules of a course, read from their rows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from schedule.models import FileSlot, Prompt, Role, Work
from schedule.plan import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from courses.models import Course
    from schedule.plan import values


def roles_of(course: Course) -> tuple[values.Role, ...]:
    """The course's roles in their order, retired ones too. One query."""
    rows = Role.objects.filter(course=course).order_by("position", "pk").values(*columns.ROLE)
    return tuple(map(columns.role_of, rows))


def works_of(course: Course) -> tuple[values.Work, ...]:
    """What the course has handed in, in its order, retired works too. Four queries."""
    roles: dict[int, list[str]] = defaultdict(list)
    for work, role in (
        Work.roles.through.objects.filter(work__course=course)
        .order_by("pk")
        .values_list("work", "role__key")
    ):
        roles[work].append(role)
    prompts: dict[int, list[values.Prompt]] = defaultdict(list)
    for prompt in _below(Prompt, course, columns.PROMPT):
        prompts[prompt["work"]].append(columns.prompt_of(prompt))
    files: dict[int, list[values.FileSlot]] = defaultdict(list)
    for slot in _below(FileSlot, course, columns.FILE):
        files[slot["work"]].append(columns.file_of(slot))
    rows = Work.objects.filter(course=course).order_by("position", "pk")
    return tuple(
        columns.work_of(
            row, roles[row[columns.ID]], prompts[row[columns.ID]], files[row[columns.ID]]
        )
        for row in rows.values(columns.ID, *columns.WORK)
    )


def _below(
    model: type[Prompt | FileSlot], course: Course, names: Sequence[str]
) -> Iterable[dict[str, Any]]:
    rows = model._default_manager.filter(work__course=course).order_by("position", "pk")
    return rows.values("work", columns.ID, *names)
