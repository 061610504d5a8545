"""The gradebook: the ledger folded into pieces, cells and totals. Pure: no Django, no clock.

The newest entry on a thing holds. One member's own entry goes before the group's; an entry
on the whole component goes before its pieces; a cleared entry takes its kind back. *Current*
leaves out what is not graded yet, *final* counts it as zero. Percentages are exact fractions
from 0 to 100; whoever shows one rounds it, once, by `two_decimals`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from grading.counting import Limit, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ZERO = Fraction(0)

Thing = tuple[str | int, ...]
"""What an entry is on: ("version", 12), or ("duty", "question", 3, 7): work, meeting, reading."""


class State(StrEnum):
    """What is said of a piece or a cell, in the words that people read."""

    NOT_DUE = "Not due"
    NOT_GRADED = "Not yet graded"
    GRADED = "Graded"
    EXCUSED = "Excused"
    MISSING = "Missing"
    LATE_NOT_COUNTED = "Late: not counted"


class HandedIn(StrEnum):
    """What became of a piece of work that was asked for."""

    IN = "in"
    LATE_NOT_COUNTED = "late_not_counted"
    MISSING = "missing"


class Entry(NamedTuple):
    """One entry of the ledger. `state` is "scored", "excused" or "cleared".

    `thing` None means the component as a whole, `enrolment` None every member credited.
    `score` and `out_of` (points) are set exactly when it is scored. `at` is UTC.
    """

    id: int
    component: int
    thing: Thing | None
    enrolment: int | None
    state: str
    score: Decimal | None
    out_of: Decimal | None
    comment: str
    by: str
    at: datetime

    @property
    def percent(self) -> Fraction:
        """The score as a percentage; 0 where there is none."""
        if self.score is None or not self.out_of:
            return ZERO
        return percentage(self.score, self.out_of)


@lru_cache(maxsize=4096)
def percentage(score: Decimal, out_of: Decimal) -> Fraction:
    """`score` of `out_of` points in percent. Kept, because a class is graded in few scores."""
    return 100 * Fraction(score) / Fraction(out_of)


def two_decimals(percent: Fraction) -> str:
    """“40.63” for 40.625: the one rounding of a percentage, halves up, as people round."""
    hundredths = (200 * percent.numerator + percent.denominator) // (2 * percent.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}"


Ledger = dict[tuple[int, Thing | None, int | None], Entry]


def newest(entries: Iterable[Entry]) -> Ledger:
    """The entry that holds on each thing, whatever the order in which they come.

    Later is who has the later `at`; of two at the same instant, the higher id.
    """
    ledger: Ledger = {}
    for entry in entries:
        key = (entry.component, entry.thing, entry.enrolment)
        held = ledger.get(key)
        if held is None or (held.at, held.id) < (entry.at, entry.id):
            ledger[key] = entry
    return ledger


@dataclass(frozen=True, slots=True)
class Owed:
    """One piece of work that a component asks of one student.

    `things` are the hand-ins whose entries reach this student; `duty` stands for the work
    itself, so that a student can be excused from what was never handed in.
    """

    component: int
    label: str
    on: date
    handed_in: HandedIn
    things: tuple[Thing, ...]
    duty: Thing

    @property
    def work(self) -> str:
        """The key of the work."""
        return str(self.duty[1])


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece with its state and the entry that it comes from (None when there is none).

    `counts` is false for one that the counting rule of its work leaves out: missed for free, or
    beyond those that count.
    """

    owed: Owed
    state: State
    entry: Entry | None
    counts: bool = True

    @property
    def is_missed(self) -> bool:
        """Whether nothing came that counts."""
        return self.state in (State.MISSING, State.LATE_NOT_COUNTED)

    @property
    def percent(self) -> Fraction | None:
        """What it counts in the current mean; None when it is left out of it."""
        if self.state is State.GRADED and self.entry is not None:
            return self.entry.percent
        if self.is_missed:
            return ZERO
        return None


@dataclass(frozen=True, slots=True)
class Cell:
    """One student's part of the grade in one component.

    `current` is None while nothing counts yet; `final` is None when everything is excused,
    so that the component leaves the weights. `whole` is the entry on the component itself,
    when it goes before the pieces.
    """

    component: int
    pieces: tuple[Piece, ...]
    whole: Entry | None
    state: State
    current: Fraction | None
    final: Fraction | None

    def count(self, state: State) -> int:
        """How many of the pieces that count are in `state`."""
        return sum(piece.state is state and piece.counts for piece in self.pieces)

    @property
    def missing(self) -> int:
        """How many pieces were not handed in; none once the whole is graded or excused."""
        return 0 if self.whole else self.count(State.MISSING)

    @property
    def late(self) -> int:
        """How many pieces came in late and are not counted."""
        return 0 if self.whole else self.count(State.LATE_NOT_COUNTED)

    @property
    def ungraded(self) -> int:
        """How many pieces wait for a grade."""
        return 0 if self.whole else self.count(State.NOT_GRADED)


@dataclass(frozen=True, slots=True)
class Totals:
    """The course's grade so far (`current`) and with the rest as zero (`final`), in percent."""

    current: Fraction | None
    final: Fraction | None


