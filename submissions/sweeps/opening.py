"""Telling the panel that the class's questions are open to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.actions.outbox import NoticeDraft
from submissions.sweeps.board import Board, key
from submissions.sweeps.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


def tell_questions_open(*, at: datetime) -> int:
    """Tell who has a role in each class that has begun; how many.

    The window for questions closes when class starts; from then on they read all
    of them. Told once to each member, and not any more a week later.
    """
    return tell(_drafts, at=at)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    question = board.plan.work.get("question")
    for meeting, asks in board.by_meeting(question).items() if question else ():
        if not board.is_over(asks[0]):
            continue
        lines = [f"Class has started, and the questions for {meeting.heading} are closed:", ""]
        for ask in asks:
            count = sum(piece.counting is not None for piece in board.pieces(ask))
            words = "1 question" if count == 1 else f"{count} questions"
            lines.append(f"  {words} on {ask.reading}")
        lines += ["", "Read them here:", f"{board.link(meeting)}#questions"]
        for member in board.panel(meeting):
            yield NoticeDraft(
                key=key("open:questions", asks[0].deadline, meeting.id, member.pk),
                kind="questions-open",
                subject=f"{board.prefix}: questions for {meeting.heading}, open to read",
                body="\n".join(lines),
                recipient=member,
                course=board.course,
            )
