"""Setting the rules of a course: its roles, and what is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.actions.locks import raise_revision
from schedule.errors import RulesContradict
from schedule.models import FileSlot, Prompt, Role, Work
from schedule.plan import columns
from schedule.plan.contradictions import Fault, faults_in, late_at_once, never_open, too_few
from schedule.queries import read_plan
from schedule.queries.rules import with_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from courses.models import Course
    from schedule.plan import values
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
    has_rules = course.works.exists()
    before = read_plan(course) if has_rules else None
    works = {one.key: one for one in Work.objects.filter(course=course)}
    faults += _without_works(works, rules)
    roles = {one.key: one for one in Role.objects.filter(course=course)}
    faults += _without_roles(roles, rules)
    if faults:
        raise RulesContradict(faults)
    for position, role in enumerate(rules.roles):
        said = columns.columns_of_role(role) | {"position": position}
        roles[role.key] = _saved(Role, course, roles.get(role.key), said)
    for position, work in enumerate(rules.works):
        row = works.get(work.key)
        faults += _what_has_come(row, work)
        said = _as_row(columns.columns_of_work(work)) | {"position": position}
        row = _saved(Work, course, row, said)
        row.roles.set(roles[key] for key in columns.roles_of(work.owed_by))
        faults += _parts(row, work)
    if before is not None:
        then = read_plan(course)
        faults += [*never_open(then), *too_few(then), *late_at_once(before, then, at)]
    if faults:
        raise RulesContradict(faults)


def _saved(model: type[Any], course: Course, row: Any, said: Mapping[str, Any]) -> Any:
    if row is None:
        return model.objects.create(course=course, **said)
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    return row


def _as_row(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as a row takes them: fixed dates by their ids."""
    return {f"{name}_id" if name.endswith("_date") else name: one for name, one in said.items()}


def _without_works(rows: dict[str, Work], rules: Rules) -> list[Fault]:
    faults = []
    stays = {work.key for work in rules.works}
    for key in [key for key in rows if key not in stays]:
        row = rows.pop(key)
        if row.pieces.exists() or row.grade_changes.exists():
            sentence = f"{row.name} has been handed in or graded: it can only be retired."
            faults.append(Fault(key, "retired", sentence))
        else:
            row.delete()
    return faults


def _without_roles(rows: dict[str, Role], rules: Rules) -> list[Fault]:
    faults = []
    stays = {role.key for role in rules.roles}
    for key in [key for key in rows if key not in stays]:
        row = rows.pop(key)
        if row.assignments.exists():
            sentence = f"{row.name} has been given to somebody: it can only be retired."
            faults.append(Fault(key, "retired", sentence))
        else:
            row.delete()
    return faults


def _what_has_come(row: Work | None, work: values.Work) -> Iterable[Fault]:
    """What cannot change any more of a work that has been handed in: for what it is, of whom."""
    if row is None or not row.pieces.exists():
        return
    said = columns.columns_of_work(work)
    if row.per != said["per"]:
        yield Fault(work.key, "per", "It has been handed in, so it stays what it is handed in for.")
    is_of_groups = row.pieces.filter(group__isnull=False).exists()
    if row.owed_by != said["owed_by"] and (is_of_groups or work_is_of_groups(work)):
        yield Fault(work.key, "owed_by", "It has been handed in, so it stays whose it is.")


def work_is_of_groups(work: values.Work) -> bool:
    """Whether every group owes it; of holders that depends on their roles."""
    return columns.columns_of_work(work)["owed_by"] == columns.GROUPS


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
        found = there.get(one["key"]) or model(work=row)
        for name, value in (one | {"position": position}).items():
            setattr(found, name, value)
        found.save()
