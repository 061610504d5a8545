"""What is asked at a lecture and of whom: rows, as the rules of `submissions.owing` read them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from groups.queries import memberships_at
from schedule.deadlines import Work
from schedule.models import Meeting, Role, RoleAssignment
from schedule.queries import effective_deadline
from submissions.owing import Due, Span, Stay

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from courses.models import Enrolment
    from groups.models import Membership, StudentGroup
    from schedule.models import Reading

About = tuple[Work, int, int]
"""A group's work at a meeting: what it is, the meeting's id, the group's id."""

# What a role makes its group hand in (rules T3, U3).
WORK_OF_ROLE = {
    Role.PRESENTER.value: Work.SLIDES,
    Role.COMPANION.value: Work.SUMMARY,
    Role.REVIEWER.value: Work.SUMMARY,
}


def asked_about(prefix: str = "") -> Q:
    """The filter for readings on which questions are asked: see `is_asked_about`.

    `prefix` leads to them from other rows, such as "reading__" from questions.
    """
    return Q(
        **{
            f"{prefix}is_required": True,
            f"{prefix}meeting__kind": Meeting.Kind.STUDENT_LECTURE,
        }
    )


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


def due_at_lecture(work: Work, meeting: Meeting, at: datetime) -> Due:
    """When `work` is due at this student lecture, seen from `at`. `meeting.course` is read.

    Raises ValueError for a meeting without times, which no student lecture is.
    """
    deadline = effective_deadline(work=work, meeting=meeting)
    if deadline is None:
        raise ValueError(f"{meeting} has no times.")
    return Due(deadline, meeting.course.created_at, at)


def time_on_roster(enrolment: Enrolment) -> Span:
    """From when until when somebody was on the roster."""
    return Span(enrolment.created_at, enrolment.dropped_at)


def stay_of(membership: Membership, enrolment: Enrolment, group: StudentGroup) -> Stay:
    """A membership as the rules of owing read it, with the student and the group that it is of."""
    time = Span(membership.joined_at, membership.left_at)
    return Stay(time_on_roster(enrolment), time, group.created_at)


def group_works(
    assignments: Iterable[RoleAssignment],
) -> dict[About, list[RoleAssignment]]:
    """What groups owe, each with the roles that ask for it, by meeting and role in the given order.

    A group that is companion and reviewer of one lecture owes one summary.
    """
    works: dict[About, list[RoleAssignment]] = defaultdict(list)
    for one in assignments:
        works[WORK_OF_ROLE[one.role], one.meeting_id, one.group_id].append(one)
    return works


def roles_in_words(assignments: Iterable[RoleAssignment]) -> str:
    """What the group is: “companion and reviewer”."""
    return " and ".join(sorted(one.role for one in assignments))
