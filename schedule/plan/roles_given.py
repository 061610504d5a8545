"""Roles that are given against the rules (R1, R3): what is wrong, a sentence each.

The one place that says so, for forms, and for the import of a page. Pure: no Django.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from schedule.plan.asks import Owner
from schedule.plan.calendar import Meeting
from schedule.plan.plan import Plan
from schedule.plan.values import Assignment, For, Holders, Role

Holder = TypeVar("Holder", bound=Hashable)


def in_several_roles(held: Iterable[tuple[str, Holder]]) -> dict[Holder, list[str]]:
    """Who has more than one of these roles (rule R1), with the roles, each once."""
    found: dict[Holder, list[str]] = defaultdict(list)
    for role, holder in held:
        if role not in found[holder]:
            found[holder].append(role)
    return {holder: roles for holder, roles in found.items() if len(roles) > 1}


def missing_roles(roles: Iterable[str], given: Iterable[str]) -> list[str]:
    """The roles that nobody has although another of them is given (rule R1)."""
    there = set(given)
    lacking = [key for key in roles if key not in there]
    return lacking if there else []


def clashes(
    roles: Mapping[str, Role], given: Sequence[Assignment], name: Callable[[Owner], str]
) -> list[str]:
    """What is wrong with the roles given at one meeting, a sentence each (rule R1).

    Each has as many holders as it takes at most, of the kind that has it; nobody has two for the
    same thing. Too few are not wrong yet. `name` says who an owner is.
    """
    return [
        *(sentence for one in given for sentence in _is_misplaced(roles[one.role], one, name)),
        *_too_many(roles, given),
        *_two_at_once(given, name),
    ]


def _owner(one: Assignment) -> Owner:
    return Owner(group=one.group, person=one.person)


def _is_misplaced(role: Role, one: Assignment, name: Callable[[Owner], str]) -> Iterator[str]:
    if (role.holders is Holders.GROUPS) != (one.group is not None):
        kind = "groups" if role.holders is Holders.GROUPS else "single students"
        yield f"{role.name} is a role of {kind}, and {name(_owner(one))} is none."
    if one.reading is not None and role.per is For.MEETING:
        yield f"{role.name} is for the whole meeting, not for one reading of it."


def _too_many(roles: Mapping[str, Role], given: Sequence[Assignment]) -> Iterator[str]:
    for key in dict.fromkeys(one.role for one in given):
        role, holders = roles[key], [one for one in given if one.role == key]
        for reading in dict.fromkeys(one.reading for one in holders):
            count = sum(one.reading in (None, reading) or reading is None for one in holders)
            if role.most is not None and count > role.most:
                takes = "one" if role.most == 1 else f"{role.most} at most"
                kind = "groups" if role.holders is Holders.GROUPS else "students"
                yield f"{role.name} is given to {count} {kind}; it takes {takes} (R1)."
                break


def _two_at_once(given: Sequence[Assignment], name: Callable[[Owner], str]) -> Iterator[str]:
    for owner in dict.fromkeys(map(_owner, given)):
        own = [one for one in given if _owner(one) == owner]
        for reading in dict.fromkeys(one.reading for one in own):
            at_once = [one for one in own if one.reading in (None, reading) or reading is None]
            if len(at_once) > 1:
                takes = "it takes" if owner.person is None else "they take"
                count = f"{len(at_once)} roles at one meeting"
                yield f"{name(owner)} has {count}; {takes} one (R1)."
                break


def read_again(plan: Plan, meeting: Meeting) -> list[tuple[Owner, str, Meeting]]:
    """Who has a role here on a paper that they had another role on before or will have (rule R3).

    A paper is known by its address, or by its title where it has none; only what is required, or
    has roles of its own, is presented. With the paper's title and the other meeting.
    """
    found = []
    here = _papers(plan, meeting)
    for other in plan.meetings:
        if other.id == meeting.id:
            continue
        for paper, (title, roles) in here.items():
            _, others = _papers(plan, other).get(paper, ("", {}))
            for owner, held in roles.items():
                if others.get(owner, held) - held or held - others.get(owner, held):
                    found.append((owner, title, other))
    return found


def _papers(plan: Plan, meeting: Meeting) -> dict[str, tuple[str, dict[Owner, frozenset[str]]]]:
    """By paper: its title here, and who has which roles on it."""
    found = {}
    given = plan.assigned.get(meeting.id, ())
    for reading in meeting.readings:
        roles: dict[Owner, frozenset[str]] = {}
        for one in given:
            is_on = one.reading == reading.id or (one.reading is None and reading.is_required)
            if is_on:
                owner = _owner(one)
                roles[owner] = roles.get(owner, frozenset()) | {one.role}
        if roles:
            found[reading.url or reading.title.casefold()] = (reading.title, roles)
    return found
