"""Facts that planning raises. `str()` of each is the sentence for the person."""

from __future__ import annotations

from courses.errors import Refused
from courses.orders import CLASS_TIMES


class TimesDoNotFit(Refused):
    """Dates or times that cannot be: they run backwards, or the clocks skip them that day."""

    def __init__(self, sentence: str = CLASS_TIMES.sentence) -> None:
        super().__init__(sentence)


class RolesClash(Refused):
    """Rule R1: one group for each role, and three different groups."""
