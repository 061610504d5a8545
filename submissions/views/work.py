"""The page of any work: its form, its versions, handing in and taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from courses import times
from courses.errors import Refused
from courses.texts import clean
from courses.web import page, wants_part
from groups.models import StudentGroup
from groups.queries import members_of
from schedule.deadlines import DeadlinePassed, NotOpenYet, Status, Verdict
from submissions.actions.hand_in import hand_in
from submissions.actions.withdraw import withdraw
from submissions.errors import Incomplete, KeyReused, StaleVersion, TooLong
from submissions.forms import WorkForm
from submissions.links import work_path
from submissions.queries import counting_version
from submissions.shown import shown_form
from submissions.views.edge import (
    CONFLICT,
    UNPROCESSABLE,
    begun_at,
    messages_of,
    room,
    status_of,
    time_refused,
    to_receipt,
)
from submissions.views.place import Place, open_place, stands

if TYPE_CHECKING:
    from datetime import datetime

    from courses.web import Request
    from schedule.deadlines import Deadline
    from submissions.models import Version
    from submissions.shown import ShownForm


FILE_INSTEAD = "file_instead"
"""Beside the parts of a work that takes answers or files: only the files are handed in."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def work_page(
    request: Request, slug: str, work: str, meeting: int = 0, reading: int = 0
) -> HttpResponse:
    """What is asked of the viewer or their group, with its form and its versions."""
    place = open_place(request, slug, work, meeting, reading)
    at = begun_at(request, files=[one.key for one in place.work.files])
    if place.owner is None:
        return page(request, "submissions/choose_group.html", {**_common(place)})
    if request.method == "POST":
        return _hand_in(request, place, at)
    context = _context(request, place, at)
    return page(request, "submissions/work.html", context)


def _common(place: Place) -> dict[str, Any]:
    return {
        "course": place.access.course,
        "access": place.access,
        "work": place.work,
        "ask": place.ask,
        "meeting": place.ask.meeting,
        "reading": place.ask.reading,
        "group": place.group,
        "groups": place.groups,
    }


def _context(
    request: Request, place: Place, at: datetime, form: ShownForm | None = None, **more: Any
) -> dict[str, Any]:
    """What every template of a work reads, as it is stored now."""
    duty, versions = stands(place, request)
    newest = versions[0] if versions else None
    counting = counting_version(() if duty.withdrawn else versions)
    in_time = counting if counting and counting.receipt.verdict == Verdict.ON_TIME else None
    status = place.ask.deadline.status(at)
    return {
        **_common(place),
        "duty": duty,
        "state": duty.state(request.at),
        "deadline": place.ask.deadline,
        "is_early": status is Status.NOT_OPEN,
        "is_open": status in {Status.OPEN, Status.GRACE},
        "is_over": at >= place.ask.deadline.due_at,
        "members": members_of(StudentGroup(pk=place.group.id), at) if place.group else (),
        "max_mb": settings.UPLOAD_MAX_MB,
        "grace_minutes": settings.UPLOAD_GRACE_SECONDS // 60,
        "versions": versions,
        "counting": counting,
        "in_time": in_time,
        "form": form or _as_stored(place, newest),
        **more,
    }


def _as_stored(place: Place, newest: Version | None) -> ShownForm:
    if newest is None:
        return shown_form(place.work)
    return shown_form(
        place.work, texts=newest.texts, there=_names(newest), base_version=str(newest.number)
    )


def _names(version: Version) -> dict[str, str]:
    return {key: stored.name for key, stored in version.stored_files.items()}


def _hand_in(request: Request, place: Place, at: datetime) -> HttpResponse:
    form = WorkForm(place.work, request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, place, at, messages_of(form), key=form.cleaned_data.get("key", ""))
    base_version = form.cleaned_data["base_version"] if place.work.prompts else None
    try:
        with room():
            receipt = hand_in(
                thing=place.ask.key,
                by=place.enrolment,
                group=place.group.id if place.group else None,
                answers=_texts(request, place, form),
                uploads=form.uploads,
                at=at,
                key=form.cleaned_data["key"],
                base_version=base_version,
            )
    except (DeadlinePassed, NotOpenYet) as error:
        return _too_late(request, place, at, error.deadline)
    except StaleVersion as error:
        return _conflict(request, place, at, error, had_file=bool(form.uploads))
    except Refused as error:
        key = "" if isinstance(error, KeyReused) else form.cleaned_data["key"]
        return _again(request, place, at, [str(error)], status_of(error), key, wrong=_beside(error))
    if not wants_part(request):
        return to_receipt(place.access.course.slug, receipt)
    # For rostrum.js, the line that takes the form's place.
    saved = times.exact(receipt.at, place.access.course.zone)
    context = _context(request, place, at, receipt=receipt, saved=saved)
    return page(request, "submissions/_done.html", context)


