"""What differs between two plans of a course, and a plan with these differences. Pure.

Of each collection the parts are known by their ids or keys; what is the same is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schedule.plan.plan import Plan

Key = Any
_BY_ID: Callable[[Any], Key] = lambda one: one.id  # noqa: E731 # one of a table of keys
_BY_KEY: Callable[[Any], Key] = lambda one: one.key  # noqa: E731
KEYS: Mapping[str, Callable[[Any], Key]] = {
    "people": _BY_ID,
    "groups": _BY_ID,
    "meetings": _BY_ID,
    "sections": _BY_ID,
    "dates": _BY_ID,
    "roles": _BY_KEY,
    "works": _BY_KEY,
    "assignments": lambda one: one,
}
"""What the parts of each collection of a plan are known by."""
PLAIN = ("course", "zone", "created_at")


@dataclass(frozen=True, slots=True)
class Change:
    """One part as it was (None: it is new) and as it is (None: it is gone).

    `where` is the plan's field; `key` what the part is known by, None where the field is no
    collection.
    """

    where: str
    key: Key
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes one plan of another; `orders` are the keys of collections in another order."""

    parts: tuple[Change, ...] = ()
    orders: tuple[tuple[str, tuple[Key, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts or self.orders)

    def of(self, where: str) -> Sequence[Change]:
        """Those in this field of the plan."""
        return [one for one in self.parts if one.where == where]

    def applied_to(self, plan: Plan) -> Plan:
        """The plan with these changes."""
        fields: dict[str, Any] = {}
        for name, key_of in KEYS.items():
            parts = {key_of(one): one for one in getattr(plan, name)}
            for change in self.of(name):
                if change.after is None:
                    parts.pop(change.key, None)
                else:
                    parts[change.key] = change.after
            order = dict(self.orders).get(name, tuple(parts))
            fields[name] = tuple(parts[key] for key in order)
        plain = {one.where: one.after for one in self.parts if one.where in PLAIN}
        return replace(plan, **fields, **plain)


def changes(before: Plan, after: Plan) -> Changes:
    """What differs; empty for two plans that say the same."""
    found = [
        Change(name, None, getattr(before, name), getattr(after, name))
        for name in PLAIN
        if getattr(before, name) != getattr(after, name)
    ]
    orders = []
    for name, key_of in KEYS.items():
        was = {key_of(one): one for one in getattr(before, name)}
        now = {key_of(one): one for one in getattr(after, name)}
        found += [
            Change(name, key, was.get(key), now.get(key))
            for key in dict.fromkeys((*was, *now))
            if was.get(key) != now.get(key)
        ]
        as_applied = [*(key for key in was if key in now), *(key for key in now if key not in was)]
        if as_applied != list(now):
            orders.append((name, tuple(now)))
    return Changes(tuple(found), tuple(orders))
