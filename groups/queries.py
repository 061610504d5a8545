"""Questions about groups: who is in which one, at which instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from courses.queries import active
from groups.models import Membership, StudentGroup

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from courses.models import Enrolment


def memberships_at(at: datetime) -> QuerySet[Membership]:
    """The memberships in force at `at`, of students who are still on the roster."""
    return Membership.objects.filter(
        Q(left_at=None) | Q(left_at__gt=at),
        active(at, "enrolment__"),
        joined_at__lte=at,
    )


def groups_of(enrolment: Enrolment, at: datetime) -> QuerySet[StudentGroup]:
    """The groups that this student is in at `at`; usually one, on a real page now and then two."""
    return StudentGroup.objects.filter(
        pk__in=memberships_at(at).filter(enrolment=enrolment).values("group")
    )


def members_of(group: StudentGroup, at: datetime) -> list[Enrolment]:
    """Who is in the group at `at`, in the order in which they joined it."""
    stays = memberships_at(at).filter(group=group).select_related("enrolment__person")
    return [stay.enrolment for stay in stays.order_by("pk")]
