"""The pages that say why something was not taken, with what was sent still on them."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.views.decorators.csrf import requires_csrf_token

from courseapp.kept import MOST_TO_STRANGERS, Sent, keep, sent_by
from courses.faults import Fault, fault_of
from courses.web import is_account_mark

if TYPE_CHECKING:
    from courses.web import Request

MEGABYTE = 1024 * 1024
_WHY = {
    Fault.BUSY: "the server is busy with something else just now",
    Fault.FULL: "the server has no room for it just now",
    Fault.LOST: "the database does not answer just now",
}


def not_taken(request: Request, sent: Sent, *, why: str, status: int, **more: Any) -> HttpResponse:
    """“Not handed in, because `why`; your text is here.”, with the text.

    A stranger gets back what MOST_TO_STRANGERS holds. With `can_send` a button sends it again
    with a fresh token; `advice` is a sentence below.
    """
    if not request.user.is_authenticated and not is_account_mark(sent.account):
        sent = sent.up_to(MOST_TO_STRANGERS)
    context = {"sent": sent, "why": why, "status": status} | more
    response = render(request, "courseapp/not_taken.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def signed_out(request: Request, sent: Sent) -> HttpResponse:
    """The answer (401) to a form whose session is over: the text, kept, and the way to sign in."""
    is_kept = keep(request, sent)
    sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': resolve_url('kept')})}"
    return not_taken(
        request, sent, why="you are signed out", status=401, is_kept=is_kept, sign_in=sign_in
    )


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """The answer (403) to a form without a token that holds: the same form with a fresh one.

    The button is there only where the browser says that a page of ours sent the form: another
    site must not get its words handed in with one click. What was typed on another account's
    page is not sent in this one's name.
    """
    sent = sent_by(request)
    if sent.account and not request.user.is_authenticated and _is_from_here(request):
        return signed_out(request, sent)
    is_own = sent.is_of(request.user)
    if not is_own:
        why = "the page was opened with another account than you are signed in with now"
    elif reason == REASON_NO_CSRF_COOKIE:
        why = "your browser sent no cookie of this site, and needs to accept them"
    else:
        why = "the page was older than your last sign-in"
    can_send = is_own and not sent.has_password and _is_from_here(request)
    return not_taken(request, sent, why=why, status=403, can_send=can_send, is_own=is_own)


def _is_from_here(request: Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


@requires_csrf_token
def bad_request(request: Request, exception: Exception) -> HttpResponse:
    """What could not be read (400), or was too much (413), with what the limit is."""
    status, why = 400, "it could not be read"
    if isinstance(exception, RequestDataTooBig):
        limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // MEGABYTE
        status, why = 413, f"it is more than the {limit} MB of text that one form may hold"
    elif isinstance(exception, TooManyFieldsSent):
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0
        status, why = 413, f"it has more than the {limit:,} fields that one form may have"
    elif isinstance(exception, TooManyFilesSent):
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FILES or 0
        status, why = 413, f"it has more than the {limit} files that one form may bring"
    return render(request, "400.html", {"why": why}, status=status)


@requires_csrf_token
def too_large(request: Request) -> HttpResponse:
    """The file is larger than any may be (413); what came before it stands on the page."""
    why = f"it is larger than the {settings.UPLOAD_MAX_MB} MB that a file may have"
    return not_taken(request, sent_by(request), why=why, status=413)


@requires_csrf_token
def not_found(request: Request, exception: Exception) -> HttpResponse:
    """Nothing is here, or not for this person (404); what a form brought stands on the page."""
    return _nothing_here(request, 404, "this page is not there any more, or is not yours")


@requires_csrf_token
def forbidden(request: Request, exception: Exception) -> HttpResponse:
    """Not to be done by this person (403); what a form brought stands on the page."""
    return _nothing_here(request, 403, "it is not yours to do")


def _nothing_here(request: Request, status: int, why: str) -> HttpResponse:
    if request.method == "POST" and getattr(request, "csrf_processing_done", False):
        sent = sent_by(request)
        if sent.shown:
            return not_taken(request, sent, why=why, status=status, is_lost=True)
    return render(request, f"{status}.html", status=status)


@requires_csrf_token
def server_error(request: Request) -> HttpResponse:
    """Something broke (500): whether it arrived is not known, and the page does not say it is.

    A fault that passes is 503. It was met outside the view, which may have done its work.
    """
    fault = fault_of(sys.exc_info()[1])
    if fault is None or (fault is Fault.LOST and request.method == "POST"):
        return _at_fault(request, 500, "something broke on our side", is_unknown=True)
    return _at_fault(request, 503, _WHY[fault], is_unknown=True)


@requires_csrf_token
def no_room(request: Request, fault: Fault) -> HttpResponse:
    """The database is busy, full or away (503), and has done nothing: the same form, to be sent
    again in a minute."""
    return _at_fault(request, 503, _WHY[fault], is_unknown=False)


def _at_fault(request: Request, status: int, why: str, *, is_unknown: bool) -> HttpResponse:
    if request.method == "POST":
        # Whatever it was may break this page too; then comes one that needs nothing.
        with suppress(Exception):
            sent = sent_by(request)
            # Where the token was not asked for yet, another site may have sent it.
            was_checked = getattr(request, "csrf_processing_done", False)
            can_send = was_checked and not sent.has_password
            return not_taken(
                request,
                sent,
                why=why,
                status=status,
                can_send=can_send,
                is_unknown=is_unknown,
            )
    return HttpResponse(render_to_string(f"{status}.html", {"why": why}), status=status)
