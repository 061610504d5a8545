"""Roles and works as plain columns, and back: what a table, a form and a file of rules have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from schedule.plan.moments import AtClass, Edge, Moment, OnClock
from schedule.plan.values import (
    After,
    Everybody,
    EveryGroup,
    For,
    Holders,
    HoldersOf,
    OthersThan,
    OwedBy,
    Per,
    Role,
    Work,
)

Columns = Mapping[str, Any]
ON_CLOCK = "clock"
EVERYBODY, HOLDERS, OTHERS, GROUPS = "everybody", "holders", "others", "groups"

ROLE = (
    "key", "name", "words", "holders", "per", "least", "most", "must_attend", "minutes",
    "retired_at",
)  # fmt: skip
"""A role's columns: each is a field of `values.Role`."""
MOMENT = ("from", "minutes", "days", "clock")
"""What stands behind `opens_` and `due_`."""
SAME = (
    "key", "name", "is_plural", "closes_minutes", "can_withdraw", "points", "retired_at",
)  # fmt: skip
"""The columns of a work that are fields of `values.Work` as they are."""
WORK = (
    *SAME, "owed_by", "per", "meetings", "after", "remind_hours",
    *(f"{edge}_{part}" for edge in ("opens", "due") for part in MOMENT),
)  # fmt: skip
"""A work's columns; the roles that `owed_by` means stand beside them."""


def role_of(columns: Columns) -> Role:
    """The role that these columns say."""
    said = {name: columns[name] for name in ROLE}
    return Role(**said | {"holders": Holders(said["holders"]), "per": For(said["per"])})


def columns_of_role(role: Role) -> dict[str, Any]:
    """What `role_of` reads it from."""
    said = {name: getattr(role, name) for name in ROLE}
    return said | {"holders": role.holders.value, "per": role.per.value}


def work_of(columns: Columns, roles: Iterable[str]) -> Work:
    """The work that these columns say; `roles` (keys) are those that its `owed_by` means."""
    due = moment_of(columns, "due")
    if due is None:
        raise ValueError("A work is due at some time.")
    return Work(
        **{name: columns[name] for name in SAME},
        owed_by=owed_by_of(columns["owed_by"], roles),
        per=Per(columns["per"]),
        kinds=frozenset(filter(None, columns["meetings"].split(","))),
        opens=moment_of(columns, "opens"),
        due=due,
        after=After(columns["after"]),
        remind_hours=tuple(int(one) for one in columns["remind_hours"].split(",") if one),
    )


def columns_of_work(work: Work) -> dict[str, Any]:
    """What `work_of` reads it from; its roles are `roles_of(work.owed_by)`."""
    return {
        **{name: getattr(work, name) for name in SAME},
        "owed_by": _word_of(work.owed_by),
        "per": work.per.value,
        "meetings": ",".join(sorted(work.kinds)),
        "after": work.after.value,
        "remind_hours": ",".join(str(hours) for hours in work.remind_hours),
        **_columns_of_moment("opens", work.opens),
        **_columns_of_moment("due", work.due),
    }


def owed_by_of(word: str, roles: Iterable[str]) -> OwedBy:
    """Who owes, from the column's word and the roles beside it."""
    match word:
        case "everybody":
            return Everybody()
        case "holders":
            return HoldersOf(frozenset(roles))
        case "others":
            return OthersThan(frozenset(roles))
        case "groups":
            return EveryGroup()
    raise ValueError(f"Nobody owes by “{word}”.")


def roles_of(owed_by: OwedBy) -> frozenset[str]:
    """The roles (keys) that it names; none where roles do not matter."""
    return owed_by.roles if isinstance(owed_by, HoldersOf | OthersThan) else frozenset()


def _word_of(owed_by: OwedBy) -> str:
    match owed_by:
        case Everybody():
            return EVERYBODY
        case HoldersOf():
            return HOLDERS
        case OthersThan():
            return OTHERS
        case EveryGroup():
            return GROUPS


def moment_of(columns: Columns, edge: str) -> Moment | None:
    """The moment in the columns that begin with `edge` (“opens”, “due”); None: none is said."""
    origin, minutes, days, clock = (columns[f"{edge}_{part}"] for part in MOMENT)
    if not origin:
        return None
    if origin == ON_CLOCK:
        return OnClock(days or 0, clock or time(0))
    return AtClass(Edge(origin), minutes or 0)


def _columns_of_moment(edge: str, moment: Moment | None) -> dict[str, Any]:
    said: tuple[Any, ...] = ("", None, None, None)
    match moment:
        case AtClass(end, minutes):
            said = (end.value, minutes, None, None)
        case OnClock(days, clock):
            said = (ON_CLOCK, None, days, clock)
    return {f"{edge}_{part}": value for part, value in zip(MOMENT, said, strict=True)}
