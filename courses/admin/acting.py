"""The base of admins whose forms ask the actions beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from courses.scoped_admin import CourseScopedAdmin

if TYPE_CHECKING:
    from django.http import HttpRequest

    from courses.web import Request


class ActingAdmin(CourseScopedAdmin):
    """Its form asks the actions what they would refuse, and so knows when it was sent."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, with the instant of the request in `at`."""
        form = super().get_form(request, obj, change, **kwargs)
        form.at = cast("Request", request).at
        return form
