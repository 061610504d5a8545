"""The rules of a course, read from their rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schedule.models import FileSlot, Milestone, Prompt, Role, Work
from schedule.plan import columns, values
from schedule.plan.contradictions import Fault
from schedule.plan.moments import OnDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from courses.models import Course
    from schedule.plan.moments import Moment


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


def with_dates(course: Course, rules: values.Rules) -> tuple[values.Rules, list[Fault]]:
    """The rules with fixed dates by their ids where titles name them, and the titles not found."""
    faults: list[Fault] = []
    named = any(isinstance(one, OnDate) for work in rules.works for one in (work.opens, work.due))
    if not named:
        return rules, faults
    dates = list(Milestone.objects.filter(course=course).values_list("pk", "title"))

    def found(work: values.Work, edge: str) -> Moment | None:
        moment: Moment | None = getattr(work, edge)
        if not isinstance(moment, OnDate):
            return moment
        ids = [pk for pk, title in dates if moment.date in (pk, title)]
        if len(ids) == 1:
            return OnDate(ids[0])
        there = ", ".join(f"“{title}”" for _, title in dates) or "none"
        said = "no date" if not ids else "more than one date"
        sentence = f"There is {said} “{moment.date}” in this course; there is: {there}."
        faults.append(Fault(work.key, f"{edge}_date", sentence))
        return moment

    works = [
        replace(one, opens=found(one, "opens"), due=found(one, "due") or one.due)
        for one in rules.works
    ]
    return values.Rules(rules.roles, tuple(works)), faults


def titles_of(course: Course) -> dict[int, str]:
    """The titles of the course's fixed dates, by id. One query."""
    return dict(Milestone.objects.filter(course=course).values_list("pk", "title"))


def _below(
    model: type[Prompt | FileSlot], course: Course, names: Sequence[str]
) -> Iterable[dict[str, Any]]:
    rows = model._default_manager.filter(work__course=course).order_by("position", "pk")
    return rows.values("work", columns.ID, *names)
