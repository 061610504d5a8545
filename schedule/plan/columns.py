"""Roles and works as plain columns, and back: what a table, a form and a file of rules have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import time
from typing import Any

from schedule.plan.moments import AtClass, Edge, Moment, OnClock, OnDate
from schedule.plan.values import (
    After,
    All,
    Best,
    Counting,
    Everybody,
    EveryGroup,
    FileKind,
    FileSlot,
    First,
    For,
    Holders,
    HoldersOf,
    OthersThan,
    OwedBy,
    Per,
    Prompt,
    Role,
    SeenBy,
    Work,
)

Columns = Mapping[str, Any]
ID = "pk"  # of the row, where the columns are one's
ON_CLOCK, ON_DATE = "clock", "date"
ALL, BEST, FIRST = "all", "best", "first"
EVERYBODY, HOLDERS, OTHERS, GROUPS = "everybody", "holders", "others", "groups"

ROLE = (
    "key", "name", "words", "holders", "per", "least", "most", "must_attend", "minutes",
    "retired_at",
)  # fmt: skip
"""A role's columns: each is a field of `values.Role`."""
MOMENT = ("from", "minutes", "days", "clock", "date")
"""What stands behind `opens_` and `due_`."""
SAME = (
    "key", "name", "is_plural", "closes_minutes", "can_withdraw", "points", "is_either",
    "retired_at",
)  # fmt: skip
"""The columns of a work that are fields of `values.Work` as they are."""
WORK = (
    *SAME, "owed_by", "per", "meetings", "after", "remind_hours", "seen_by", "counts", "count_of",
    "may_miss",
    *(f"{edge}_{part}" for edge in ("opens", "due") for part in MOMENT),
)  # fmt: skip
"""A work's columns; beside them stand the roles that `owed_by` means, its prompts and files."""
PROMPT = ("key", "label", "longest", "points", "is_needed")
FILE = ("key", "label", "kind", "most_mb", "most_pages", "is_needed")


def role_of(columns: Columns) -> Role:
    """The role that these columns say."""
    said = {name: columns[name] for name in ROLE}
    return Role(**said | {"holders": Holders(said["holders"]), "per": For(said["per"])})


def columns_of_role(role: Role) -> dict[str, Any]:
    """What `role_of` reads it from."""
    said = {name: getattr(role, name) for name in ROLE}
    return said | {"holders": role.holders.value, "per": role.per.value}


def prompt_of(columns: Columns) -> Prompt:
    """The prompt that these columns say."""
    return Prompt(**{name: columns[name] for name in PROMPT}, id=columns.get(ID, 0))


def file_of(columns: Columns) -> FileSlot:
    """The file that these columns ask for."""
    said = {name: columns[name] for name in FILE}
    return FileSlot(**said | {"kind": FileKind(said["kind"])}, id=columns.get(ID, 0))


def columns_of_prompt(prompt: Prompt) -> dict[str, Any]:
    """What `prompt_of` reads it from."""
    return {name: getattr(prompt, name) for name in PROMPT}


def columns_of_file(slot: FileSlot) -> dict[str, Any]:
    """What `file_of` reads it from."""
    return {name: getattr(slot, name) for name in FILE} | {"kind": slot.kind.value}


def work_of(
    columns: Columns,
    roles: Iterable[str],
    prompts: Iterable[Prompt] = (),
    files: Iterable[FileSlot] = (),
) -> Work:
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
        seen_by=SeenBy(columns["seen_by"]),
        counting=counting_of(columns["counts"], columns["count_of"], columns["may_miss"]),
        prompts=tuple(prompts),
        files=tuple(files),
        id=columns.get(ID, 0),
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
        "seen_by": work.seen_by.value,
        **_columns_of_counting(work.counting),
        **_columns_of_moment("opens", work.opens),
        **_columns_of_moment("due", work.due),
    }


NEEDED = {"": (), ON_CLOCK: ("days", "clock"), ON_DATE: ("date",)}
"""What a moment is made of besides its origin; from class it is the minutes."""
_LACKING = {"clock": "Say the time that clocks show.", "date": "Choose the date."}


def completed(
    said: Mapping[str, Any], typed: Collection[str] = ()
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A work's columns with what belongs together: what goes, what is zero unless said.

    With what is missing, and what was `typed` (names of columns) and means nothing beside the
    others, each with its column and a sentence. Columns that are left out stay so.
    """
    data: dict[str, Any] = dict(said)
    lacking: list[tuple[str, str]] = []

    def drop(name: str, nothing: int | None, sentence: str) -> None:
        if name in typed and data.get(name) not in (None, "", 0):
            lacking.append((name, sentence))
        data[name] = nothing

    for edge in ("opens", "due"):
        origin = data.get(f"{edge}_from")
        if origin is None:
            continue
        needed = NEEDED.get(origin, ("minutes",))
        for part in MOMENT[1:]:
            name = f"{edge}_{part}"
            if part not in needed:
                drop(name, None, f"Not beside {edge}_from “{origin}”: leave it out.")
            elif data.get(name) in (None, ""):
                data[name] = None if part in _LACKING else 0
                lacking += [(name, _LACKING[part])] if part in _LACKING else []
    if data.get("counts") == ALL:
        drop("count_of", None, "All of them count: leave it out, or say which count.")
    elif data.get("counts"):
        drop("may_miss", 0, "How many count is said already: leave it out.")
        if data.get("count_of") is None:
            lacking.append(("count_of", "Say how many of them count."))
    return data, lacking


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


def counting_of(word: str, k: int | None, may_miss: int | None) -> Counting:
    """Which pieces count, from the column's word and the numbers beside it."""
    match word:
        case "best":
            return Best(k or 0)
        case "first":
            return First(k or 0)
    return All(may_miss or 0)


def _columns_of_counting(counting: Counting) -> dict[str, Any]:
    match counting:
        case Best(k):
            return {"counts": BEST, "count_of": k, "may_miss": 0}
        case First(k):
            return {"counts": FIRST, "count_of": k, "may_miss": 0}
        case All(may_miss):
            return {"counts": ALL, "count_of": None, "may_miss": may_miss}


def moment_of(columns: Columns, edge: str) -> Moment | None:
    """The moment in the columns that begin with `edge` (“opens”, “due”); None: none is said."""
    origin, minutes, days, clock, date = (columns[f"{edge}_{part}"] for part in MOMENT)
    if not origin:
        return None
    if origin == ON_DATE:
        return OnDate(date)
    if origin == ON_CLOCK:
        return OnClock(days or 0, clock or time(0))
    return AtClass(Edge(origin), minutes or 0)


def _columns_of_moment(edge: str, moment: Moment | None) -> dict[str, Any]:
    said: tuple[Any, ...] = ("", None, None, None, None)
    match moment:
        case AtClass(end, minutes):
            said = (end.value, minutes, None, None, None)
        case OnClock(days, clock):
            said = (ON_CLOCK, None, days, clock, None)
        case OnDate(date):
            said = (ON_DATE, None, None, None, date)
    return {f"{edge}_{part}": value for part, value in zip(MOMENT, said, strict=True)}
