"""What the page of a work starts from: what is asked, of whom, and what was handed in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from courses.web import Access, open_enrolled
from schedule.plan.asks import Owner
from schedule.queries import plan_of
from submissions.duties import duty_of
from submissions.queries import versions_of
from submissions.queries.deeds import deed_of
from submissions.queries.work import piece_of
from submissions.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from courses.models import Enrolment
    from courses.web import Request
    from schedule.plan import values
    from schedule.plan.asks import Ask, AskKey
    from schedule.plan.plan import Plan
    from submissions.duties import Duty
    from submissions.models import Version


@dataclass(frozen=True, slots=True)
class Place:
    """One ask as somebody opens it who owes it, alone or with one of these groups."""

    access: Access
    enrolment: Enrolment
    plan: Plan
    ask: Ask
    groups: Sequence[values.Group]
    owner: Owner | None

    @property
    def work(self) -> values.Work:
        """What is asked."""
        return self.ask.work

    @property
    def group(self) -> values.Group | None:
        """The group for which it is opened; None for one's own work."""
        return self.plan.group.get(self.owner.group or 0) if self.owner else None


def open_place(request: Request, slug: str, work: str, meeting: int, reading: int) -> Place:
    """What is asked there, as the viewer owes it; Http404 where nothing is, or not of them.

    The owner is None when the member of several groups has to choose one by `?group=`.
    """
    access, enrolment = open_enrolled(request, slug)
    plan = plan_of(access.course)
    ask = plan.asks.get(_thing(plan, work, meeting, reading))
    if ask is None or enrolment.is_staff:
        raise Http404("Nothing to hand in here.")
    owners = plan.owners[ask.key]
    alone = Owner(person=enrolment.pk)
    own = plan.groups_at(enrolment.pk, request.at).values()
    groups = [group for group in own if Owner(group=group.id) in owners]
    if alone in owners:
        if not plan.due(ask, request.at).is_owed_by(plan.person[enrolment.pk].roster):
            raise Http404("It was due before you were here.")
        return Place(access, enrolment, plan, ask, (), alone)
    if not groups:
        raise Http404("Nothing to hand in here.")
    return Place(access, enrolment, plan, ask, groups, _chosen(request, groups))


def _thing(plan: Plan, work: str, meeting: int, reading: int) -> AskKey:
    of_reading = plan.meeting_of.get(reading)
    return work, of_reading.id if of_reading else meeting, reading


def _chosen(request: Request, groups: Sequence[values.Group]) -> Owner | None:
    """The group that `?group=` names, or the only one; None when it has to be asked.

    Raises Http404 for one that is not among `groups`.
    """
    wanted = request.GET.get("group", "")
    if not wanted:
        return Owner(group=groups[0].id) if len(groups) == 1 else None
    for group in groups:
        if str(group.id) == wanted:
            return Owner(group=group.id)
    raise Http404("No such group.")


def stands(place: Place, request: Request) -> tuple[Duty, list[Version]]:
    """How it stands now, and every version of it, newest first."""
    owner = place.owner or Owner(person=place.enrolment.pk)
    key = place.ask.key
    piece = piece_of(place.ask, owner)
    versions = versions_of(piece)
    for version in versions:
        if piece is not None:
            version.piece = piece
    deeds = tuple(deed_of(version, key, owner) for version in versions)
    roles = place.plan.owners[key].get(owner, frozenset())
    found = Standing(place.plan, deeds, request.at).piece(place.ask, owner, roles)
    return duty_of(place.plan, found, found.counting), versions
