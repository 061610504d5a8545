"""Setting the rules of a course: its roles, and what is handed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.actions.locks import raise_revision
from schedule.errors import RulesContradict
from schedule.models import FileSlot, Prompt, Role, Work
from schedule.plan import columns, values
from schedule.plan.contradictions import Fault, faults_in, faults_on_dates
from schedule.queries import read_plan
from schedule.queries.rules import with_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from courses.models import Course
    from schedule.plan.plan import Plan
    from schedule.plan.values import Rules


@transaction.atomic
def set_rules(*, course: Course, rules: Rules, at: datetime) -> None:
    """Let the course have these roles and works, in this order, from `at` on.

    They are known by their keys. What is not among them any more goes, unless somebody has had the
    role or handed in the work: that can only be retired. Fixed dates may be named by their titles.

    Raises `RulesContradict` with all that cannot be; then nothing has changed.
    """
    rules, faults = with_dates(course, rules)
    faults += faults_in(rules.roles, rules.works)
    if faults:
        raise RulesContradict(faults)
    raise_revision(course.pk)
    works = {one.key: one for one in Work.objects.filter(course=course)}
    before = read_plan(course) if works else None
    faults += _without(works, rules.works, _is_handed_in, "has been handed in or graded")
    roles = {one.key: one for one in Role.objects.filter(course=course)}
    faults += _without(roles, rules.roles, _is_given, "has been given to somebody")
    if faults:
        raise RulesContradict(faults)
    for position, role in enumerate(rules.roles):
        row = roles.setdefault(role.key, Role(course=course))
        faults += _who_has_it(row, role)
        _save(row, columns.columns_of_role(role), position)
    for position, work in enumerate(rules.works):
        found = works.setdefault(work.key, Work(course=course))
        faults += _what_has_come(found, work)
        _save(found, _as_row(columns.columns_of_work(work)), position)
        found.roles.set(roles[key] for key in columns.roles_of(work.owed_by))
        faults += _parts(found, work)
    if before is not None:
        after = read_plan(course)
        faults += _whose_it_is(after, works.values())
        faults += faults_on_dates(before, after, at)
    if faults:
        raise RulesContradict(faults)


def faults_with(role: values.Role, course: Course) -> list[Fault]:
    """What could not be if this were a role of the course, a new one or instead of its own."""
    plan = read_plan(course)
    others = tuple(one for one in plan.roles if one.key != role.key)
    then = replace(plan, roles=(*others, role))
    faults = faults_in(then.roles, then.works)
    return faults or list(_whose_it_is(then, Work.objects.filter(course=course)))


def _save(row: Any, said: Mapping[str, Any], position: int) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.position = position
    row.save()


def _as_row(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as a row takes them: fixed dates by their ids."""
    return {f"{name}_id" if name.endswith("_date") else name: one for name, one in said.items()}


def _without(
    rows: dict[str, Any],
    stays: Iterable[values.Role | values.Work],
    is_used: Callable[[Any], bool],
    because: str,
) -> list[Fault]:
    """Let go of the rows that do not stay; a fault for each that has been used."""
    faults = []
    keys = {one.key for one in stays}
    for key in [key for key in rows if key not in keys]:
        row = rows.pop(key)
        if is_used(row):
            faults.append(Fault(key, "retired", f"{row.name} {because}: it can only be retired."))
        else:
            row.delete()
    return faults


def _is_handed_in(row: Work) -> bool:
    return row.pieces.exists() or row.grade_changes.exists()


def _is_given(row: Role) -> bool:
    return row.assignments.exists()


def _who_has_it(row: Role, role: values.Role) -> Iterable[Fault]:
    """What cannot change any more of a role that somebody has: who can, and for what."""
    if row.pk is None or not _is_given(row):
        return
    for name in ("holders", "per"):
        if getattr(row, name) != getattr(role, name):
            yield Fault(role.key, name, "It has been given to somebody, so this stays.")


def _what_has_come(row: Work, work: values.Work) -> Iterable[Fault]:
    """What cannot change any more of a work that has been handed in: what it is for."""
    if row.pk is not None and row.per != work.per and row.pieces.exists():
        yield Fault(work.key, "per", "It has been handed in, so it stays what it is handed in for.")


def _whose_it_is(plan: Plan, works: Iterable[Work]) -> Iterable[Fault]:
    """That what students, or groups, have handed in has become the others' by this plan."""
    for row in works:
        can_have = plan.owners_of(plan.work[row.key])
        if any(
            kind not in can_have and row.pieces.filter(**{f"{owner}__isnull": False}).exists()
            for kind, owner in _OWNERS.items()
        ):
            yield Fault(row.key, "owed_by", "It has been handed in, so it stays whose it is.")


_OWNERS = {values.Holders.GROUPS: "group", values.Holders.PERSONS: "enrolment"}


def _parts(row: Work, work: values.Work) -> list[Fault]:
    prompts = [columns.columns_of_prompt(one) for one in work.prompts]
    files = [columns.columns_of_file(one) for one in work.files]
    return [
        *_below(row, Prompt, "prompts", "answers", prompts),
        *_below(row, FileSlot, "files", "files", files),
    ]


def _below(
    row: Work, model: Any, field: str, use: str, said: list[dict[str, Any]]
) -> Iterable[Fault]:
    """Let the work have these prompts, or files; what has been answered stays."""
    there = {one.key: one for one in model.objects.filter(work=row)}
    for key in there.keys() - {one["key"] for one in said}:
        if getattr(there[key], use).exists():
            sentence = f"“{there[key].label}” has been handed in, so it stays."
            yield Fault(row.key, field, sentence)
        else:
            there[key].delete()
    for position, one in enumerate(said):
        _save(there.get(one["key"]) or model(work=row), one, position)
