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
    """Tell presenter, companion and reviewer groups of each class that has begun; how many.

    The window for questions closes when class starts; from then on these groups read all
    of them. Told once to each member, and not any more a week later.
    """
    return tell(_drafts, at=at)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    for meeting, asks in board.by_meeting(board.plan.work["question"]).items():
        if not board.is_over(asks[0]):
            continue
        lines = [f"Class has started, and the questions for {meeting.heading} are closed:", ""]
        for ask in asks:
            count = sum(piece.counting is not None for piece in board.pieces(ask))
            words = "1 question" if count == 1 else f"{count} questions"
            lines.append(f"  {words} on {ask.reading}")
        lines += ["", "Read them here:", f"{board.link(meeting)}#questions"]
        for group in board.panel(meeting):
            for member in board.members(group):
                yield NoticeDraft(
                    key=key("open:questions", asks[0].deadline, meeting.id, member.pk),
                    kind="questions-open",
                    subject=f"{board.prefix}: questions for {meeting.heading}, open to read",
                    body="\n".join(lines),
                    recipient=member,
                    course=board.course,
                )
