"""Student groups in the admin: instructors change who is in them, TAs look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin

from courses.directions import isolated
from courses.models import Enrolment
from courses.scoped_admin import CourseScopedAdmin, CourseScopedTabular, ScopedForm
from groups.actions import join_group, leave_group
from groups.models import Membership, StudentGroup

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from courses.web import Request


class MembershipForm(ScopedForm):
    """Who joins; who is a member can leave, and keeps the credit for what was handed in."""

    taken = "Who you chose is in this group already."

    leaves = forms.BooleanField(required=False, label="Leaves now")

    class Meta:
        model = Membership
        fields = ("enrolment",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "enrolment" in self.fields:
            self.fields["enrolment"].disabled = True

    def clean_enrolment(self) -> Enrolment:
        """Students alone are in groups."""
        chosen: Enrolment = self.cleaned_data["enrolment"]
        if chosen.role != Enrolment.Role.STUDENT:
            raise forms.ValidationError(f"{chosen} is not a student.")
        if not self.instance.pk and chosen.dropped_at is not None:
            raise forms.ValidationError(f"{chosen} has dropped this course.")
        return chosen


class MembershipInline(CourseScopedTabular):
    """Who is in the group now."""

    model = Membership
    form = MembershipForm
    fields = ("enrolment", "joined_at", "leaves")
    readonly_fields = ("joined_at",)
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those who have not left."""
        return super().get_queryset(request).filter(left_at=None).select_related("enrolment")


@admin.register(StudentGroup)
class StudentGroupAdmin(CourseScopedAdmin):
    """The groups of a course (rule G1)."""

    fields = ("course", "number", "name")
    list_display = ("__str__", "number", "members_now", "course")
    list_filter = ("course",)
    search_fields = ("name", "members__name", "members__netid")
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With their members, for the list."""
        return super().get_queryset(request).prefetch_related("memberships__enrolment")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A group stays in its course."""
        return ("course",) if obj else ()

    @admin.display(description="Members")
    def members_now(self, group: StudentGroup) -> str:
        """Who has not left."""
        here = [one for one in group.memberships.all() if one.left_at is None]
        return ", ".join(isolated(one.enrolment.label) for one in here)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new group exists from now on."""
        if not change:
            obj.created_at = cast("Request", request).at
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Joining and leaving go through the actions."""
        at = cast("Request", request).at
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for one in formset.forms:
            data = getattr(one, "cleaned_data", {})
            if one.instance.pk:
                if data.get("leaves"):
                    leave_group(membership=one.instance, at=at)
                    formset.changed_objects.append((one.instance, ["left_at"]))
            elif data.get("enrolment"):
                member = join_group(group=form.instance, enrolment=data["enrolment"], at=at)
                formset.new_objects.append(member)
