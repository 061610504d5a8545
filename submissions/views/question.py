"""Asking, editing and withdrawing a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from courses import times
from courses.errors import Refused
from courses.web import open_enrolled, wants_part
from schedule.deadlines import DeadlinePassed, NotOpenYet
from schedule.models import Reading
from submissions.actions.questions import QUESTION_LENGTH, ask_question, withdraw_question
from submissions.errors import KeyReused, StaleVersion
from submissions.forms import QuestionForm
from submissions.models import QuestionVersion
from submissions.queries import is_asked_about, question_duty
from submissions.views.edge import (
    CONFLICT,
    UNPROCESSABLE,
    begun_at,
    messages_of,
    new_key,
    room,
    status_of,
    time_refused,
    to_receipt,
)

if TYPE_CHECKING:
    from courses.models import Enrolment
    from courses.web import Access, Request
    from submissions.duties import Duty


def _open(request: Request, slug: str, reading: int) -> tuple[Access, Enrolment, Reading]:
    """The course, the student's entry and the reading; Http404 where no question is owed."""
    access, enrolment = open_enrolled(request, slug)
    found = get_object_or_404(
        Reading.objects.select_related("meeting"), pk=reading, meeting__course=access.course
    )
    found.meeting.course = access.course
    if enrolment.is_staff or not is_asked_about(found):
        raise Http404("No question is asked on this reading.")
    return access, enrolment, found


def _duty(request: Request, enrolment: Enrolment, reading: Reading) -> Duty:
    """The student's duty on the reading as it is stored now."""
    duty = question_duty(enrolment, reading, request.at)
    if duty is None:
        raise Http404("No question is asked on this reading.")
    return duty


def _context(request: Request, access: Access, duty: Duty, **more: Any) -> dict[str, Any]:
    author, reading = duty.piece.owner.person, duty.reading
    versions = (
        QuestionVersion.objects.filter(
            question__author=author, question__reading=reading.id if reading else None
        )
        .select_related("receipt")
        .order_by("-number")
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
    at = begun_at(request, is_upload=False)
    access, enrolment, found = _open(request, slug, reading)
    if request.method != "POST":
        context = _context(request, access, _duty(request, enrolment, found))
        return render(request, "submissions/question.html", context)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        key = form.cleaned_data.get("key")
        duty = _duty(request, enrolment, found)
        return _again(request, access, duty, messages_of(form), key=key)
    try:
        with room():
            receipt = ask_question(
                reading=found,
                author=enrolment,
                text=form.cleaned_data["text"],
                at=at,
                key=form.cleaned_data["key"],
                base_version=form.cleaned_data["base_version"],
            )
    except (DeadlinePassed, NotOpenYet) as error:
        duty = _duty(request, enrolment, found)
        return time_refused(
            request,
            access=access,
            at=at,
            deadline=error.deadline,
            what=f"A question on {found}",
            typed={"Your question": request.POST.get("text", "")},
            meeting=found.meeting,
            anchor=duty.anchor,
            stands=duty.receipt if duty.is_done else None,
        )
    except StaleVersion as error:
        part = "_" if wants_part(request) else ""
        stale = {"stored": error.stored, "text": error.offered}
        context = _context(request, access, _duty(request, enrolment, found), **stale)
        return render(request, f"submissions/{part}conflict.html", context, status=CONFLICT)
    except Refused as error:
        key = None if isinstance(error, KeyReused) else form.cleaned_data["key"]
        return _again(
            request, access, _duty(request, enrolment, found), [str(error)], status_of(error), key
        )
    if not wants_part(request):
        return to_receipt(slug, receipt)
    # For rostrum.js, the line that takes the form's place.
    saved = times.exact(receipt.at, access.course.zone)
    context = _context(
        request, access, _duty(request, enrolment, found), receipt=receipt, saved=saved
    )
    return render(request, "submissions/_question_item.html", context)


def _again(
    request: Request,
    access: Access,
    duty: Duty,
    errors: list[str],
    status: int = UNPROCESSABLE,
    key: str | None = None,
) -> HttpResponse:
    """The form once more, with what was typed and why it was not taken."""
    context = _context(
        request,
        access,
        duty,
        errors=errors,
        bound=True,
        text=request.POST.get("text", ""),
        base_version=request.POST.get("base_version", ""),
    )
    if key is not None:
        context["key"] = key.rsplit("-", 1)[0]  # the form adds the reading's number again
    template = "_question_again.html" if wants_part(request) else "question.html"
    return render(request, f"submissions/{template}", context, status=status)


@login_required
@require_POST
def withdraw_page(request: Request, slug: str, reading: int) -> HttpResponse:
    """Withdraw the question; back to its page, where it can be handed in again."""
    at = begun_at(request, is_upload=False)
    access, enrolment, found = _open(request, slug, reading)
    try:
        with room():
            withdraw_question(reading=found, author=enrolment, at=at)
    except (DeadlinePassed, NotOpenYet) as error:
        duty = _duty(request, enrolment, found)
        return time_refused(
            request,
            access=access,
            at=at,
            deadline=error.deadline,
            what=f"Your question on {found}",
            typed={},
            meeting=found.meeting,
            stands=duty.receipt if duty.is_done else None,
            title="Not withdrawn",
        )
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request, "Your question is withdrawn. Until class starts you can hand it in again."
        )
    response = redirect("submissions:question", slug=slug, reading=reading)
    response.status_code = 303
    return response
