"""What was handed in, as values for `submissions.standing`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from courses.prepared import Prepared
from schedule.plan.asks import Owner
from submissions.models import Receipt, Version
from submissions.standing import Deed, Standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from courses.models import Enrolment
    from schedule.plan.plan import Plan

_CREDIT = Receipt.members.through.objects
_COLUMNS = (
    "piece__work__key", "piece__meeting", "piece__reading", "piece__enrolment", "piece__group",
    "receipt", "pk", "number", "receipt__at", "receipt__due_at", "receipt__verdict",
    "piece__withdrawn_at",
)  # fmt: skip
_credit_of = Prepared(
    lambda person: _CREDIT.filter(enrolment=person).values_list("receipt", flat=True)
)
_owned_by = Prepared(
    lambda person, *groups: _rows(
        Version.objects.filter(Q(piece__enrolment=person) | Q(piece__group__in=groups))
    )
)


def standing_of(plan: Plan, enrolment: Enrolment, at: datetime) -> Standing:
    """How it stands at `at` for one student; two queries. Deeds credit only them here."""
    groups = {group.id for group, _ in plan.stays.get(enrolment.pk, ())}
    # Credit is read last, so that it is there for every version that was read: it comes first.
    rows = _owned_by(enrolment.pk, *sorted(groups))
    credit = set(_credit_of(enrolment.pk))
    # Nobody is credited with the work of a group in which they never were, unless the staff has
    # struck their time in it since: then it is read, too.
    others = credit.difference(row[5] for row in rows)
    if others:
        rows += _rows(Version.objects.filter(receipt__in=others))
    mine = frozenset({enrolment.pk})
    deeds = (_deed(row, mine if row[5] in credit else frozenset()) for row in rows)
    return Standing(plan, tuple(deeds), at)


def standing_at(plan: Plan, at: datetime, meetings: Collection[int] | None = None) -> Standing:
    """How it stands at `at` for the class, of all or at these meetings (ids; 0: once).

    Two queries.
    """
    versions = Version.objects.filter(piece__work__course=plan.course)
    credit = _CREDIT.filter(receipt__course=plan.course, receipt__group__isnull=False)
    if meetings is not None:
        ids = set(meetings)
        versions = versions.filter(_at("piece__meeting", ids))
        credit = credit.filter(_at("receipt__meeting", ids))
    rows = list(_rows(versions))
    people: dict[UUID, set[int]] = defaultdict(set)
    for receipt, enrolment in credit.values_list("receipt", "enrolment"):
        people[receipt].add(enrolment)
    return Standing(
        plan,
        tuple(
            _deed(row, frozenset({row[3]} if row[3] is not None else people[row[5]]))
            for row in rows
        ),
        at,
    )


def _rows(versions: QuerySet[Version]) -> QuerySet[Version, Any]:
    return versions.order_by().values_list(*_COLUMNS)


def _at(field: str, meetings: set[int]) -> Q:
    once = Q(**{f"{field}__isnull": True}) if 0 in meetings else Q(pk__in=())
    return Q(**{f"{field}__in": meetings - {0}}) | once


def _deed(row: Iterable[Any], credited: frozenset[int]) -> Deed:
    (
        work, meeting, reading, person, group, receipt, pk, number, at, due_at, verdict, withdrawn,
    ) = row  # fmt: skip
    return Deed(
        (work, meeting or 0, reading or 0),
        Owner(group=group, person=person),
        receipt,
        pk,
        number,
        at,
        due_at,
        verdict,
        credited,
        withdrawn is not None,
    )


def deed_of(version: Version, thing: Any, owner: Owner) -> Deed:
    """The deed of one version, given with its receipt; it credits nobody here."""
    receipt = version.receipt
    is_withdrawn = version.piece.withdrawn_at is not None
    return Deed(
        thing, owner, receipt.pk, version.pk, version.number, receipt.at, receipt.due_at,
        receipt.verdict, frozenset(), is_withdrawn,
    )  # fmt: skip
