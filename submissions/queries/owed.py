"""What is asked at a lecture and of whom, for pages and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groups.queries import memberships_at
from schedule.deadlines import Work
from schedule.models import Meeting, Role, RoleAssignment

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.models import Reading

# What a role makes its group hand in (rules T3, U3).
WORK_OF_ROLE = {
    Role.PRESENTER.value: Work.SLIDES,
    Role.COMPANION.value: Work.SUMMARY,
    Role.REVIEWER.value: Work.SUMMARY,
}


def is_asked_about(reading: Reading) -> bool:
    """Whether questions are asked on this reading: required, and of a student lecture (P2)."""
    return reading.is_required and reading.meeting.kind == Meeting.Kind.STUDENT_LECTURE


def roles_at(meeting: Meeting, enrolment: Enrolment, at: datetime) -> list[RoleAssignment]:
    """What the groups that this student is in at `at` do at the meeting, by role and group."""
    mine = memberships_at(at).filter(enrolment=enrolment)
    return list(
        RoleAssignment.objects.filter(meeting=meeting, group__in=mine.values("group"))
        .select_related("group")
        .order_by("role", "group__number")
    )
