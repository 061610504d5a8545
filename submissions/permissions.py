"""Who may see what was handed in. Each answer is a queryset; what is not in it is 404.

Staff of a course see all of it. Everybody else is asked for through `enrolments_of`, which leaves
out who is dropped, and is empty for who is not signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from courses.permissions import courses_taught_by
from courses.queries import enrolments_of
from groups.queries import memberships_at
from schedule.models import RoleAssignment
from submissions.models import Question, Receipt, Slides, StoredFile, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from courses.models import Enrolment, Person
    from groups.models import Membership
    from schedule.models import Meeting


def questions_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Question]:
    """One's own, always; all of a meeting's, once class has begun, for who has a role, alone
    or with a group.

    Withdrawn questions are seen by their author and staff only.
    """
    mine = enrolments_of(person, at).order_by().values("pk")
    taught = Q(reading__meeting__course__in=courses_taught_by(person, at).order_by().values("pk"))
    panels = RoleAssignment.objects.filter(
        Q(group__in=_groups_of(person, at)) | Q(enrolment__in=mine), meeting__starts_at__lte=at
    )
    on_panel = Q(
        reading__meeting__in=panels.order_by().values("meeting"), withdrawn_at__isnull=True
    )
    return Question.objects.filter(Q(author__in=mine) | taught | on_panel)


def _groups_of(person: Person | AnonymousUser, at: datetime) -> QuerySet[Membership, Any]:
    """The groups that the person is in at `at`, to be used in a filter."""
    mine = enrolments_of(person, at).order_by().values("pk")
    return memberships_at(at).filter(enrolment__in=mine).order_by().values("group")


def reads_all_questions(
    enrolment: Enrolment, meeting: Meeting, own_roles: Sequence[RoleAssignment], at: datetime
) -> bool:
    """Whether `questions_visible_to` has all of this meeting's: for staff, and for its panel.

    `own_roles` are the student's: see `submissions.queries.roles_at`.
    """
    has_begun = meeting.starts_at is not None and meeting.starts_at <= at
    return enrolment.is_staff or (has_begun and bool(own_roles))


def slides_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Slides]:
    """The class sees what is handed in; anybody sees what is released on a public course."""
    released = Q(released_at__lte=at, meeting__course__is_public=True)
    mine = Q(meeting__course__in=enrolments_of(person, at).order_by().values("course"))
    taught = Q(meeting__course__in=courses_taught_by(person, at).order_by().values("pk"))
    return Slides.objects.filter(released | mine | taught)


def summaries_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Summary]:
    """Those of one's own groups, those one is credited for, and for staff all of the course."""
    credited = Receipt.objects.filter(members__in=enrolments_of(person, at).order_by().values("pk"))
    taught = courses_taught_by(person, at).order_by().values("pk")
    return Summary.objects.filter(
        Q(group__in=_groups_of(person, at))
        | Q(receipt__in=credited.order_by().values("pk"))
        | Q(meeting__course__in=taught)
    )


def files_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[StoredFile]:
    """The files of slides and summaries that the person may see."""
    slides = slides_visible_to(person, at).order_by().values("file")
    summaries = summaries_visible_to(person, at).order_by().values("file")
    return StoredFile.objects.filter(Q(pk__in=slides) | Q(pk__in=summaries))


def receipts_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Receipt]:
    """Receipts made by or crediting the person; all of a course's for its staff."""
    mine = enrolments_of(person, at).order_by().values("pk")
    credited = Receipt.members.through.objects.filter(enrolment__in=mine).values("receipt")
    taught = courses_taught_by(person, at).order_by().values("pk")
    return Receipt.objects.filter(
        Q(handed_in_by__in=mine) | Q(pk__in=credited) | Q(course__in=taught)
    )
