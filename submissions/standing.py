"""Who owes what, and what became of it: the one place that says so. Pure: no Django, no clock.

The student's home, the staff's home, reminders and notices, the staff's digest and the gradebook
all ask a `Standing`: a plan, what was handed in, and the instant from which both are seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeVar
from uuid import UUID

from schedule.deadlines import Deadline, Verdict
from schedule.plan.asks import NO_ROLE, Ask, AskKey, Owner
from schedule.plan.owing import Due
from schedule.plan.plan import Plan


class HandIn(Protocol):
    """What is asked here of a deed, a receipt, or of what a receipt is for."""

    @property
    def verdict(self) -> str:
        """A value of `schedule.deadlines.Verdict`."""

    @property
    def version(self) -> int:
        """Its number among the hand-ins of one owner for one thing asked."""


Given = TypeVar("Given", bound=HandIn)


def counts(one: HandIn) -> bool:
    """Whether it counts: all but what came late where late work does not (rule U3)."""
    return one.verdict != Verdict.LATE_NOT_COUNTED


def counting(hand_ins: Iterable[Given]) -> Given | None:
    """The one that counts among those of one owner for one thing asked.

    The newest that counts; one that came late and is not counted stands only where there is no
    other, and never takes the place of one on time (rule U3). The same as a filter is in
    `submissions.permissions`.
    """
    newest = sorted(hand_ins, key=_version, reverse=True)
    return next((one for one in newest if counts(one)), newest[0] if newest else None)


def _version(one: HandIn) -> int:
    return one.version


def has_part(own: HandIn | None, handed_in: Iterable[HandIn], *, owes: bool) -> bool:
    """Whether a student has a part in a work: credit for it, or it is missing for them.

    `own` is the counting one of those that credit the student (None: none does), `handed_in`
    are all of the owner's, `owes` whether the student owes it. Credit stays, whoever owes. Who is
    credited with none that counts has a part only where they owe it, unless the group had handed
    it in on time: then that was before they came.
    """
    if own is not None and counts(own):
        return True
    return owes and not any(one.verdict == Verdict.ON_TIME for one in handed_in)


NUMBER, WHOLE = 10, 32  # hexadecimal digits of a receipt's number, and of its id


def receipt_number(receipt: UUID) -> str:
    """The short form of a receipt's id that people read out."""
    return receipt.hex[:NUMBER].upper()


def receipts_with(number: str) -> tuple[UUID, UUID] | None:
    """The first and the last id of receipts with this number, or with this id; None for neither."""
    digits = number.strip().replace("-", "").lower()
    if len(digits) not in (NUMBER, WHOLE) or set(digits) - set("0123456789abcdef"):
        return None
    return UUID(digits.ljust(WHOLE, "0")), UUID(digits.ljust(WHOLE, "f"))


@dataclass(frozen=True, slots=True)
class Deed:
    """One version that was handed in: for what, by which owner, crediting whom.

    `receipt` is the id of its receipt, `row` that of the version; `due_at` and `verdict` are what
    held then.
    """

    ask: AskKey
    owner: Owner
    receipt: UUID
    row: int
    version: int
    at: datetime
    due_at: datetime
    verdict: str
    credited: frozenset[int]
    is_withdrawn: bool = False

    @property
    def pk(self) -> UUID:
        """That of its receipt, to link to it."""
        return self.receipt

    @property
    def number(self) -> str:
        """The short form of the receipt's id that people read out."""
        return receipt_number(self.receipt)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is asked of one owner, and every version that came of it.

    `roles` (keys) are those for which it is owed; there is none where everybody owes it, nor where
    it `is_asked` no more and is only credited: that keeps the deadline that it was judged by.
    """

    ask: Ask
    owner: Owner
    roles: frozenset[str]
    due: Due
    deeds: tuple[Deed, ...]
    is_asked: bool = True

    @property
    def standing(self) -> tuple[Deed, ...]:
        """The versions that are not withdrawn."""
        return tuple(deed for deed in self.deeds if not deed.is_withdrawn)

    @property
    def newest(self) -> Deed | None:
        """The newest version, withdrawn or not."""
        return max(self.deeds, key=_version, default=None)

    @property
    def counting(self) -> Deed | None:
        """The version that counts; None when nothing is in."""
        return counting(self.standing)


@dataclass(frozen=True, slots=True)
class Part:
    """One student's part in a piece: `own` is the version that counts for them, if any does."""

    piece: Piece
    person: int
    own: Deed | None

    @property
    def is_in(self) -> bool:
        """Whether something is handed in for them, in time or not."""
        return self.own is not None


