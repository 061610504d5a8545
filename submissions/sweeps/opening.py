"""Telling the panel that the class's questions are open to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.actions.outbox import NoticeDraft
from courses.texts import lower_first
from schedule.plan.values import SeenBy
from submissions.sweeps.board import Board, key
from submissions.sweeps.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schedule.plan.asks import Ask


def tell_questions_open(*, at: datetime) -> int:
    """Tell who has a role at a meeting that what the class handed in is open to read; how many.

    So it is with work that they see once it is due, as questions are when class starts. Told once
    to each of them, and not any more a week later.
    """
    return tell(_drafts, at=at)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    for work in board.plan.works:
        if work.seen_by is SeenBy.HOLDERS_FROM_DUE:
            for asks in board.together(work):
                if board.is_over(asks[0]):
                    yield from _of_meeting(board, asks)


def _of_meeting(board: Board, asks: list[Ask]) -> Iterator[NoticeDraft]:
    first = asks[0]
    name = lower_first(first.work.name)
    several = first.work.several
    lines = [f"The time for the {several} for {first.about} is over:", ""]
    for ask in asks:
        count = sum(piece.counting is not None for piece in board.pieces(ask))
        words = f"1 {name}" if count == 1 else f"{count} {several}"
        lines.append(f"  {words} on {ask.reading}" if ask.reading else f"  {words}")
    lines += ["", "Read them here:", f"{board.place(first)}#{first.work.key}"]
    for member in board.panel(first):
        yield NoticeDraft(
            key=key(f"open:{_KEYS.get(first.work.key, first.work.key)}", first, member.pk),
            kind="questions-open",
            subject=f"{board.prefix}: {several} for {first.about}, open to read",
            body="\n".join(lines),
            recipient=member,
            course=board.course,
        )


_KEYS = {"question": "questions"}  # as it was told before works were rows
