"""What cannot be: rules that contradict themselves, each other, or the dates of a course.

The one place that says so, for forms and for files of rules. Pure: no Django.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses import times
from schedule.plan.calendar import MEETING_KINDS, NO_CLASS
from schedule.plan.columns import roles_of
from schedule.plan.moments import AtClass, Edge, Moment, OnClock, OnDate
from schedule.plan.plan import Plan
from schedule.plan.values import After, All, Best, First, HoldersOf, OthersThan, Per, Role, Work

RESERVED = frozenset({"key", "base_version", "csrfmiddlewaretoken", "file_instead", "_account"})
"""What every form has beside the parts of its work."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one role or work (`key`), at which of its columns."""

    key: str
    field: str
    sentence: str

    @property
    def place(self) -> str:
        """Where it is: “slides, due_minutes”."""
        return ", ".join(filter(None, (self.key, self.field))) or "The file"


def faults_in(roles: Sequence[Role], works: Sequence[Work]) -> list[Fault]:
    """Everything that contradicts itself or another rule; empty where all can be."""
    known = {one.key: one for one in roles}
    return [
        *_used_twice(roles, "role"),
        *_used_twice(works, "work"),
        *(fault for role in roles for fault in faults_of_role(role)),
        *(fault for work in works for fault in faults_of_work(work, known)),
    ]


def _used_twice(rules: Iterable[Role | Work], what: str) -> Iterator[Fault]:
    for key, count in Counter(one.key for one in rules).items():
        if count > 1:
            yield Fault(key, "key", f"Another {what} has the key “{key}” already.")


def faults_of_role(role: Role) -> Iterator[Fault]:
    """What is wrong with this role by itself."""
    if role.most is not None and role.most < 1:
        yield Fault(role.key, "most", "Nobody could have a role with no holder.")
    elif role.most is not None and role.most < role.least:
        yield Fault(
            role.key, "most", f"It takes {role.least} at least, so it cannot take {role.most}."
        )


def faults_of_work(work: Work, roles: Mapping[str, Role]) -> Iterator[Fault]:
    """What is wrong with this work, in a course with these roles (by key)."""
    yield from _of_owners(work, roles)
    yield from _of_times(work)
    yield from _of_content(work)
    for kind in sorted(work.kinds - MEETING_KINDS):
        there = ", ".join(sorted(MEETING_KINDS))
        yield Fault(work.key, "meetings", f"There are no meetings of kind “{kind}”, but: {there}.")
    if work.per is not Per.ONCE and not work.kinds - {NO_CLASS}:
        yield Fault(work.key, "meetings", "It is asked at no meeting at which there is class.")
    if work.closes_minutes is not None and work.after is After.CLOSED:
        yield Fault(
            work.key, "closes_minutes", "Nothing is taken after it is due, so not for a while."
        )
    if work.points <= 0:
        yield Fault(work.key, "points", "Nothing can be graded out of zero.")
    if isinstance(work.counting, Best | First) and work.counting.k < 1:
        yield Fault(work.key, "count_of", "Say how many of them count.")
    if any(hours <= 0 for hours in work.remind_hours):
        yield Fault(work.key, "remind_hours", "A reminder comes an hour before it is due, or more.")


def _of_owners(work: Work, roles: Mapping[str, Role]) -> Iterator[Fault]:
    if not isinstance(work.owed_by, HoldersOf | OthersThan):
        return
    named = sorted(roles_of(work.owed_by))
    if not named:
        nobody = isinstance(work.owed_by, HoldersOf)
        yield Fault(
            work.key,
            "roles",
            "Nobody owes it: say the roles whose holders do." if nobody else "Say the roles.",
        )
    for key in named:
        role = roles.get(key)
        if role is None:
            yield Fault(work.key, "roles", f"There is no role “{key}”.")
        elif role.retired_at is not None and work.retired_at is None:
            yield Fault(work.key, "roles", f"{role.name} is no role of this course any more.")
    held = {roles[key].holders for key in named if key in roles}
    if isinstance(work.owed_by, HoldersOf) and len(held) > 1:
        yield Fault(
            work.key,
            "roles",
            "Some of these roles are held by groups, some by students: ask each for a work.",
        )


