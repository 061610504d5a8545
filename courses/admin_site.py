"""The admin site: one for operators and for everybody who teaches a course."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.utils import timezone

from courses.permissions import courses_taught_by

if TYPE_CHECKING:
    from django.http import HttpRequest

    from courses.models import Person


class RostrumAdminSite(admin.AdminSite):
    """Django's admin for operators, instructors and TAs; each sees their own courses only."""

    site_header = "Rostrum"
    site_title = "Rostrum"
    index_title = "Courses you teach"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the signed-in person may open the admin at all."""
        person = cast("Person", request.user)
        if not person.is_active:
            return False
        return courses_taught_by(person, getattr(request, "at", timezone.now())).exists() or bool(
            getattr(person, "is_superuser", False)
        )
