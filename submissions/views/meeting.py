"""One meeting: its readings, roles and deadlines, and what was handed in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.web import open_enrolled, page
from schedule.models import Meeting, RoleAssignment
from schedule.plan.asks import Owner
from schedule.plan.values import SeenBy
from schedule.queries import plan_of
from submissions.duties import state_of
from submissions.links import work_path
from submissions.permissions import receipts_visible_to, versions_visible_to
from submissions.queries import counting_version, duties_of, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from courses.models import Enrolment
    from courses.web import Request
    from schedule.deadlines import Deadline
    from schedule.models import Reading
    from schedule.plan import values
    from schedule.plan.plan import Plan
    from submissions.duties import Duty, State
    from submissions.models import Version

    Groups = Mapping[int, values.Group]  # the viewer's at the instant of the request, by id


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the viewer may read of one work: by reading (None: of the meeting), in order of time.

    `hidden` says who reads it and from when on, where the viewer does not. What is not `is_asked`
    any more was handed in before that.
    """

    work: values.Work
    deadline: Deadline
    parts: list[tuple[Reading | None, list[tuple[Version, State]]]]
    hidden: str = ""
    is_asked: bool = True


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
    groups = plan.groups_at(enrolment.pk, request.at)
    readings = list(found.readings.order_by("position"))
    duties = [
        (duty, duty.state(request.at))
        for duty in duties_of(enrolment, request.at, plan)
        if duty.piece.ask.key[1] == found.pk
    ]
    return page(
        request,
        "submissions/meeting.html",
        {
            "course": access.course,
            "access": access,
            "meeting": found,
            "readings": readings,
            "duties": duties,
            "of_groups": _of_groups(found, groups, plan, duties),
            "roles": _roles(found, enrolment, groups),
            "handed_in": _handed_in(request, found, readings, groups, enrolment, plan),
            "receipts": set(
                receipts_visible_to(request.user, request.at)
                .filter(meeting=found)
                .values_list("pk", flat=True)
            ),
        },
    )


def _roles(
    meeting: Meeting, enrolment: Enrolment, groups: Groups
) -> list[tuple[RoleAssignment, bool]]:
    """Who does what, by role, and whether it is the viewer's."""
    assignments = (
        RoleAssignment.objects.filter(meeting=meeting)
        .select_related("group", "role", "reading", "enrolment__person")
        .order_by("role__position", "role", "group__number", "pk")
    )
    return [
        (one, one.group_id in groups or one.enrolment_id == enrolment.pk) for one in assignments
    ]


def _of_groups(
    meeting: Meeting, groups: Groups, plan: Plan, duties: list[tuple[Duty, State]]
) -> list[tuple[values.Work, values.Group, str]]:
    """What the viewer's groups are asked for here and they do not owe: they came later.

    With the group, and the address where any member hands it in.
    """
    owed = {(duty.piece.ask.key, duty.piece.owner) for duty, _ in duties}
    return [
        (ask.work, plan.group[group], work_path(meeting.course.slug, ask.key, group))
        for ask in plan.asked_at.get(meeting.pk, ())
        for group in sorted(groups)
        if Owner(group=group) in plan.owners[ask.key] and (ask.key, Owner(group=group)) not in owed
    ]


def _handed_in(
    request: Request,
    meeting: Meeting,
    readings: list[Reading],
    groups: Groups,
    enrolment: Enrolment,
    plan: Plan,
) -> list[HandedIn]:
    """Each work that is asked here or was handed in, in the order of the course."""
    pieces: dict[str, dict[int, list[Version]]] = {}
    for version in whole(
        versions_visible_to(request.user, request.at)
        .filter(piece__meeting=meeting)
        .select_related("piece__work", "piece__group", "piece__enrolment__person")
    ).order_by("piece__group__number", "at", "pk"):
        of_work = pieces.setdefault(version.piece.work.key, {})
        of_work.setdefault(version.piece_id, []).append(version)
    asked = {ask.work.key for ask in plan.asked_at.get(meeting.pk, ())}
    is_on_panel = any(
        one.group in groups or one.person == enrolment.pk
        for one in plan.assigned.get(meeting.pk, ())
    )
    found = []
    for work in plan.works:
        versions = list(pieces.get(work.key, {}).values())
        deadline = plan.deadline(work.key, meeting)
        if deadline is None or (work.key not in asked and not versions):
            continue
        is_due = deadline.due_at <= request.at
        hidden = "" if enrolment.is_staff else _hidden(work, is_on_panel=is_on_panel, is_due=is_due)
        parts = _parts(work, readings, versions)
        found.append(HandedIn(work, deadline, parts, hidden, work.key in asked))
    return found


def _hidden(work: values.Work, *, is_on_panel: bool, is_due: bool) -> str:
    """Who reads what others hand in, where the viewer does not; empty where they do."""
    match work.seen_by:
        case SeenBy.HOLDERS_FROM_DUE:
            if is_on_panel and is_due:
                return ""
            return "Who has a role at this meeting reads them here once the time for them is over."
        case SeenBy.OWNER:
            return "Read by who handed them in, and by the staff."
    return ""


def _parts(
    work: values.Work, readings: list[Reading], pieces: list[list[Version]]
) -> list[tuple[Reading | None, list[tuple[Version, State]]]]:
    """What counts of each piece, under the readings where it is asked on these."""
    by_reading: dict[int | None, list[tuple[Version, State]]] = {}
    for versions in pieces:
        version = counting_version(versions)
        if version is not None:
            stands = (version, state_of(version.receipt.verdict))
            by_reading.setdefault(version.piece.reading_id, []).append(stands)
    for stood in by_reading.values():
        stood.sort(key=lambda one: (one[0].at, one[0].pk) if one[0].piece.group is None else (0,))
    if work.per.value in {"meeting", "once"}:
        return [(None, by_reading.get(None, []))]
    is_asked = [one for one in readings if one.is_required or work.per.value == "reading"]
    return [
        (one, by_reading.get(one.pk, []))
        for one in readings
        if one in is_asked or one.pk in by_reading
    ]
