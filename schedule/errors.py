"""Facts that planning raises. `str()` of each is the sentence for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.errors import Refused
from courses.orders import CLASS_TIMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule.plan.contradictions import Fault


class TimesDoNotFit(Refused):
    """Dates or times that cannot be: they run backwards, or the clocks skip them that day."""

    def __init__(self, sentence: str = CLASS_TIMES.sentence) -> None:
        super().__init__(sentence)


class RolesClash(Refused):
    """Roles are given against the rules of the course (rule R1)."""


class RulesContradict(Refused):
    """Rules that cannot be, or not together; `faults` has each with its rule and its column."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(f"{one.key}: {one.sentence}" for one in faults))
