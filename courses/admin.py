"""Courses and rosters in the admin: each course's staff see that course alone."""

from __future__ import annotations

import calendar
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator

from courses.actions.clashes import refusal_of
from courses.actions.roster import amend, drop, enrol, restore, set_email_domain
from courses.addresses import clashes, derived, plain
from courses.change_admin import ChangeAdmin
from courses.errors import AddressTaken, NetIDTaken, Refused
from courses.models import Course, CourseText, Enrolment, Notice, OfficeHours, Person
from courses.orders import CLASS_TIMES, GROUP_SIZE, OFFICE_HOURS, TERM, say_broken, years_apart
from courses.queries import addresses_in
from courses.scoped_admin import (
    NOBODY,
    STAFF,
    CourseScopedAdmin,
    CourseScopedStacked,
    ScopedForm,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from courses.web import Request

LONGEST_HOURS = 24 * 28  # four weeks
LEAST_POINTS = Decimal("0.01")  # nothing can be graded out of less
NO_POINTS = "Nothing can be graded out of zero."


class CourseTextInline(CourseScopedStacked):
    """The course's free text, edited with the course."""

    model = CourseText
    fields = ("kind", "title", "body", "position")


class ActingAdmin(CourseScopedAdmin):
    """Its form asks the actions what they would refuse, and so knows when it was sent."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, with the instant of the request in `at`."""
        form = super().get_form(request, obj, change, **kwargs)
        form.at = cast("Request", request).at
        return form


class CourseForm(ScopedForm):
    """A course's own fields. Hours end where no date could be reckoned from them any more."""

    at: datetime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits: dict[str, Any] = {
            "slides_lead_hours": MaxValueValidator(LONGEST_HOURS),
            "summary_lag_hours": MaxValueValidator(LONGEST_HOURS),
            "weekdays": RegexValidator(
                r"\A[0-6](,[0-6])*\Z", "Write digits from 0 (Monday) to 6, such as 2,4."
            ),
            "question_points": MinValueValidator(LEAST_POINTS, NO_POINTS),
            "work_points": MinValueValidator(LEAST_POINTS, NO_POINTS),
            "group_size_min": MinValueValidator(1),
        }
        for name, validator in limits.items():
            if name in self.fields:
                self.fields[name].validators.append(validator)

    def clean_email_domain(self) -> str:
        """Say which entries the domain would confuse, before saving it."""
        domain = plain(self.cleaned_data["email_domain"])
        course = Course(pk=self.instance.pk)
        refusal = refusal_of(
            course.pk, lambda: set_email_domain(course=course, domain=domain, at=self.at)
        )
        if refusal is not None:
            raise ValidationError(str(refusal))
        return domain

    def clean(self) -> dict[str, Any]:
        """Refuse what would run backwards, and dates of another century."""
        cleaned = super().clean()
        for name in ("starts_on", "ends_on"):
            if sentence := years_apart(cleaned.get(name)):
                self.add_error(name, sentence)
        say_broken(self, CLASS_TIMES, TERM, GROUP_SIZE)
        return cleaned


class CourseAdmin(ActingAdmin):
    """A course's own fields, for its instructors; courses are made from a page.

    `schedule.admin_course` registers it, with what a change of class times does to the schedule.
    """

    form = CourseForm
    add_roles = NOBODY
    list_display = ("__str__", "term", "timezone", "is_public")
    inlines = (CourseTextInline,)
    readonly_fields = ("slug", "created_at")
    fieldsets = (
        (None, {"fields": ("code", "title", "term", "slug", "created_at")}),
        (
            "Where and when",
            {
                "fields": (
                    "timezone",
                    "room",
                    "weekdays",
                    ("class_starts", "class_ends"),
                    ("starts_on", "ends_on"),
                )
            },
        ),
        ("Contact", {"fields": ("contact_label", "contact_url", "staff_email", "email_domain")}),
        ("What the public sees", {"fields": ("is_public", "show_student_names", "accent_hue")}),
        (
            "Policies",
            {
                "fields": (
                    ("group_size_min", "group_size_max"),
                    "absences_allowed",
                    "talk_minutes",
                    "slides_lead_hours",
                    "summary_lag_hours",
                    "question_points",
                    "work_points",
                )
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Save; another address domain makes other addresses of NetIDs."""
        if "email_domain" in form.changed_data:
            at = cast("Request", request).at
            set_email_domain(course=obj, domain=obj.email_domain, at=at)
        super().save_model(request, obj, form, change)


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


class OfficeHoursForm(ScopedForm):
    """A weekly slot, by the name of its day."""

    weekday = forms.TypedChoiceField(
        choices=[("", "---------"), *enumerate(calendar.day_name)],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse hours that run backwards."""
        cleaned = super().clean()
        say_broken(self, OFFICE_HOURS)
        return cleaned


@admin.register(OfficeHours)
class OfficeHoursAdmin(CourseScopedAdmin):
    """When the staff can be asked; TAs keep their own hours up to date too."""

    form = OfficeHoursForm

    change_roles = STAFF
    add_roles = STAFF
    delete_roles = STAFF
    list_display = ("__str__", "course", "weekday", "starts", "ends")
    list_filter = ("course",)
    list_select_related = ("course",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The staff as boxes to tick: there are few, and it works without a script."""
        kwargs["widget"] = forms.CheckboxSelectMultiple
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.queryset = field.queryset.filter(role__in=STAFF)
        return field


class OperatorAdmin(ChangeAdmin):
    """Seen by operators alone; whoever teaches does not find it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model is listed."""
        return bool(getattr(request.user, "is_superuser", False))


@admin.register(Person)
class PersonAdmin(OperatorAdmin):
    """Accounts. Passwords are changed by their owners."""

    list_display = ("email", "name", "is_active", "is_superuser", "joined_at")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_superuser", "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are made by signing up."""
        return False


@admin.register(Notice)
class NoticeAdmin(OperatorAdmin):
    """The outbox, to see what was not delivered. Bodies may hold secrets and stay unseen."""

    list_display = ("subject", "address", "kind", "created_at", "sent_at", "attempts", "last_error")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("address", "subject", "key")
    fields = (
        "course", "address", "kind", "key", "subject", "created_at", "sent_at", "attempts",
        "retry_at", "last_error",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Notices are posted by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A deleted notice would be posted again."""
        return False
