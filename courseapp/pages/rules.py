"""The rules of a course on one page: as sentences, and what they mean on this term's dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from courseapp.rules import graded_in_words
from courses.web import open_course, page
from schedule.plan.sentences import of_role, of_work
from schedule.queries import plan_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from courses.web import Request
    from schedule.plan.asks import Ask
    from schedule.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class OnDate:
    """For what a work is asked, from when on and until when; `about` is a meeting or its name."""

    about: str
    opens_at: datetime | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """One role or work: its first sentence, which says the most, and the others.

    `dates` are those of a work, in order of time; `following` is the first that is still to come.
    """

    key: str
    name: str
    first: str
    others: Sequence[str] = ()
    dates: Sequence[OnDate] = ()
    following: OnDate | None = None


@require_safe
def rules_page(request: Request, slug: str) -> HttpResponse:
    """What the course asks, for whoever sees the course."""
    access = open_course(request, slug)
    course = access.course
    plan = plan_of(course)
    return page(
        request,
        "courseapp/rules.html",
        {
            "course": course,
            "access": access,
            "roles": roles_in(plan),
            "works": works_in(plan, request.at),
            "parts": graded_in_words(course, plan.works),
        },
    )


def roles_in(plan: Plan) -> list[Rule]:
    """The roles that are still given."""
    found = []
    for role in plan.roles:
        if role.retired_at is None:
            first, *others = of_role(role)
            first = first.removeprefix(f"{role.name}: ")  # which is the heading already
            found.append(Rule(role.key, role.name, first[:1].upper() + first[1:], others))
    return found


def works_in(plan: Plan, at: datetime) -> list[Rule]:
    """The works that are still asked, with their dates as they stand at `at`."""
    titles = {one.id: one.title for one in plan.dates}
    found = []
    for work in plan.works:
        if work.retired_at is not None:
            continue
        first, *others = of_work(work, plan.role, titles)
        dates = _dates([ask for ask in plan.asks.values() if ask.work.key == work.key])
        following = next((one for one in dates if at < one.due_at), None)
        found.append(Rule(work.key, work.name, first, others, dates, following))
    return found


def _dates(asks: Sequence[Ask]) -> list[OnDate]:
    """When they are due, each date once: the readings of a meeting have the same."""
    found = {
        (ask.key[1], ask.deadline.due_at): OnDate(
            ask.about, ask.deadline.opens_at, ask.deadline.due_at
        )
        for ask in asks
    }
    return sorted(found.values(), key=lambda one: one.due_at)
