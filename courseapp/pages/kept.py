"""What was kept while somebody signed in: one form each, with the button that sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.http import require_safe

from courseapp.kept import HANDED_IN, forget, kept_in
from courses.queries import enrolments_of
from schedule.models import Meeting, Reading, Work

if TYPE_CHECKING:
    from django.http import HttpResponse

    from courseapp.kept import Sent
    from courses.web import Request


@login_required
@require_safe
def kept(request: Request) -> HttpResponse:
    """The forms that this browser could not hand in, for the account whose pages they stood on.

    What another account left is not shown, and forgotten.
    """
    found = kept_in(request)
    own = [one for one in found if one.is_of(request.user)]
    if len(own) < len(found):
        forget(request, lambda one: not one.is_of(request.user))
    named = [(one, _about(request, one)) for one in own]
    context = {"own": named, "others": len(found) - len(own)}
    response = render(request, "courseapp/kept.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _about(request: Request, sent: Sent) -> str:
    """What a hand-in is of, such as “Question on Alpa”; empty for anything else."""
    if sent.view not in HANDED_IN:
        return ""
    about = resolve(sent.address.partition("?")[0]).kwargs
    courses = enrolments_of(request.user, request.at).order_by().values("course")
    work = Work.objects.filter(
        course__in=courses, course__slug=about["slug"], key=about["work"]
    ).first()
    if work is None:
        return ""
    if "reading" in about:
        reading = Reading.objects.filter(
            meeting__course=work.course_id, pk=about["reading"]
        ).first()
        return f"{work} on {reading}" if reading else ""
    if "meeting" in about:
        meeting = Meeting.objects.filter(course=work.course_id, pk=about["meeting"]).first()
        return f"{work}: {meeting.heading}" if meeting else ""
    return str(work)
