"""The roster's entries in the admin; every change goes through an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages

from courses.actions.clashes import refusal_of
from courses.actions.roster import amend, drop, enrol, restore
from courses.addresses import clashes, derived, plain
from courses.admin.acting import ActingAdmin
from courses.errors import AddressTaken, NetIDTaken, Refused
from courses.models import Course, Enrolment
from courses.queries import addresses_in
from courses.scoped_admin import ScopedForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from courses.web import Request


class EnrolmentForm(ScopedForm):
    """What staff may correct of an entry; who has claimed it is not among it."""

    at: datetime
    is_dropped = forms.BooleanField(
        required=False, label="Dropped", help_text="Keeps the entry and all that was handed in."
    )

    homepage = forms.URLField(required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Enrolment
        fields = ("course", "role", "netid", "name", "email", "homepage")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["is_dropped"].initial = self.instance.dropped_at is not None

    def clean(self) -> dict[str, Any]:
        """Say before saving what the actions would refuse."""
        cleaned = super().clean()
        course = self.instance.course if self.instance.pk else cleaned.get("course")
        if self.errors or course is None:
            return cleaned
        refusal = refusal_of(course.pk, lambda: self.store(course))
        match refusal:
            case NetIDTaken():
                self.add_error("netid", str(refusal))
            case AddressTaken(address=address):
                said = {
                    derived(cleaned["netid"].strip(), course.email_domain): "netid",
                    plain(cleaned["email"]): "email",
                }
                self.add_error(said.get(address), str(refusal))
            case Refused():
                self.add_error(None, str(refusal))
        return cleaned

    def store(self, course: Course) -> Enrolment:
        """Enrol or amend, drop or restore, as the form says; raises `Refused` as the actions do."""
        data = self.cleaned_data
        fields = {name: data[name] for name in ("netid", "name", "email", "role")}
        entry = (
            Enrolment.objects.get(pk=self.instance.pk)
            if self.instance.pk
            else enrol(course=course, at=self.at, **fields)
        )
        columns = (*fields, "homepage")
        changed = {name: data[name] for name in columns if name in self.changed_data}
        is_moved = "is_dropped" in self.changed_data
        if is_moved and data["is_dropped"]:
            drop(enrolment=entry, at=self.at)
        if changed:
            entry = amend(enrolment=entry, at=self.at, **changed)
        if is_moved and not data["is_dropped"]:
            restore(enrolment=entry)
        return entry


@admin.register(Enrolment)
class EnrolmentAdmin(ActingAdmin):
    """The roster's entries; every change goes through an action."""

    form = EnrolmentForm
    list_display = ("label", "netid", "role", "course", "account", "is_on_roster")
    list_filter = ("course", "role", ("person", admin.EmptyFieldListFilter))
    list_select_related = ("course", "person")
    search_fields = ("netid", "name", "email")
    fields = (
        "course",
        "role",
        "netid",
        "name",
        "email",
        "homepage",
        "is_dropped",
        "account",
        "claimed_at",
        "dropped_at",
    )
    readonly_fields = ("account", "claimed_at", "dropped_at")
    actions = ("mark_as_dropped", "put_back")

    @admin.display(description="Account", ordering="person")
    def account(self, entry: Enrolment) -> str:
        """The address of whoever has claimed the entry; no link, accounts are the operators'."""
        return entry.person.email if entry.person else "not claimed"

    @admin.display(description="On the roster", boolean=True)
    def is_on_roster(self, entry: Enrolment) -> bool:
        """Whether the entry has not been dropped."""
        return entry.dropped_at is None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An entry stays in its course."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "course"] if obj else fields

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        """Do what the form says; an address that it leaves on two entries is named."""
        entry = form.store(obj.course)
        obj.pk, obj.created_at = entry.pk, entry.created_at
        for clash in clashes(addresses_in(entry.course_id)):
            if entry in (clash.first, clash.second):
                self.message_user(request, str(clash), messages.WARNING)

    @admin.action(description="Mark as dropped", permissions=["change"])
    def mark_as_dropped(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        """Drop the chosen entries of courses that the person leads."""
        at = cast("Request", request).at
        self._each(request, queryset, lambda entry: drop(enrolment=entry, at=at))

    @admin.action(description="Put back on the roster", permissions=["change"])
    def put_back(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        """Restore the chosen entries of courses that the person leads."""
        self._each(request, queryset, lambda entry: restore(enrolment=entry))

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Enrolment],
        change: Callable[[Enrolment], None],
    ) -> None:
        for entry in self.scoped(queryset, request, self.change_roles):
            try:
                change(entry)
            except Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
