"""What was handed in, as values for `submissions.standing`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from groups.models import Membership
from schedule.deadlines import Verdict
from schedule.plan.asks import Owner
from submissions.models import Question, Receipt
from submissions.standing import Deed, Standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from courses.models import Enrolment
    from schedule.plan.plan import Plan

NO_RECEIPT = UUID(int=0)
_CREDIT = Receipt.members.through.objects


def standing_of(plan: Plan, enrolment: Enrolment, at: datetime) -> Standing:
    """How it stands at `at` for one student; two queries. Deeds credit only them here."""
    questions = Question.objects.filter(author=enrolment)
    ever = Membership.objects.filter(enrolment=enrolment).order_by().values("group")
    own = _CREDIT.filter(receipt=OuterRef("pk"), enrolment=enrolment)
    works = (
        Receipt.objects.filter(Q(group__in=ever) | Exists(own), group__isnull=False)
        .annotate(is_own=Exists(own))
        .values_list(*_OF_RECEIPT, "is_own")
    )
    mine = frozenset({enrolment.pk})
    deeds = [*_asked(questions)]
    deeds += [_of_group(row, mine if is_own else frozenset()) for *row, is_own in works]
    return Standing(plan, tuple(deeds), at)


def standing_at(plan: Plan, at: datetime, meetings: Collection[int] | None = None) -> Standing:
    """How it stands at `at` for the class, at all meetings or at these (ids); three queries."""
    questions = Question.objects.filter(reading__meeting__course=plan.course)
    works = Receipt.objects.filter(course=plan.course, group__isnull=False)
    credit = _CREDIT.filter(receipt__course=plan.course, receipt__group__isnull=False)
    if meetings is not None:
        questions = questions.filter(reading__meeting__in=meetings)
        works = works.filter(meeting__in=meetings)
        credit = credit.filter(receipt__meeting__in=meetings)
    people: dict[UUID, set[int]] = defaultdict(set)
    for receipt, enrolment in credit.values_list("receipt", "enrolment"):
        people[receipt].add(enrolment)
    deeds = [*_asked(questions)]
    deeds += [_of_group(row, frozenset(people[row[0]])) for row in works.values_list(*_OF_RECEIPT)]
    return Standing(plan, tuple(deeds), at)


_OF_RECEIPT = (
    "pk", "work", "meeting", "group", "version", "at", "due_at", "verdict", "slides", "summary",
)  # fmt: skip


def _of_group(row: Iterable[Any], credited: frozenset[int]) -> Deed:
    receipt, work, meeting, group, version, at, due_at, verdict, slides, summary = row
    thing = (work, slides or summary or 0)
    owner = Owner(group=group)
    return Deed((work, meeting, 0), owner, receipt, thing, version, at, due_at, verdict, credited)


def _asked(questions: QuerySet[Question]) -> Iterator[Deed]:
    """The newest version of each; one query."""
    rows = questions.annotate(
        newest=FilteredRelation("versions", condition=Q(versions__number=F("version")))
    ).values_list(
        "pk", "author", "reading", "reading__meeting", "version", "edited_at", "withdrawn_at",
        "newest__receipt", "newest__receipt__at", "newest__receipt__due_at",
        "newest__receipt__verdict",
    )  # fmt: skip
    for (
        pk, author, reading, meeting, version, edited, withdrawn, receipt, at, due_at, verdict,
    ) in rows.order_by():  # fmt: skip
        yield Deed(
            ("question", meeting, reading),
            Owner(person=author),
            receipt or NO_RECEIPT,
            ("question", pk),
            version,
            at or edited,
            due_at or edited,
            verdict or Verdict.ON_TIME,
            frozenset({author}),
            withdrawn is not None,
        )