def _texts(request: Request, place: Place, form: WorkForm) -> dict[str, str]:
    """What was typed: nothing where a file comes instead, which is said in so many words, or
    plain where the texts stand as they were."""
    if not (place.work.is_either and form.uploads):
        return form.texts
    if FILE_INSTEAD in request.POST:
        return {}
    _, versions = stands(place, request)
    based_on = form.cleaned_data["base_version"]
    base = next((one for one in versions if one.number == based_on), None)
    typed = {key: text for key, text in form.texts.items() if clean(text)}
    shown = {key: clean(text) for key, text in typed.items()}
    return {} if base is not None and shown == base.texts else form.texts


def _typed(request: Request, place: Place) -> dict[str, str]:
    return {one.key: request.POST.get(one.key, "") for one in place.work.prompts}


def _beside(refused: Refused) -> dict[str, str]:
    """Which fields a refusal is about, with what to say beside each."""
    if isinstance(refused, Incomplete):
        return dict.fromkeys(refused.fields, "This is needed.")
    if isinstance(refused, TooLong):
        return {refused.field: str(refused)}
    return {}


def _again(
    request: Request,
    place: Place,
    at: datetime,
    errors: list[str],
    status: int = UNPROCESSABLE,
    key: str = "",
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    """The form once more, with what was typed and why it was not taken."""
    _, versions = stands(place, request)
    posted = request.POST.get("base_version", "")
    form = shown_form(
        place.work,
        texts=_typed(request, place),
        there=_names(versions[0]) if versions else {},
        errors=errors,
        wrong=wrong or {},
        key=key,
        base_version=posted if posted.isdecimal() else "0",
    )
    template = "_again.html" if wants_part(request) else "work.html"
    context = _context(request, place, at, form)
    return page(request, f"submissions/{template}", context, status=status)


def _conflict(
    request: Request, place: Place, at: datetime, stale: StaleVersion, *, had_file: bool
) -> HttpResponse:
    """Both texts, side by side; handing in again is a decision."""
    stored = stale.stored
    form = shown_form(
        place.work,
        texts=_typed(request, place) if any(stale.offered.values()) else {},
        stored=stored.texts,
        there=_names(stored),
        base_version=str(stored.number),
    )
    part = "_" if wants_part(request) else ""
    context = _context(request, place, at, form, stored=stored, had_file=had_file)
    context["next_version"] = stored.number + 1
    return page(request, f"submissions/{part}conflict.html", context, status=CONFLICT)


def _too_late(
    request: Request, place: Place, at: datetime, deadline: Deadline, title: str = "Not handed in"
) -> HttpResponse:
    duty, _ = stands(place, request)
    typed = _typed(request, place) if title == "Not handed in" else {}
    return time_refused(
        request,
        access=place.access,
        at=at,
        deadline=deadline,
        what=duty.title,
        typed={one.label: typed.get(one.key, "") for one in place.work.prompts},
        duty=duty,
        title=title,
    )


@login_required
@require_POST
def withdraw_page(
    request: Request, slug: str, work: str, meeting: int = 0, reading: int = 0
) -> HttpResponse:
    """Take it back; on to its page, where it can be handed in again."""
    at = begun_at(request)
    place = open_place(request, slug, work, meeting, reading)
    group = place.group.id if place.group else None
    try:
        with room():
            withdraw(thing=place.ask.key, by=place.enrolment, group=group, at=at)
    except (DeadlinePassed, NotOpenYet) as error:
        return _too_late(request, place, at, error.deadline, "Not withdrawn")
    except Refused as error:
        messages.warning(request, str(error))
    else:
        until = times.in_full(place.ask.deadline.due_at, place.access.course.zone)
        messages.success(
            request, f"{place.work.name}: withdrawn. Until {until} you can hand in again."
        )
    response = HttpResponseRedirect(work_path(slug, place.ask.key, group))
    response.status_code = 303
    return response
