"""What every template may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`DEMO` (bool) and `at`, the instant of the request."""
    return {"DEMO": settings.DEMO, "at": getattr(request, "at", None)}
