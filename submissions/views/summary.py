"""Handing in a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from courses.errors import Refused
from courses.texts import clean
from schedule.deadlines import DeadlinePassed, NotOpenYet, Status, Verdict, Work
from submissions.actions.summaries import ANSWER_LENGTH, hand_in_summary
from submissions.errors import Incomplete, KeyReused, StaleVersion, TooLong
from submissions.forms import SummaryForm
from submissions.models import Summary
from submissions.queries import counting_summary, summaries_of
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
from submissions.views.group_page import open_group_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.web import Request
    from groups.models import StudentGroup
    from schedule.models import Meeting


def _answers(
    texts: Mapping[str, str], errors: Mapping[str, str], stored: object = None
) -> list[dict[str, str]]:
    """The five fields as the template shows them; with what `stored` says, after a conflict."""
    return [
        {
            "name": name,
            "label": label,
            "text": texts.get(name, ""),
            "error": errors.get(name, ""),
            "stored": getattr(stored, name, ""),
        }
        for name, label in Summary.FIELDS
    ]


def _versions(meeting: Meeting, group: StudentGroup) -> dict[str, Any]:
    """What is handed in, as the template shows it: `versions`, `counting`, `in_time`."""
    versions = list(summaries_of(meeting, group))
    counting = counting_summary(versions)
    return {
        "versions": versions,
        "counting": counting,
        "in_time": counting if counting and counting.receipt.verdict == Verdict.ON_TIME else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def summary_page(request: Request, slug: str, meeting: int) -> HttpResponse:
    """A companion or reviewer group's summary: the form and the versions (rules U1, U3)."""
    at = begun_at(request)
    page = open_group_page(request, slug, meeting, Work.SUMMARY, at)
    context, group = page.context, page.group
    if group is None:
        return render(request, "submissions/choose_group.html", context)
    deadline = context["deadline"]
    context |= _versions(page.meeting, group)
    versions: list[Summary] = context["versions"]
    stored = versions[0] if versions else None
    context |= {
        "is_open": deadline is not None and deadline.status(at) is not Status.NOT_OPEN,
        "limit": ANSWER_LENGTH,
        "answers": _answers({name: getattr(stored, name, "") for name, _ in Summary.FIELDS}, {}),
        "base_version": stored.version if stored else 0,
    }
    if request.method != "POST":
        return render(request, "submissions/summary.html", context)

    typed = {name: request.POST.get(name, "") for name, _ in Summary.FIELDS}
    context["answers"] = _answers(typed, {})
    # The form that comes back after an error still started from where it did.
    posted_base = request.POST.get("base_version", "")
    context["base_version"] = posted_base if posted_base.isdecimal() else 0
    form = SummaryForm(request.POST, request.FILES)
    if not form.is_valid():
        context["errors"] = messages_of(form)
        context["key"] = form.cleaned_data.get("key", context["key"])
        return render(request, "submissions/summary.html", context, status=UNPROCESSABLE)
    base_version = form.cleaned_data["base_version"]
    base = next((one for one in versions if one.version == base_version), stored)
    answers = _typed_answers(form, base)
    try:
        with room():
            receipt = hand_in_summary(
                meeting=page.meeting,
                group=group,
                by=page.enrolment,
                answers=answers,
                upload=form.cleaned_data["upload"],
                at=at,
                key=form.cleaned_data["key"],
                base_version=base_version,
            )
    except (DeadlinePassed, NotOpenYet) as error:
        return time_refused(
            request,
            access=page.access,
            at=at,
            deadline=error.deadline,
            what="A summary",
            typed={label: typed[name] for name, label in Summary.FIELDS},
            meeting=page.meeting,
        )
    except StaleVersion as error:
        context |= _versions(page.meeting, group)
        context |= {
            "stored": error.stored,
            "next_version": error.stored.version + 1,
            "base_version": error.stored.version,
            "answers": _answers(typed if answers is not None else {}, {}, error.stored),
            "had_file": bool(form.cleaned_data["upload"]),
        }
        return render(request, "submissions/summary_conflict.html", context, status=CONFLICT)
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


def _typed_answers(form: SummaryForm, base: Summary | None) -> dict[str, str] | None:
    """The answers that were typed: None when a file comes with those of `base` untouched."""
    answers = {name: form.cleaned_data[name] for name, _ in Summary.FIELDS}
    if form.cleaned_data["upload"] and base is not None:
        shown = {name: clean(text) for name, text in answers.items()}
        if shown == {name: getattr(base, name) for name in answers}:
            return None
    return answers


def _field_errors(refused: Refused) -> dict[str, str]:
    """Which fields a refusal is about, with what to say beside each."""
    if isinstance(refused, Incomplete):
        return dict.fromkeys(refused.fields, "This needs an answer.")
    if isinstance(refused, TooLong):
        return {refused.field: str(refused)}
    return {}