def _of_times(work: Work) -> Iterator[Fault]:
    for field, moment in (("due_from", work.due), ("opens_from", work.opens)):
        if work.per is Per.ONCE and moment is not None and not isinstance(moment, OnDate):
            yield Fault(
                work.key, field, "What is asked once hangs on no class: choose a fixed date."
            )
            return
    if work.opens is not None and _is_never_before(work.opens, work.due):
        yield Fault(work.key, "due_from", "It would be due before it opens.")


def _of_content(work: Work) -> Iterator[Fault]:
    if not work.prompts and not work.files:
        yield Fault(work.key, "prompts", "Nothing is to be written and no file to be handed in.")
    if work.is_either and not (work.prompts and work.files):
        yield Fault(work.key, "is_either", "Either needs both: something to write, and a file.")
    keys = [*(one.key for one in work.prompts), *(one.key for one in work.files)]
    for key, count in Counter(keys).items():
        if count > 1:
            yield Fault(work.key, "prompts", f"Two of its parts have the key “{key}”.")
    for key in sorted(RESERVED & set(keys)):
        yield Fault(work.key, "prompts", f"No part can have the key “{key}”.")
    shares = [one.points for one in work.prompts]
    if shares and None not in shares and sum(filter(None, shares)) != work.points:
        yield Fault(
            work.key,
            "points",
            f"The prompts give {sum(filter(None, shares))} points together, and the work "
            f"{work.points}.",
        )


def _is_never_before(opens: Moment, due: Moment) -> bool:
    """Whether it cannot open before it is due, whatever the meeting; else its dates will say."""
    match opens, due:
        case AtClass(one, first), AtClass(other, last):
            begins_later = one is other or one is Edge.END
            return begins_later and last <= first
        case OnClock(), OnClock():
            return (due.days, due.clock) <= (opens.days, opens.clock)
        case OnDate(), OnDate():
            return due == opens
    return False


def never_open(plan: Plan) -> list[Fault]:
    """The works that would be due before they open at a meeting of the plan, the first of each."""
    found: dict[str, Fault] = {}
    for ask in plan.asks.values():
        opens_at, due_at = ask.deadline.opens_at, ask.deadline.due_at
        if opens_at is not None and due_at <= opens_at and ask.work.key not in found:
            day = ask.meeting.on if ask.meeting else None
            on = f"For {day:%b} {day.day} it" if day else "It"
            found[ask.work.key] = Fault(
                ask.work.key, "due_from", f"{on} would be due before it opens."
            )
    return list(found.values())


def too_few(plan: Plan) -> list[Fault]:
    """The works of which more count than there are, or all may be missed; where there are any."""
    found = []
    for work in plan.works:
        there = sum(ask.work.key == work.key for ask in plan.asks.values())
        if isinstance(work.counting, Best | First) and 0 < there < work.counting.k:
            sentence = f"{work.counting.k} count, and there are only {there}."
            found.append(Fault(work.key, "count_of", sentence))
        if isinstance(work.counting, All) and 0 < there <= work.counting.may_miss:
            sentence = f"{work.counting.may_miss} may be missed, and there are only {there}."
            found.append(Fault(work.key, "may_miss", sentence))
    return found


def faults_on_dates(before: Plan, then: Plan, at: datetime) -> list[Fault]:
    """What is wrong with rules on the dates of their course, when they take the place of others."""
    return [*never_open(then), *too_few(then), *late_at_once(before, then, at)]


def late_at_once(before: Plan, then: Plan, at: datetime) -> list[Fault]:
    """The works that would be due already at `at`, and were not before; the first of each."""
    found: dict[str, Fault] = {}
    for key, ask in then.asks.items():
        earlier, due_at = before.asks.get(key), ask.deadline.due_at
        if earlier is None or ask.work.key in found:
            continue
        if due_at <= at < earlier.deadline.due_at:
            when = times.in_full(due_at, then.zone)
            of = f"For {ask.meeting} it" if ask.meeting else "It"
            sentence = f"{of} would have been due already: {when}."
            found[ask.work.key] = Fault(ask.work.key, "due_from", sentence)
    return list(found.values())
