"""What every template may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`at`, the instant of the request; `DEMO`, and then `demo_people` to sign in as."""
    values: dict[str, Any] = {"DEMO": settings.DEMO, "at": getattr(request, "at", None)}
    if settings.DEMO:
        from courseapp.demo.people import featured

        values["demo_people"] = featured  # called only where the template lists them
    return values
