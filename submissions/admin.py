"""Receipts in the admin, to be read. Work itself is graded: see `grading.admin`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from courses.scoped_admin import NOBODY, CourseScopedAdmin
from submissions.models import Receipt

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Receipt)
class ReceiptAdmin(CourseScopedAdmin):
    """The server's word on every hand-in; nobody changes it."""

    change_roles = NOBODY
    add_roles = NOBODY
    list_display = ("number", "work", "handed_in_by", "meeting", "at", "due_at", "verdict")
    list_filter = ("course", "work", "verdict", "meeting")
    search_fields = ("handed_in_by__name", "handed_in_by__netid", "sha256")
    exclude = ("key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With who handed in and for which meeting."""
        return super().get_queryset(request).select_related("handed_in_by__person", "meeting")
