"""What these views share at the edge: when an upload counts, and how refusals are answered."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from courses import times
from courses.errors import Refused
from courses.faults import Fault, fault_of
from courses.texts import is_blank
from courses.web import page, wants_part
from schedule.deadlines import Status
from submissions.errors import StorageFull
from submissions.links import receipt_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from django.forms import Form

    from courses.web import Access, Request
    from schedule.deadlines import Deadline
    from submissions.duties import Duty
    from submissions.models import Receipt

# What an action may raise that becomes a sentence beside the form.
UNPROCESSABLE = 422
CONFLICT = 409
NO_ROOM = 503


def begun_at(request: Request, *, files: Iterable[str] = ()) -> datetime:
    """The instant at which a hand-in counts as begun (aware, UTC); call it early in a view.

    That is when the request began, but no more than `UPLOAD_GRACE_SECONDS` before its last
    byte came, and `TEXT_GRACE_SECONDS` where none of the `files` (names of fields) that are
    asked for comes with it: a request held open to be filled in after the deadline counts from
    then.
    """
    came = request.FILES  # the body is read here, if it has not been already
    is_upload = any(name in came for name in files)
    seconds = settings.UPLOAD_GRACE_SECONDS if is_upload else settings.TEXT_GRACE_SECONDS
    arrived_at = request.arrived_at or timezone.now()
    return max(request.at, arrived_at - timedelta(seconds=seconds))


def messages_of(form: Form) -> list[str]:
    """What is wrong with the shape of a form, one sentence each."""
    return [str(error) for errors in form.errors.values() for error in errors]


@contextmanager
def room() -> Iterator[None]:
    """Raise StorageFull when the database, or a disk, has no room for what the block stores."""
    try:
        yield
    except Exception as error:
        if fault_of(error) is Fault.FULL:
            raise StorageFull from error
        raise


def status_of(refused: Refused) -> int:
    """The HTTP status that answers this refusal."""
    return NO_ROOM if isinstance(refused, StorageFull) else UNPROCESSABLE


def to_receipt(slug: str, receipt: Receipt) -> HttpResponse:
    """Redirect a POST that was taken to its receipt (303)."""
    response = HttpResponseRedirect(receipt_path(slug, receipt.pk))
    response.status_code = 303
    return response


def time_refused(
    request: Request,
    *,
    access: Access,
    at: datetime,
    deadline: Deadline,
    what: str,
    typed: Mapping[str, str],
    duty: Duty,
    title: str = "Not handed in",
) -> HttpResponse:
    """The page (409) that says when it was due, or opens, and gives back what was typed.

    `typed` maps labels to texts; `duty` says what was handed in before and counts still. Where a
    part was asked for, only the part with the duty's anchor is answered.
    """
    context: dict[str, Any] = {
        "course": access.course,
        "access": access,
        "deadline": deadline,
        "is_early": deadline.status(at) is Status.NOT_OPEN,
        "what": what,
        "typed": {label: text for label, text in typed.items() if not is_blank(text)},
        "duty": duty,
        "stands": duty.receipt,
        "title": title,
        "came": times.exact(at, access.course.zone),
    }
    template = "_time_refused.html" if wants_part(request) else "time_refused.html"
    return page(request, f"submissions/{template}", context, status=CONFLICT)
