"""Handing in a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from courses.errors import Refused
from groups.queries import members_of
from schedule.deadlines import DeadlinePassed, NotOpenYet, Status, Verdict, Work
from schedule.queries import effective_deadline
from submissions.actions.receipts import clean
from submissions.actions.summaries import ANSWER_LENGTH, hand_in_summary
from submissions.errors import Incomplete, KeyReused, TooLong
from submissions.forms import SummaryForm
from submissions.models import Summary
from submissions.queries import counting_summary, summaries_of
from submissions.views.edge import (
    UNPROCESSABLE,
    begun_at,
    chosen_group,
    messages_of,
    new_key,
    open_group_work,
    room,
    status_of,
    time_refused,
    to_receipt,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.web import Request


def _answers(texts: Mapping[str, str], errors: Mapping[str, str]) -> list[dict[str, str]]:
    """The five fields as the template shows them."""
    return [
        {"name": name, "label": label, "text": texts.get(name, ""), "error": errors.get(name, "")}
        for name, label in Summary.FIELDS
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def summary_page(request: Request, slug: str, meeting: int) -> HttpResponse:
    """A companion or reviewer group's summary: the form and the versions (rules U1, U3)."""
    at = begun_at(request)
    access, enrolment, found, groups = open_group_work(request, slug, meeting, Work.SUMMARY)
    group = chosen_group(request, groups)
    context: dict[str, Any] = {
        "course": access.course,
        "access": access,
        "meeting": found,
        "groups": groups,
        "group": group,
        "what": "summary",
    }
    if group is None:
        return render(request, "submissions/choose_group.html", context)
    deadline = effective_deadline(work=Work.SUMMARY, meeting=found)
    versions = list(summaries_of(found, group))
    counting = counting_summary(versions)
    stored = versions[0] if versions else None
    context |= {
        "deadline": deadline,
        "is_open": deadline is not None and deadline.status(at) is not Status.NOT_OPEN,
        "is_over": deadline is not None and at >= deadline.due_at,
        "in_time": counting if counting and counting.receipt.verdict == Verdict.ON_TIME else None,
        "versions": versions,
        "counting": counting,
        "members": members_of(group, at),
        "limit": ANSWER_LENGTH,
        "max_mb": settings.UPLOAD_MAX_MB,
        "grace_minutes": settings.UPLOAD_GRACE_SECONDS // 60,
        "answers": _answers({name: getattr(stored, name, "") for name, _ in Summary.FIELDS}, {}),
        "key": new_key(),
    }
    if request.method != "POST":
        return render(request, "submissions/summary.html", context)

    typed = {name: request.POST.get(name, "") for name, _ in Summary.FIELDS}
    context["answers"] = _answers(typed, {})
    form = SummaryForm(request.POST, request.FILES)
    if not form.is_valid():
        context["errors"] = messages_of(form)
        return render(request, "submissions/summary.html", context, status=UNPROCESSABLE)
    try:
        with room():
            receipt = hand_in_summary(
                meeting=found,
                group=group,
                by=enrolment,
                answers=_typed_answers(form, stored),
                upload=form.cleaned_data["upload"],
                at=at,
                key=form.cleaned_data["key"],
            )
    except (DeadlinePassed, NotOpenYet) as error:
        return time_refused(
            request,
            access=access,
            at=at,
            deadline=error.deadline,
            what="A summary",
            typed={label: typed[name] for name, label in Summary.FIELDS},
            meeting=found,
        )
    except Refused as error:
        beside = _field_errors(error)
        context |= {
            "errors": [str(error)],
            "error_fields": [(name, label) for name, label in Summary.FIELDS if name in beside],
            "answers": _answers(typed, beside),
        }
        if not isinstance(error, KeyReused):
            context["key"] = form.cleaned_data["key"]
        return render(request, "submissions/summary.html", context, status=status_of(error))
    return to_receipt(slug, receipt)


def _typed_answers(form: SummaryForm, stored: Summary | None) -> dict[str, str] | None:
    """The answers that were typed: None when a file comes with the stored ones untouched."""
    answers = {name: form.cleaned_data[name] for name, _ in Summary.FIELDS}
    if form.cleaned_data["upload"] and stored is not None:
        shown = {name: clean(text) for name, text in answers.items()}
        if shown == {name: getattr(stored, name) for name in answers}:
            return None
    return answers


def _field_errors(refused: Refused) -> dict[str, str]:
    """Which fields a refusal is about, with what to say beside each."""
    if isinstance(refused, Incomplete):
        return dict.fromkeys(refused.fields, "This needs an answer.")
    if isinstance(refused, TooLong):
        return {refused.field: str(refused)}
    return {}
