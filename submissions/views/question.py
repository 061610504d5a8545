"""Asking, editing and withdrawing a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from courses.errors import Refused
from courses.web import open_enrolled
from schedule.deadlines import DeadlinePassed, NotOpenYet
from schedule.models import Reading
from submissions.actions.questions import QUESTION_LENGTH, ask_question, withdraw_question
from submissions.errors import KeyReused, NothingHandedIn, StaleVersion
from submissions.forms import QuestionForm
from submissions.queries import question_duty
from submissions.views.edge import (
    CONFLICT,
    UNPROCESSABLE,
    begun_at,
    new_key,
    status_of,
    time_refused,
    to_receipt,
)

if TYPE_CHECKING:
    from courses.models import Enrolment
    from courses.web import Access, Request
    from submissions.duties import Duty
    from submissions.models import Receipt


def _open(request: Request, slug: str, reading: int) -> tuple[Access, Enrolment, Duty]:
    access, enrolment = open_enrolled(request, slug)
    found = get_object_or_404(
        Reading.objects.select_related("meeting"), pk=reading, meeting__course=access.course
    )
    found.meeting.course = access.course
    duty = question_duty(enrolment, found)
    if duty is None:
        raise Http404("No question is asked on this reading.")
    return access, enrolment, duty


def _context(request: Request, access: Access, duty: Duty, **more: Any) -> dict[str, Any]:
    versions = (
        duty.question.versions.select_related("receipt").order_by("-number")
        if duty.question
        else []
    )
    return {
        "course": access.course,
        "access": access,
        "duty": duty,
        "state": duty.state(request.at),
        "is_open": duty.can_act(request.at),
        "versions": versions,
        "limit": QUESTION_LENGTH,
        "key": new_key(),
    } | more


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_page(request: Request, slug: str, reading: int) -> HttpResponse:
    """The student's question on one reading, with its form and its versions (rule P2)."""
    at = begun_at(request)
    access, enrolment, duty = _open(request, slug, reading)
    if request.method != "POST":
        return render(request, "submissions/question.html", _context(request, access, duty))
    form = QuestionForm(request.POST)
    typed = request.POST.get("text", "")
    base = request.POST.get("base_version", "")
    again: dict[str, Any] = {"bound": True, "text": typed, "base_version": base}
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _again(request, access, duty, errors, UNPROCESSABLE, again)
    try:
        receipt = ask_question(
            reading=_reading(duty),
            author=enrolment,
            text=form.cleaned_data["text"],
            at=at,
            key=form.cleaned_data["key"],
            base_version=form.cleaned_data["base_version"],
        )
    except (DeadlinePassed, NotOpenYet) as error:
        return time_refused(
            request,
            access=access,
            at=at,
            deadline=error.deadline,
            what=f"A question on {duty.reading}",
            typed={"Your question": typed},
            back=reverse("submissions:meeting", args=(slug, duty.meeting.pk)),
            anchor=duty.anchor,
        )
    except StaleVersion as error:
        template = "submissions/_conflict.html" if request.htmx else "submissions/conflict.html"
        stale = _context(request, access, _open(request, slug, reading)[2])
        stale |= {"stored": error.stored, "offered": error.offered, "text": error.offered}
        return render(request, template, stale, status=CONFLICT)
    except Refused as error:
        if not isinstance(error, KeyReused):
            again["key"] = form.cleaned_data["key"].rsplit("-", 1)[0]
        return _again(request, access, duty, [str(error)], status_of(error), again)
    return _taken(request, slug, reading, receipt)


def _reading(duty: Duty) -> Reading:
    if duty.reading is None:
        raise Http404("No such reading.")
    return duty.reading


def _again(
    request: Request,
    access: Access,
    duty: Duty,
    errors: list[str],
    status: int,
    more: dict[str, Any],
) -> HttpResponse:
    """The form once more, with what was typed and why it was not taken."""
    template = "submissions/_question_again.html" if request.htmx else "submissions/question.html"
    return render(
        request, template, _context(request, access, duty, errors=errors, **more), status=status
    )


def _taken(request: Request, slug: str, reading: int, receipt: Receipt) -> HttpResponse:
    """The receipt's page, or for htmx the line that takes the form's place."""
    if not request.htmx:
        return to_receipt(slug, receipt)
    access, _, duty = _open(request, slug, reading)
    context = _context(request, access, duty, receipt=receipt)
    return render(request, "submissions/_question_item.html", context)


@login_required
@require_POST
def withdraw_page(request: Request, slug: str, reading: int) -> HttpResponse:
    """Withdraw the question; back to its page, where it can be handed in again."""
    access, enrolment, duty = _open(request, slug, reading)
    try:
        withdraw_question(reading=_reading(duty), author=enrolment, at=request.at)
    except (DeadlinePassed, NotOpenYet) as error:
        return time_refused(
            request,
            access=access,
            at=request.at,
            deadline=error.deadline,
            what=f"Your question on {duty.reading}",
            typed={},
            back=reverse("submissions:question", args=(slug, reading)),
        )
    except NothingHandedIn as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request, "Your question is withdrawn. Until class starts you can hand it in again."
        )
    response = redirect("submissions:question", slug=slug, reading=reading)
    response.status_code = 303
    return response
