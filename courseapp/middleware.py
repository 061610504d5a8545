"""The one place where a request's clock is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class InstantMiddleware:
    """Puts the instant at which the request began on it, as `request.at` (aware, UTC).

    It stands first, before any part of the body is read: an upload counts from when it
    began, not from when its last byte came.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stamp the request and go on."""
        request.at = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)
