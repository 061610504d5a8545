"""Filters of the lists of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Q

from courses.scoped_admin import STAFF, of_chosen_course
from groups.models import Membership, StudentGroup

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from courses.web import Request
    from grading.admin.work import WorkAdmin


LONGEST_ID = 18  # digits that fit every database


class GradedFilter(admin.SimpleListFilter):
    """What is ready to be graded and is not yet, or what is done."""

    title = "grade"
    parameter_name = "graded"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.work_admin = cast("WorkAdmin", model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two links; without one, all work is listed."""
        return [("no", "Not yet graded"), ("yes", "Graded or excused")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The work of the chosen state."""
        if self.value() == "no":
            return self.work_admin.waiting(queryset, cast("Request", request).at)
        if self.value() == "yes":
            return queryset.filter(grade_state__in=("scored", "excused"))
        return queryset


class OwnerGroupFilter(admin.SimpleListFilter):
    """The group whose work it is, or that its owner is in; groups of the person's courses only."""

    title = "group"
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The groups, by number."""
        groups = model_admin.scoped(StudentGroup.objects.order_by("number"), request, STAFF)
        groups = of_chosen_course(groups, request)
        return [(str(group.pk), str(group)) for group in groups]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A group's own work, and that of who is in the group at the time of looking."""
        value = self.value()
        if value is None:
            return queryset
        if not value.isdecimal() or len(value) > LONGEST_ID:
            return queryset.none()
        people = Membership.objects.filter(group=int(value), left_at=None).values("enrolment")
        return queryset.filter(Q(piece__group=int(value)) | Q(piece__enrolment__in=people))
