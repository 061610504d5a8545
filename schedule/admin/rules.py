"""The rules of a course in the admin: its roles, and what is handed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model

from courses.admin.acting import ActingAdmin
from courses.models import Course
from courses.scoped_admin import NOBODY, CourseScopedAdmin, CourseScopedTabular, ScopedForm
from schedule.actions.rules import faults_with
from schedule.forms.rulesfile import hold_to_model
from schedule.models import FileSlot, Prompt, Role, Work
from schedule.plan import columns
from schedule.plan.contradictions import faults_of_work, faults_on_dates
from schedule.queries import read_plan
from schedule.queries.rules import roles_of, works_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from schedule.plan.plan import Plan


class RoleForm(ScopedForm):
    """A role of a course."""

    def clean(self) -> dict[str, Any]:
        """Say what contradicts itself at the field."""
        data = super().clean()
        said = {name: getattr(self.instance, name) for name in columns.ROLE}
        said |= {name: data[name] for name in said if name in data}
        if not self.errors:
            role = columns.role_of(said)
            for fault in faults_with(role, data.get("course") or self.instance.course):
                is_own = fault.key == role.key and fault.field in self.fields
                said_of = "" if fault.key == role.key else f"{fault.place}: "
                self.add_error(fault.field if is_own else None, f"{said_of}{fault.sentence}")
        return data


@admin.register(Role)
class RoleAdmin(CourseScopedAdmin):
    """What groups or students do at a meeting."""

    form = RoleForm
    fields: ClassVar[Any] = (
        "course", "key", "name", "words", "holders", "per", ("least", "most"), "minutes",
        "must_attend", "position",
    )  # fmt: skip
    list_display = ("name", "course", "holders", "per", "least", "most")
    list_filter = ("course",)
    list_select_related = ("course",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A role stays in its course and keeps its key; who has it stays of one kind."""
        if obj is None:
            return ()
        given = ("holders", "per") if obj.assignments.exists() else ()
        return ("course", "key", *given)


class WorkForm(ScopedForm):
    """A work of a course; what its dates would be is asked before they are set."""

    at: datetime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hold_to_model(Work, self.fields)

    def clean(self) -> dict[str, Any]:
        """Say what contradicts itself, and what would be late at once, at the field."""
        data = super().clean()
        data, lacking = columns.completed(data, self.changed_data)
        self.cleaned_data = data
        for name, sentence in lacking:
            if name not in self.errors:
                self.add_error(name, sentence)
        if self.errors:
            return data
        course = self.instance.course
        stored = next(one for one in works_of(course) if one.key == self.instance.key)
        said = columns.columns_of_work(stored)
        said |= {name: _id_of(data[name]) for name in said if name in data}
        own = columns.roles_of(stored.owed_by)
        work = columns.work_of(said, own, stored.prompts, stored.files)
        for fault in faults_of_work(work, {role.key: role for role in roles_of(course)}):
            self.add_error(fault.field if fault.field in self.fields else None, fault.sentence)
        if not self.errors:
            self._look_at_dates(read_plan(Course.objects.get(pk=course.pk)), work)
        return data

    @property
    def changed_columns(self) -> list[str]:
        """What was changed, and what a moment that is reckoned from elsewhere keeps no more."""
        changed = super().changed_columns
        whole = [
            f"{edge}_{part}"
            for edge in ("opens", "due")
            if any(name.startswith(f"{edge}_") for name in changed)
            for part in columns.MOMENT
        ]
        if {"counts", "count_of", "may_miss"} & set(changed):
            whole += ["counts", "count_of", "may_miss"]
        return list(dict.fromkeys([*changed, *whole]))

    def _look_at_dates(self, plan: Plan, work: Any) -> None:
        others = tuple(work if one.key == work.key else one for one in plan.works)
        then = replace(plan, works=others)
        for fault in faults_on_dates(plan, then, self.at):
            if fault.key == work.key:
                self.add_error(fault.field, fault.sentence)


def _id_of(value: Any) -> Any:
    """A chosen row by its id, as a plan has it."""
    return value.pk if isinstance(value, Model) else value


class _Shown(CourseScopedTabular):
    """What belongs to a work, to be read here."""

    change_roles = add_roles = NOBODY
    extra = 0
    show_change_link = False


class PromptInline(_Shown):
    """What is written."""

    model = Prompt
    fields: ClassVar[Any] = ("key", "label", "longest", "points", "is_needed")


class FileInline(_Shown):
    """Which files are handed in."""

    model = FileSlot
    fields: ClassVar[Any] = ("key", "label", "kind", "most_mb", "most_pages", "is_needed")


@admin.register(Work)
class WorkAdmin(ActingAdmin):
    """What is handed in, by when, and what happens to what comes later."""

    form = WorkForm
    add_roles = frozenset()
    fields: ClassVar[Any] = (
        "course", "key", ("name", "is_plural"), "owed_by", "per",
        ("opens_from", "opens_minutes", "opens_days", "opens_clock", "opens_date"),
        ("due_from", "due_minutes", "due_days", "due_clock", "due_date"),
        ("after", "closes_minutes"), "can_withdraw", "remind_hours", "seen_by", "points",
        ("counts", "count_of", "may_miss"), "position",
    )  # fmt: skip
    readonly_fields = ("course", "key", "owed_by", "per")
    inlines = (PromptInline, FileInline)
    list_display = ("name", "course", "owed_by", "per", "due_from", "points")
    list_filter = ("course",)
    list_select_related = ("course",)
