"""Who does what at a meeting, in a table below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from courses.models import Enrolment
from courses.scoped_admin import INSTRUCTORS, CourseScopedTabular, ScopedForm
from schedule.models import Role, RoleAssignment
from schedule.plan import columns, values
from schedule.plan.roles_given import clashes, read_again
from schedule.plan.values import For, Holders

if TYPE_CHECKING:
    from django.http import HttpRequest

    from schedule.plan.asks import Owner
    from schedule.plan.plan import Plan

MOST = 60  # rows in the table


class AssignmentForm(ScopedForm):
    """One role with the group or the student that has it."""

    def clean(self) -> dict[str, Any]:
        """Refuse nobody, and two at once."""
        data = super().clean()
        group, student = self._holder("group"), self._holder("enrolment")
        if (group is None) == (student is None) and not self.errors and data.get("role"):
            field = "group" if "group" in self.fields else "enrolment"
            both = "Choose a group or a student, not both."
            self.add_error(field, both if group else "Choose who has the role.")
        return data

    def _holder(self, name: str) -> Any:
        return self.cleaned_data.get(name, getattr(self.instance, f"{name}_id"))


class RolesFormSet(forms.BaseInlineFormSet):
    """The roles of one meeting together: what rule R1 says is about all of them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the readings of this meeting alone, students, and roles that are still given."""
        super().add_fields(form, index)
        chosen = form.instance.role_id
        for name, rows in (
            ("reading", lambda rows: rows.filter(meeting=self.instance.pk)),
            ("enrolment", lambda rows: rows.filter(role=Enrolment.Role.STUDENT)),
            ("role", lambda rows: rows.filter(retired_at=None) | rows.filter(pk=chosen)),
        ):
            if name in form.fields:
                form.fields[name].queryset = rows(form.fields[name].queryset)

    def clean(self) -> None:
        """Refuse more holders than a role takes, others than have it, and two roles for one."""
        super().clean()
        if any(self.errors) or not self.has_changed():
            return
        kept = [
            form.instance
            for form in self.forms
            if form.cleaned_data.get("role") and not form.cleaned_data.get("DELETE")
        ]
        roles = {one.role.key: columns.role_of(vars(one.role)) for one in kept}
        named = {(one.group_id, one.enrolment_id): str(one.group or one.enrolment) for one in kept}
        given = [
            values.Assignment(
                one.role.key, self.instance.pk or 0, one.group_id, one.enrolment_id, one.reading_id
            )
            for one in kept
        ]
        refusals = clashes(roles, given, lambda owner: named[owner.group, owner.person])
        if refusals:
            raise ValidationError(refusals)


class RoleInline(CourseScopedTabular):
    """Who does what at the meeting."""

    model = RoleAssignment
    form = AssignmentForm
    formset = RolesFormSet
    max_num = MOST
    delete_roles = INSTRUCTORS

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The columns that the roles of this course need: not each has roles of students."""
        rows = Role.objects.filter(course=obj.course_id) if obj else Role.objects.none()
        said = set(rows.order_by().values_list("holders", "per").distinct())
        if not said:
            return ["role", "group", "enrolment"]
        holders, per = {one for one, _ in said}, {one for _, one in said}
        return [
            "role",
            *(["group"] if Holders.GROUPS in holders else []),
            *(["enrolment"] if Holders.PERSONS in holders else []),
            *(["reading"] if For.READING in per else []),
        ]


def said_of_repeats(plan: Plan, meeting: int) -> list[str]:
    """Who has another role on the same paper elsewhere, a sentence each (rule R3)."""
    return [
        f"{_name(plan, owner)} has another role on \u201c{title}\u201d on {other.on:%b} "
        f"{other.on.day} (R3)."
        for owner, title, other in read_again(plan, plan.meeting[meeting])
    ]


def _name(plan: Plan, owner: Owner) -> str:
    if owner.person is None:
        return str(plan.group_of(owner))
    return str(Enrolment.objects.select_related("person").get(pk=owner.person))
