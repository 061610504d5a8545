"""Handing in slides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from courses.errors import Refused
from schedule.deadlines import DeadlinePassed, NotOpenYet, Verdict, Work
from submissions.actions.slides import hand_in_slides
from submissions.forms import SlidesForm
from submissions.queries import slides_of
from submissions.views.edge import (
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
    from courses.web import Request


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slides_page(request: Request, slug: str, meeting: int) -> HttpResponse:
    """A presenter group's slides for one meeting: the form and the versions (rule T3)."""
    at = begun_at(request)
    page = open_group_page(request, slug, meeting, Work.SLIDES, at)
    context, group = page.context, page.group
    if group is None:
        return render(request, "submissions/choose_group.html", context)
    versions = list(slides_of(page.meeting, group))
    newest = versions[0] if versions else None
    context |= {
        "in_time": newest if newest and newest.receipt.verdict == Verdict.ON_TIME else None,
        "versions": versions,
    }
    if request.method != "POST":
        return render(request, "submissions/slides.html", context)
    form = SlidesForm(request.POST, request.FILES)
    if not form.is_valid():
        context["errors"] = messages_of(form)
        return render(request, "submissions/slides.html", context, status=UNPROCESSABLE)
    try:
        with room():
            receipt = hand_in_slides(
                meeting=page.meeting,
                group=group,
                by=page.enrolment,
                upload=form.cleaned_data["upload"],
                at=at,
                key=form.cleaned_data["key"],
            )
    except (DeadlinePassed, NotOpenYet) as error:
        return time_refused(
            request,
            access=page.access,
            at=at,
            deadline=error.deadline,
            what="Slides",
            typed={},
            meeting=page.meeting,
        )
    except Refused as error:
        context["errors"] = [str(error)]
        return render(request, "submissions/slides.html", context, status=status_of(error))
    return to_receipt(slug, receipt)
