"""Which of a student's pieces count: all, the best, the first, and what may be missed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule.plan.values import ALL_COUNT, All, Best, First

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from schedule.plan.values import Counting


@dataclass(frozen=True, slots=True)
class Limit:
    """Which of one student's pieces of a work count; `in_term` is how many are asked in the term.

    That says how many may be missed where the best or the first count.
    """

    counting: Counting = ALL_COUNT
    in_term: int = 0

    def left_out(self, is_missed: Sequence[bool], values: Sequence[Fraction]) -> set[int]:
        """The pieces (their numbers) that do not count, given in the order of the term.

        As many as may be missed are left out of those that were; of the rest the best (`values`
        are percentages), or the first, count.
        """
        missed = [n for n, is_gone in enumerate(is_missed) if is_gone]
        there = [n for n, is_gone in enumerate(is_missed) if not is_gone]
        match self.counting:
            case All(may_miss):
                return set(missed[:may_miss])
            case Best(k):
                ranked = sorted(there, key=lambda n: (-values[n], n))
            case First(k):
                ranked = there
        return {*missed[: max(0, self.in_term - k)], *ranked[k:]}


def counted(
    works: Sequence[str],
    is_missed: Sequence[bool],
    values: Sequence[Fraction],
    limits: Mapping[str, Limit],
) -> list[bool]:
    """Whether each piece counts, work (its key) by work; without a limit each does."""
    left_out: set[int] = set()
    for work in set(works) & limits.keys():
        own = [n for n, one in enumerate(works) if one == work]
        out = limits[work].left_out([is_missed[n] for n in own], [values[n] for n in own])
        left_out |= {own[n] for n in out}
    return [n not in left_out for n in range(len(works))]
