"""Who may see what was handed in. Each answer is a queryset; what is not in it is 404.

Staff of a course see all of it. Everybody else is asked for through `enrolments_of`, which leaves
out who is dropped, and is empty for who is not signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from courses.permissions import courses_taught_by
from courses.queries import enrolments_of
from groups.queries import memberships_at
from schedule.deadlines import Verdict
from schedule.models import RoleAssignment, Work
from schedule.plan.values import SeenBy
from submissions.models import Receipt, StoredFile, Version
from submissions.queries.due import once_due
from submissions.queries.work import newer_that_count

STANDS = Q(piece__withdrawn_at__isnull=True)
TO_CLASS = (SeenBy.CLASS, SeenBy.PUBLIC_WHEN_RELEASED)

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from courses.models import Course, Person
    from groups.models import Membership


def versions_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Version]:
    """What the person may read of what was handed in.

    One's own always, that of one's groups, and what one is credited with; all of a course's for
    its staff. Of others what their work shows (`SeenBy`): to who has a role at the meeting once it
    is due, to the class, to everybody on a public course once it is released; the version that
    counts, or that was released. Withdrawn work is seen by its owner and the staff only. One query
    for the rules of the person's courses.
    """
    entries = list(enrolments_of(person, at).order_by().values_list("pk", "course"))
    mine, courses = [one for one, _ in entries], {course for _, course in entries}
    groups = _groups_of(person, at)
    credited = Receipt.members.through.objects.filter(
        receipt=OuterRef("receipt"), enrolment__in=mine
    )
    taught = courses_taught_by(person, at).order_by().values("pk")
    own: Any = Q(piece__enrolment__in=mine) | Q(piece__group__in=groups) | Exists(credited)
    to_class: Any = Q(piece__work__course__in=courses, piece__work__seen_by__in=TO_CLASS)
    to_class &= _is_counting()
    others: Any = to_class | (_released(at) & Q(piece__work__course__is_public=True))
    shown = Work.objects.filter(course__in=courses, seen_by=SeenBy.HOLDERS_FROM_DUE)
    due = once_due(shown, at) if courses else None
    if due is not None:
        panel = RoleAssignment.objects.filter(
            Q(group__in=groups) | Q(enrolment__in=mine), meeting=OuterRef("piece__meeting")
        )
        others |= due & Exists(panel) & _is_counting()
    return Version.objects.filter(own | Q(piece__work__course__in=taught) | (STANDS & others))


def _is_counting() -> Q:
    """That no other version of the piece counts in its place (`submissions.standing.counting`)."""
    others = Version.objects.filter(piece=OuterRef("piece")).order_by()
    newer = others.filter(number__gt=OuterRef("number"))
    late = Q(receipt__verdict=Verdict.LATE_NOT_COUNTED)
    return (~late & ~Exists(newer_that_count())) | (
        late & ~Exists(others.exclude(late)) & ~Exists(newer)
    )


def versions_for_class(course: Course, at: datetime, *, is_in_it: bool) -> QuerySet[Version]:
    """What the course shows to its class, or of that, what it shows to everybody who sees it."""
    shown = Q(piece__work__seen_by__in=TO_CLASS) if is_in_it else _released(at)
    return Version.objects.filter(STANDS & shown, piece__work__course=course)


def _released(at: datetime) -> Q:
    return Q(released_at__lte=at, piece__work__seen_by=SeenBy.PUBLIC_WHEN_RELEASED)


def _groups_of(person: Person | AnonymousUser, at: datetime) -> QuerySet[Membership, Any]:
    """The groups that the person is in at `at`, to be used in a filter."""
    mine = enrolments_of(person, at).order_by().values("pk")
    return memberships_at(at).filter(enrolment__in=mine).order_by().values("group")


def files_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[StoredFile]:
    """The files of the versions that the person may see."""
    versions = versions_visible_to(person, at).order_by().values("pk")
    return StoredFile.objects.filter(versions__version__in=versions).distinct()


def receipts_visible_to(person: Person | AnonymousUser, at: datetime) -> QuerySet[Receipt]:
    """Receipts made by or crediting the person; all of a course's for its staff."""
    mine = enrolments_of(person, at).order_by().values("pk")
    credited = Receipt.members.through.objects.filter(enrolment__in=mine).values("receipt")
    taught = courses_taught_by(person, at).order_by().values("pk")
    return Receipt.objects.filter(
        Q(handed_in_by__in=mine) | Q(pk__in=credited) | Q(course__in=taught)
    )
