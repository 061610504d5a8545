"""A course's own fields, its texts and its office hours in the admin."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator

from courses.actions.clashes import refusal_of
from courses.actions.roster import set_email_domain
from courses.addresses import plain
from courses.admin.acting import ActingAdmin
from courses.models import Course, CourseText, OfficeHours
from courses.models.course import validate_zone
from courses.orders import CLASS_TIMES, GROUP_SIZE, OFFICE_HOURS, TERM, say_broken, years_apart
from courses.scoped_admin import (
    NOBODY,
    STAFF,
    CourseScopedAdmin,
    CourseScopedStacked,
    ScopedForm,
)

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from courses.web import Request


class CourseTextInline(CourseScopedStacked):
    """The course's free text, edited with the course."""

    model = CourseText
    fields = ("kind", "title", "body", "position")


class CourseForm(ScopedForm):
    """A course's own fields."""

    at: datetime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits: dict[str, Any] = {
            "timezone": validate_zone,  # what follows from it is asked before the model is
            "weekdays": RegexValidator(
                r"\A[0-6](,[0-6])*\Z", "Write digits from 0 (Monday) to 6, such as 2,4."
            ),
            "group_size_min": MinValueValidator(1),
        }
        for name, validator in limits.items():
            if name in self.fields:
                self.fields[name].validators.append(validator)

    def clean_email_domain(self) -> str:
        """Say which entries the domain would confuse, before saving it."""
        domain: str = self.cleaned_data["email_domain"]
        if "email_domain" not in self.changed_data:
            return domain
        domain = plain(domain)
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

    `schedule.admin.course` completes it with what a change of class times does to the schedule, and
    `schedule.admin.course` registers that.
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
            {"fields": (("group_size_min", "group_size_max"),)},
        ),
    )

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Save; another address domain makes other addresses of NetIDs."""
        if "email_domain" in form.changed_data:
            at = cast("Request", request).at
            set_email_domain(course=obj, domain=obj.email_domain, at=at)
        super().save_model(request, obj, form, change)


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

    changes_plan = False

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
