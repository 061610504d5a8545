"""What the pages of slides and summaries start from: whose work it is, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.web import Access, open_enrolled
from groups.queries import members_of
from schedule.models import Meeting
from schedule.queries import effective_deadline
from submissions.queries import WORK_OF_ROLE, roles_at
from submissions.views.edge import new_key

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from courses.web import Request
    from groups.models import StudentGroup
    from schedule.deadlines import Work


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group's work at one meeting, as a member opens it.

    `group` is None when the member has to choose among several; `context` is what every
    template of such a page reads.
    """

    access: Access
    enrolment: Enrolment
    meeting: Meeting
    group: StudentGroup | None
    context: dict[str, Any]


def open_group_page(
    request: Request, slug: str, meeting: int, work: Work, at: datetime
) -> GroupPage:
    """The page of `work` at the meeting for the viewer's group; Http404 when none owes it.

    `at` is when the request counts as begun (aware, UTC).
    """
    access, enrolment, found, groups = _open(request, slug, meeting, work)
    group = _chosen(request, groups)
    context: dict[str, Any] = {
        "course": access.course,
        "access": access,
        "meeting": found,
        "groups": groups,
        "group": group,
        "what": work.value,
    }
    if group is not None:
        deadline = effective_deadline(work=work, meeting=found)
        context |= {
            "deadline": deadline,
            "is_over": deadline is not None and at >= deadline.due_at,
            "members": members_of(group, at),
            "max_mb": settings.UPLOAD_MAX_MB,
            "grace_minutes": settings.UPLOAD_GRACE_SECONDS // 60,
            "key": new_key(),
        }
    return GroupPage(access, enrolment, found, group, context)


def _open(
    request: Request, slug: str, meeting: int, work: Work
) -> tuple[Access, Enrolment, Meeting, list[StudentGroup]]:
    """The meeting, and the viewer's groups that owe `work` there; Http404 when none does."""
    access, enrolment = open_enrolled(request, slug)
    found = get_object_or_404(Meeting, pk=meeting, course=access.course)
    found.course = access.course
    groups: dict[int, StudentGroup] = {}
    if found.kind == Meeting.Kind.STUDENT_LECTURE and not enrolment.is_staff:
        for assignment in roles_at(found, enrolment, request.at):
            if assignment.group and WORK_OF_ROLE.get(assignment.role.key) is work:
                groups[assignment.group.pk] = assignment.group
    if not groups or effective_deadline(work=work, meeting=found) is None:
        raise Http404("Nothing to hand in here.")
    return access, enrolment, found, list(groups.values())


def _chosen(request: Request, groups: list[StudentGroup]) -> StudentGroup | None:
    """The group that `?group=` names, or the only one; None when it has to be asked.

    Raises Http404 for one that is not among `groups`.
    """
    wanted = request.GET.get("group", "")
    if not wanted:
        return groups[0] if len(groups) == 1 else None
    for group in groups:
        if str(group.pk) == wanted:
            return group
    raise Http404("No such group.")
