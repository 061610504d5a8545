"""What holds for every request: its instant, what may be kept of it, and that no text is lost."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.cache import patch_cache_control

from courseapp.kept import forget, sent_by
from courseapp.pages.refused import no_room, server_error, signed_out, too_large
from courseapp.server.body import TOO_LARGE
from courseapp.server.requests import ARRIVED_AT, BEGAN_AT
from courses.faults import Fault, fault_of, said_plainly
from submissions.uploading import LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from courses.web import Request

logger = logging.getLogger(__name__)


class InstantMiddleware:
    """Puts two instants on the request (aware, UTC): `request.at`, when it began, and
    `request.arrived_at`, when its last byte had come.

    It began when its head was there: an upload counts from then, however long it takes. Our web
    server notes both (`courseapp.server`). Of another we know only that it begins now, and
    `arrived_at` is None.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stamp the request and go on."""
        ours = cast("Request", request)
        ours.at, ours.arrived_at = timezone.now(), None
        if BEGAN_AT in request.META:
            ours.at = datetime.fromtimestamp(request.META[BEGAN_AT], UTC)
            ours.arrived_at = datetime.fromtimestamp(request.META[ARRIVED_AT], UTC)
        return self.get_response(request)


class PlainFaultsMiddleware:
    """Lets nobody mistake a database that is busy or full: caches, sessions and throttles would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on with every statement and COMMIT watched."""
        with said_plainly(connection):
            return self.get_response(request)


class ScriptMiddleware:
    """Answers the forms that rostrum.js sends (`X-Sent-By: script`).

    A redirect becomes 204 with the address in `X-Location`: the script goes there itself, so
    that the page and its messages are fetched once. `X-Rostrum` on every answer tells ours
    from those of a proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, and turn a redirect into an address."""
        response = self.get_response(request)
        if request.headers.get("X-Sent-By") != "script":
            return response
        if response.status_code in (301, 302, 303):
            response["X-Location"] = response["Location"]
            del response["Location"], response["Content-Type"]
            response.content = b""
            response.status_code = 204
        response["X-Rostrum"] = "1"
        return response


class KeptMiddleware:
    """Keeps what was typed in a form whose session is over, whatever view or admin it was for.

    It is forgotten once the address has taken it. A database that is busy or full is
    answered here too, with the text (503).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; when the answer to a form is to sign in first, keep what it brought."""
        response = self.get_response(request)
        if request.method != "POST":
            return response
        ours = cast("Request", request)
        if _asks_to_sign_in(request, response):
            sent = sent_by(ours)
            if not sent.has_password and (sent.fields or sent.files or sent.account):
                return signed_out(ours, sent)
        elif response.status_code < 400:
            address = request.get_full_path()
            forget(ours, lambda one: one.address == address)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a database that cannot take anything just now, or has not answered.

        Of the latter, also to a COMMIT, nobody knows what it did: the page does not say it.
        """
        fault = fault_of(exception)
        if fault is None:
            return None
        logger.error("The database or the disk could not do it", exc_info=exception)
        is_unknown = fault is Fault.LOST and request.method == "POST"
        ours = cast("Request", request)
        return server_error(ours) if is_unknown else no_room(ours, fault)


class LostMiddleware:
    """Answers requests whose body could not be kept whole: too large, or a full disk.

    No view gets to see them. The page has what was kept of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The page that says so."""
        if request.method == "POST":
            len(request.POST)  # files are kept, or not, as the body is read
        lost = request.META.get(LOST)
        if not lost:
            return None
        ours = cast("Request", request)
        return too_large(ours) if lost == TOO_LARGE else no_room(ours, Fault.FULL)


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    if response.status_code not in (302, 303) or request.user.is_authenticated:
        return False
    to = urlsplit(response["Location"])
    doors = (resolve_url(settings.LOGIN_URL), resolve_url("admin:login"))
    return to.path in doors and "next=" in to.query


class PrivateMiddleware:
    """Tells browsers and proxies what not to keep.

    Whatever somebody who is signed in gets is theirs, and `no-store`: without it the browser keeps
    whole pages to go back to (bfcache), whatever else is said, and *Back* shows them after
    signing out. What was typed survives, since rostrum.js keeps it on the device; signing out
    makes the browser forget that too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, and set the headers where the view has not."""
        was_known = request.user.is_authenticated
        response = self.get_response(request)
        if was_known and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        if was_known and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
