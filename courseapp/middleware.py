"""The one place where a request's clock is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.cache import patch_cache_control

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


class PrivateMiddleware:
    """Tells browsers and proxies what not to keep.

    Whatever somebody who is signed in gets is private and asked for anew each time; on signing
    out the browser is told to forget what it has. `no-store` would be stricter and lose what was
    typed when somebody goes back to a form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, and set the headers where the view has not."""
        was_known = request.user.is_authenticated
        response = self.get_response(request)
        if was_known and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        if was_known and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache"'
        return response
