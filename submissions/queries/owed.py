"""What is asked at a lecture and of whom, for pages and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from groups.queries import memberships_at
from schedule.deadlines import Work
from schedule.models import Meeting, RoleAssignment

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.models import Reading

# What a role makes its group hand in (rules T3, U3).
WORK_OF_ROLE = {
    "presenter": Work.SLIDES,
    "companion": Work.SUMMARY,
    "reviewer": Work.SUMMARY,
}


def is_asked_about(reading: Reading) -> bool:
    """Whether questions are asked on this reading: required, and of a student lecture (P2)."""
    return reading.is_required and reading.meeting.kind == Meeting.Kind.STUDENT_LECTURE


def roles_at(meeting: Meeting, enrolment: Enrolment, at: datetime) -> list[RoleAssignment]:
    """What this student does at the meeting, alone or with a group that they are in at `at`."""
    mine = memberships_at(at).filter(enrolment=enrolment)
    return list(
        RoleAssignment.objects.filter(
            Q(group__in=mine.values("group")) | Q(enrolment=enrolment), meeting=meeting
        )
        .select_related("group", "role")
        .order_by("role__position", "role", "group__number")
    )
