"""What must not run backwards: pairs of values of which one follows the other. Pure: no Django.

Every door asks here: forms say it at the field, actions refuse, the import warns and falls back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Order:
    """That the value called `last` comes after the one called `first`, or where it may, with it.

    A pair that `needs_both` has both values or neither; of another the last may be left out.
    """

    first: str
    last: str
    sentence: str
    may_be_equal: bool = False
    needs_both: bool = True


CLASS_TIMES = Order(
    "class_starts", "class_ends", "A class must end after it starts, on the same day."
)
TERM = Order("starts_on", "ends_on", "The term must not end before it starts.", may_be_equal=True)
GROUP_SIZE = Order(
    "group_size_min",
    "group_size_max",
    "The largest group must not be smaller than the smallest.",
    may_be_equal=True,
)
OFFICE_HOURS = Order("starts", "ends", "Office hours must end after they start, on the same day.")
DAYS = Order(
    "on",
    "until",
    "The last day must not come before the first.",
    may_be_equal=True,
    needs_both=False,
)


def broken(values: Mapping[str, Any], *orders: Order) -> dict[str, str]:
    """What is wrong with these values (None: not given), as field -> sentence; empty if nothing."""
    found: dict[str, str] = {}
    for order in orders:
        first, last = values.get(order.first), values.get(order.last)
        if first is None or last is None:
            if order.needs_both and (first is None) != (last is None):
                found[order.first if first is None else order.last] = "Give both, or neither."
        elif last < first or (last == first and not order.may_be_equal):
            found[order.last] = order.sentence
    return found


def say_broken(form: Any, *orders: Order) -> None:
    """Say at the fields of a model's form, in its `clean`, what of these orders it would break.

    What the person has not changed is taken as it stands in the row.
    """
    data, row = form.cleaned_data, form.instance
    for order in orders:
        names = {order.first, order.last}
        if not names & set(form.errors):
            changed = {name: data[name] for name in names & set(data) & set(form.changed_data)}
            values = {name: getattr(row, name) for name in names} | changed
            for name, sentence in broken(values, order).items():
                form.add_error(name if name in form.fields else None, sentence)


def years_apart(*days: Any) -> str:
    """What is wrong with the year of one of these dates (None: not given); '' if nothing.

    A year with a digit too few or too many is a slip of the pen, and no instant may follow
    from it.
    """
    odd: Iterable[int] = (day.year for day in days if day and not 2000 <= day.year < 2100)
    year = next(iter(odd), None)
    return "" if year is None else f"{year} is not the year of a course."
