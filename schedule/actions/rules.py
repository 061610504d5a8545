"""Laying the rules of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.actions.locks import raise_revision
from schedule.errors import RulesContradict
from schedule.models import FileSlot, Prompt, Role, Work
from schedule.plan import columns
from schedule.plan.checks import faults_in

if TYPE_CHECKING:
    from courses.models import Course
    from schedule.plan.values import Rules


@transaction.atomic
def lay_rules(*, course: Course, rules: Rules) -> None:
    """Give a course that has none its roles and works, in this order.

    Raises `RulesContradict` with all that cannot be; then nothing has changed.
    """
    faults = faults_in(rules.roles, rules.works)
    if faults:
        raise RulesContradict(faults)
    raise_revision(course.pk)
    roles = {
        role.key: Role.objects.create(
            course=course, position=position, **columns.columns_of_role(role)
        )
        for position, role in enumerate(rules.roles)
    }
    for position, work in enumerate(rules.works):
        row = Work.objects.create(
            course=course, position=position, **_with_dates(columns.columns_of_work(work))
        )
        row.roles.set(roles[key] for key in columns.roles_of(work.owed_by))
        Prompt.objects.bulk_create(
            Prompt(work=row, position=number, **columns.columns_of_prompt(one))
            for number, one in enumerate(work.prompts)
        )
        FileSlot.objects.bulk_create(
            FileSlot(work=row, position=number, **columns.columns_of_file(one))
            for number, one in enumerate(work.files)
        )


def _with_dates(said: dict[str, Any]) -> dict[str, Any]:
    """The columns as a row takes them: fixed dates by their ids."""
    return {f"{name}_id" if name.endswith("_date") else name: one for name, one in said.items()}
