"""What can happen to groups. Each action is one transaction and is open to every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from courses.actions.locks import raise_revision
from courses.directions import isolated
from courses.models import Enrolment
from groups.errors import CannotJoin
from groups.models import Membership

if TYPE_CHECKING:
    from datetime import datetime

    from groups.models import StudentGroup


@transaction.atomic
def join_group(*, group: StudentGroup, enrolment: Enrolment, at: datetime) -> Membership:
    """Make the student a member from `at` on; who is one already stays one.

    Raises `CannotJoin` for staff, for who is not on the roster at `at`, and for anybody of
    another course.
    """
    if enrolment.course_id != group.course_id or enrolment.role != Enrolment.Role.STUDENT:
        raise CannotJoin(f"{isolated(enrolment)} is not a student of this course.")
    if not enrolment.is_active(at):
        raise CannotJoin(f"{isolated(enrolment)} has dropped this course.")
    raise_revision(group.course_id)
    membership, _ = Membership.objects.get_or_create(
        group=group, enrolment=enrolment, left_at=None, defaults={"joined_at": at}
    )
    return membership


@transaction.atomic
def leave_group(*, membership: Membership, at: datetime) -> None:
    """End the membership at `at`. What was handed in until then keeps its credit."""
    raise_revision(membership.group.course_id)
    Membership.objects.filter(pk=membership.pk, left_at=None).update(left_at=at)
    membership.refresh_from_db(fields=["left_at"])