@dataclass(frozen=True)
class Standing:
    """A plan and deeds of it, seen from `at`.

    The deeds may be those of some people or meetings only: then ask about these.
    """

    plan: Plan
    deeds: tuple[Deed, ...]
    at: datetime

    @cached_property
    def _deeds(self) -> Mapping[tuple[AskKey, Owner], tuple[Deed, ...]]:
        found: dict[tuple[AskKey, Owner], list[Deed]] = defaultdict(list)
        for deed in self.deeds:
            found[deed.ask, deed.owner].append(deed)
        return {key: tuple(some) for key, some in found.items()}

    def piece(self, ask: Ask, owner: Owner, roles: frozenset[str]) -> Piece:
        """What became of this, which is asked of this owner for these roles."""
        return self._piece(ask, owner, roles, self.plan.due(ask, self.at))

    def _piece(self, ask: Ask, owner: Owner, roles: frozenset[str], due: Due) -> Piece:
        return Piece(ask, owner, roles, due, self._deeds.get((ask.key, owner), ()))

    def pieces(self, asks: Iterable[Ask] | None = None) -> Iterator[Piece]:
        """What became of all that is asked, or of these asks, by owner."""
        for ask in self.plan.asks.values() if asks is None else asks:
            due = self.plan.due(ask, self.at)
            for owner, roles in self.plan.owners[ask.key].items():
                yield self._piece(ask, owner, roles, due)

    @cached_property
    def credited(self) -> tuple[Piece, ...]:
        """What was handed in and is asked no more: of that group, on that reading, at all."""
        return tuple(
            self._handed_in(key, owner)
            for key, owner in self._deeds
            if owner not in self.plan.owners.get(key, {})
        )

    def _handed_in(self, key: AskKey, owner: Owner) -> Piece:
        """The piece of which this owner handed something in, asked still or not."""
        roles = self.plan.owners.get(key, {}).get(owner)
        if roles is not None:
            return self.piece(self.plan.asks[key], owner, roles)
        deeds = self._deeds[key, owner]
        last = max(deeds, key=_version)
        work, meeting, reading = self.plan.find(key)
        ask = Ask(work, meeting, reading, Deadline(work.key, None, last.due_at, None))
        return Piece(ask, owner, NO_ROLE, self.plan.due(ask, self.at), deeds, is_asked=False)

    def part(self, piece: Piece, person: int) -> Part | None:
        """This student's part in it, or None."""
        deeds = piece.standing if piece.deeds else ()
        own = counting([deed for deed in deeds if person in deed.credited]) if deeds else None
        if own is not None and counts(own):
            return Part(piece, person, own)  # whoever owes
        owes = piece.is_asked and self.plan.owes(person, piece.owner, piece.due)
        return Part(piece, person, own) if has_part(own, deeds, owes=owes) else None

    def parts(self, piece: Piece) -> list[Part]:
        """Everybody's part in it, in the order of their ids."""
        people = {one for deed in piece.deeds for one in deed.credited}
        people.update(self.plan.people_of(piece.owner))
        found = (self.part(piece, person) for person in sorted(people))
        return [part for part in found if part is not None]

    def is_owed(self, piece: Piece) -> bool:
        """Whether anybody owes it, be it somebody who has dropped since."""
        return any(
            self.plan.owes(person, piece.owner, piece.due)
            for person in self.plan.people_of(piece.owner)
        )

    def is_listed(self, piece: Piece) -> bool:
        """Whether staff should see it: it is in, is still to come, or is owed by anybody."""
        return piece.counting is not None or not piece.due.is_over or self.is_owed(piece)

    def parts_of(self, person: int) -> list[Part]:
        """All parts of one student: what they owe, and what they are credited with."""
        asked = {
            (ask.key, owner): self.piece(ask, owner, roles)
            for ask, owner, roles in self.plan.may_owe(person)
        }
        others = (
            self._handed_in(key, owner)
            for (key, owner), deeds in self._deeds.items()
            if (key, owner) not in asked and any(person in deed.credited for deed in deeds)
        )
        found = (self.part(piece, person) for piece in (*asked.values(), *others))
        return [part for part in found if part is not None]
