"""Handing in slides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from courses.errors import Refused
from groups.queries import members_of
from schedule.deadlines import DeadlinePassed, NotOpenYet, Verdict, Work
from schedule.queries import effective_deadline
from submissions.actions.slides import hand_in_slides
from submissions.forms import SlidesForm
from submissions.queries import slides_of
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
    from courses.web import Request


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slides_page(request: Request, slug: str, meeting: int) -> HttpResponse:
    """A presenter group's slides for one meeting: the form and the versions (rule T3)."""
    at = begun_at(request)
    access, enrolment, found, groups = open_group_work(request, slug, meeting, Work.SLIDES)
    group = chosen_group(request, groups)
    context: dict[str, Any] = {
        "course": access.course,
        "access": access,
        "meeting": found,
        "groups": groups,
        "group": group,
        "what": "slides",
    }
    if group is None:
        return render(request, "submissions/choose_group.html", context)
    deadline = effective_deadline(work=Work.SLIDES, meeting=found)
    versions = slides_of(found, group)
    newest = versions.first()
    context |= {
        "deadline": deadline,
        "is_over": deadline is not None and at >= deadline.due_at,
        "in_time": newest if newest and newest.receipt.verdict == Verdict.ON_TIME else None,
        "versions": versions,
        "members": members_of(group, at),
        "max_mb": settings.UPLOAD_MAX_MB,
        "grace_minutes": settings.UPLOAD_GRACE_SECONDS // 60,
        "key": new_key(),
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
                meeting=found,
                group=group,
                by=enrolment,
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
            what="Slides",
            typed={},
            meeting=found,
        )
    except Refused as error:
        context["errors"] = [str(error)]
        return render(request, "submissions/slides.html", context, status=status_of(error))
    return to_receipt(slug, receipt)
