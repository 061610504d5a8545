"""Facts that planning raises. `str()` of each is the sentence for the person."""

from __future__ import annotations

from courses.errors import Refused


class TimesDoNotFit(Refused):
    """A class ends after it starts, on one day."""

    def __init__(self) -> None:
        super().__init__("A class must end after it starts, on the same day.")


class RolesClash(Refused):
    """Rule R1: one group for each role, and three different groups."""