def _latest(ledger: Ledger, keys: Iterable[tuple[int, Thing | None, int | None]]) -> Entry | None:
    held = None
    for key in keys:
        entry = ledger.get(key)
        if entry is not None and (held is None or (held.at, held.id) < (entry.at, entry.id)):
            held = entry
    return held if held is not None and held.state != "cleared" else None


def fold_piece(owed: Owed, enrolment: int, ledger: Ledger) -> Piece:
    """The state of one piece: excused goes before everything, late or missing before a score."""
    component = owed.component
    entry = _latest(
        ledger, [(component, thing, enrolment) for thing in (*owed.things, owed.duty)]
    ) or _latest(ledger, [(component, thing, None) for thing in owed.things])
    if entry is not None and entry.state == "excused":
        return Piece(owed, State.EXCUSED, entry)
    if owed.handed_in is HandedIn.MISSING:
        return Piece(owed, State.MISSING, None)
    if owed.handed_in is HandedIn.LATE_NOT_COUNTED:
        return Piece(owed, State.LATE_NOT_COUNTED, None)
    if entry is not None:
        return Piece(owed, State.GRADED, entry)
    return Piece(owed, State.NOT_GRADED, None)


def fold_cell(
    component: int,
    enrolment: int,
    owed: Iterable[Owed],
    ledger: Ledger,
    *,
    direct: bool,
    limits: Mapping[str, Limit] | None = None,
) -> Cell:
    """One student's cell. `direct` components have no pieces and wait for an entry.

    `limits` are the works (keys) of which not everything counts.
    """
    pieces = tuple(fold_piece(piece, enrolment, ledger) for piece in owed)
    whole = _latest(ledger, [(component, None, enrolment)])
    if whole is not None:
        if whole.state == "excused":
            return Cell(component, pieces, whole, State.EXCUSED, None, None)
        return Cell(component, pieces, whole, State.GRADED, whole.percent, whole.percent)
    if not pieces:
        state = State.NOT_GRADED if direct else State.NOT_DUE
        return Cell(component, pieces, None, state, None, ZERO)
    asked = [piece for piece in pieces if piece.state is not State.EXCUSED]
    if not asked:
        return Cell(component, pieces, None, State.EXCUSED, None, None)
    if limits:
        excused = [piece for piece in pieces if piece.state is State.EXCUSED]
        limits = {
            work: replace(one, in_term=one.in_term - sum(p.owed.work == work for p in excused))
            for work, one in limits.items()
        }
        return _limited(component, pieces, asked, limits)
    percents = [piece.percent for piece in asked]
    current = _mean([(1, percent) for percent in percents if percent is not None])
    final = _mean([(1, percent or ZERO) for percent in percents])
    return Cell(component, pieces, None, _common_state(asked), current, final)


def _limited(
    component: int, pieces: tuple[Piece, ...], asked: list[Piece], limits: Mapping[str, Limit]
) -> Cell:
    """The cell of a component of whose works not everything counts."""
    graded = [piece for piece in asked if piece.percent is not None]
    now = _counting(graded, limits)
    then = _counting(asked, limits)
    out = {piece.owed.duty for piece, counts in zip(graded, now, strict=True) if not counts}
    pieces = tuple(replace(piece, counts=piece.owed.duty not in out) for piece in pieces)
    counting = [piece for piece in pieces if piece.counts and piece.state is not State.EXCUSED]
    return Cell(
        component,
        pieces,
        None,
        _common_state(counting or asked),
        _mean(_values(graded, now)),
        _mean(_values(asked, then)),
    )


def _counting(pieces: Sequence[Piece], limits: Mapping[str, Limit]) -> list[bool]:
    return counted(
        [piece.owed.work for piece in pieces],
        [piece.is_missed for piece in pieces],
        [piece.percent or ZERO for piece in pieces],
        limits,
    )


def _values(pieces: Sequence[Piece], counts: Sequence[bool]) -> list[tuple[int, Fraction]]:
    both = zip(pieces, counts, strict=True)
    return [(1, piece.percent or ZERO) for piece, is_in in both if is_in]


def _mean(parts: Sequence[tuple[int, Fraction]]) -> Fraction | None:
    """The exact mean of weighted percentages; None where no weight is left to divide by.

    Over one common denominator: fractions added one by one are reduced at every step.
    """
    weight = sum(weight for weight, _ in parts)
    if not weight:
        return None
    common = math.lcm(*(percent.denominator for _, percent in parts))
    total = sum(
        weight * percent.numerator * (common // percent.denominator) for weight, percent in parts
    )
    return Fraction(total, common * weight)


def _common_state(asked: Sequence[Piece]) -> State:
    """The one word for a cell: that of its pieces if they agree, else the work still to do."""
    states = {piece.state for piece in asked}
    if len(states) == 1:
        return states.pop()
    return State.NOT_GRADED if State.NOT_GRADED in states else State.GRADED


def totals(cells: Iterable[Cell], weights: Mapping[int, int]) -> Totals:
    """The means over the components, by their weights in any one unit."""
    parts = [(weights[cell.component], cell.current, cell.final) for cell in cells]
    return Totals(
        _mean([(weight, current) for weight, current, _ in parts if current is not None]),
        _mean([(weight, final) for weight, _, final in parts if final is not None]),
    )
