"""One meeting: its readings, roles and deadlines, and what was handed in for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.web import open_enrolled
from schedule.deadlines import Work
from schedule.models import Meeting, RoleAssignment
from schedule.queries import plan_of
from submissions.duties import state_of
from submissions.permissions import (
    questions_visible_to,
    reads_all_questions,
    slides_visible_to,
    summaries_visible_to,
)
from submissions.queries import WORK_OF_ROLE, counting_summary, duties_of, roles_at

if TYPE_CHECKING:
    from django.http import HttpResponse

    from courses.web import Request
    from schedule.models import Reading
    from schedule.plan.plan import Plan
    from submissions.models import Question, Slides, Summary


@login_required
@require_safe
def meeting_page(request: Request, slug: str, meeting: int) -> HttpResponse:
    """The meeting as the viewer may see it."""
    access, enrolment = open_enrolled(request, slug)
    found = get_object_or_404(
        Meeting.objects.select_related("section", "lecturer"), pk=meeting, course=access.course
    )
    found.course = access.course
    plan = plan_of(access.course)
    duties = [one for one in duties_of(enrolment, request.at, plan) if one.meeting.id == found.pk]
    readings = list(found.readings.order_by("position"))
    own_roles = roles_at(found, enrolment, request.at)
    reads_all = reads_all_questions(enrolment, found, own_roles, request.at)
    return render(
        request,
        "submissions/meeting.html",
        {
            "course": access.course,
            "access": access,
            "meeting": found,
            "readings": readings,
            "question_duties": {
                one.reading.id: (one, one.state(request.at)) for one in duties if one.reading
            },
            "group_duties": [(one, one.state(request.at)) for one in duties if one.reading is None],
            "roles": _roles(found, own_roles),
            "deadlines": _deadlines(found, plan),
            "reads_questions": reads_all,
            "questions": _questions(request, found, readings) if reads_all else [],
            "slides": _slides(request, found),
            "summaries": _summaries(request, found),
        },
    )


def _roles(meeting: Meeting, own: list[RoleAssignment]) -> list[tuple[RoleAssignment, str, bool]]:
    """Who does what, by role; with the work that one's own asks, and whether it is one's own."""
    mine = {assignment.pk for assignment in own}
    assignments = (
        RoleAssignment.objects.filter(meeting=meeting)
        .select_related("group", "role", "reading", "enrolment__person")
        .order_by("role__position", "role", "group__number", "pk")
    )
    return [
        (one, WORK_OF_ROLE.get(one.role.key, "") if one.pk in mine else "", one.pk in mine)
        for one in assignments
    ]


def _deadlines(meeting: Meeting, plan: Plan) -> list[tuple[str, object]]:
    """The meeting's three deadlines with their names; none when no group presents."""
    if meeting.kind != Meeting.Kind.STUDENT_LECTURE:
        return []
    names = {Work.QUESTION: "Questions", Work.SLIDES: "Slides", Work.SUMMARY: "Summaries"}
    found = ((names[work], plan.deadline(work, meeting)) for work in Work)
    return [(name, deadline) for name, deadline in found if deadline is not None]


def _questions(
    request: Request, meeting: Meeting, readings: list[Reading]
) -> list[tuple[Reading, list[Question]]]:
    """The questions that the viewer may read, by reading and then by time."""
    by_reading: dict[int, list[Question]] = {reading.pk: [] for reading in readings}
    for question in (
        questions_visible_to(request.user, request.at)
        .filter(reading__meeting=meeting)
        .select_related("author__person")
        .order_by("asked_at", "pk")
    ):
        by_reading[question.reading_id].append(question)
    return [(one, by_reading[one.pk]) for one in readings if one.is_required or by_reading[one.pk]]


def _slides(request: Request, meeting: Meeting) -> list[tuple[Slides, str]]:
    """Each group's newest slides, with their state in words."""
    newest: dict[int, Slides] = {}
    for one in (
        slides_visible_to(request.user, request.at)
        .filter(meeting=meeting)
        .select_related("group", "file", "receipt")
        .order_by("version")
    ):
        newest[one.group_id] = one
    return [(one, state_of(one.receipt.verdict)) for one in newest.values()]


def _summaries(request: Request, meeting: Meeting) -> list[tuple[Summary, str]]:
    """Each visible group's summary that counts, with its state in words."""
    versions: dict[int, list[Summary]] = {}
    for one in (
        summaries_visible_to(request.user, request.at)
        .filter(meeting=meeting)
        .select_related("group", "file", "receipt")
        .order_by("group__number", "version")
    ):
        versions.setdefault(one.group_id, []).append(one)
    counting = [counting_summary(of_group) for of_group in versions.values()]
    return [(one, state_of(one.receipt.verdict)) for one in counting if one is not None]
