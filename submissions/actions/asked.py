"""What is asked of somebody who wants to hand it in: whether it is theirs, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groups.models import StudentGroup
from groups.queries import members_of
from schedule.plan.values import Everybody, EveryGroup, Holders, HoldersOf, OthersThan
from schedule.queries import plan_of
from submissions.errors import NotAsked, NotYourDuty
from submissions.models import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from courses.models import Course, Enrolment
    from schedule.deadlines import Deadline
    from schedule.plan import values
    from schedule.plan.asks import Ask, AskKey, Owner
    from schedule.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask of an owner, as of one plan; `members` are those who get credit for it."""

    course: Course
    plan: Plan
    ask: Ask
    owner: Owner
    members: Sequence[Enrolment]

    @property
    def deadline(self) -> Deadline:
        """The deadline in force."""
        return self.ask.deadline

    @property
    def group(self) -> values.Group | None:
        """The group that owes it; None for one's own work."""
        return self.plan.group.get(self.owner.group or 0)

    def new_piece(self) -> Piece:
        """The row for it, not saved."""
        _, meeting, reading = self.ask.key
        return Piece(
            work_id=self.ask.work.id,
            meeting_id=meeting or None,
            reading_id=reading or None,
            enrolment_id=self.owner.person,
            group_id=self.owner.group,
        )


def asked_of(thing: AskKey, owner: Owner, by: Enrolment, at: datetime) -> Asked:
    """What the course of `by`, which is read, asks of this owner for whom `by` acts at `at`.

    Raises NotAsked where nothing is, NotYourDuty where it is asked of others, or of a group that
    they are not in, or of no staff.
    """
    plan = plan_of(by.course)
    ask = plan.asks.get(thing)
    if ask is None:
        raise NotAsked
    refused = NotYourDuty(f"{ask.work.name}: handed in by {by_whom(ask.work, plan)}.")
    if by.is_staff or owner not in plan.owners[thing]:
        raise refused
    members: Sequence[Enrolment] = [by] if by.is_active(at) and owner.person == by.pk else []
    if owner.group is not None:
        members = members_of(StudentGroup(pk=owner.group), at)
    if by not in members:
        raise refused
    return Asked(by.course, plan, ask, owner, members)


def by_whom(work: values.Work, plan: Plan) -> str:
    """Who hands it in, in words: “the members of the group that is presenter”."""
    match work.owed_by:
        case Everybody():
            return "each student of the course"
        case EveryGroup():
            return "the members of each group"
        case OthersThan(roles):
            return f"each student who is not {plan.in_words(roles, 'or')}"
        case HoldersOf(roles):
            who = plan.in_words(roles, "or")
            of_groups = any(plan.role[key].holders is Holders.GROUPS for key in roles)
            return f"the members of the group that is {who}" if of_groups else f"who is {who}"
