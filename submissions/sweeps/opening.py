"""Telling the panel that the class's questions are open to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.actions.outbox import NoticeDraft, post_notices
from schedule.deadlines import Work
from submissions.sweeps.board import Board, key, link, prefix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


def tell_questions_open(*, at: datetime) -> int:
    """Tell presenter, companion and reviewer groups of each class that has begun; how many.

    The window for questions closes when class starts; from then on these groups read all
    of them. Told once to each member, and not any more a week later.
    """
    return post_notices(drafts=_drafts(Board(at)), at=at)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    for meeting, due in board.passed(Work.QUESTION):
        readings = {one.pk: one for one in board.readings(meeting)}
        counts = dict.fromkeys(readings, 0)
        for reading, _ in board.asked:
            if reading in counts:
                counts[reading] += 1
        lines = [f"Class has started, and the questions for {meeting.heading} are closed:", ""]
        for pk, count in counts.items():
            words = "1 question" if count == 1 else f"{count} questions"
            lines.append(f"  {words} on {readings[pk].title}")
        lines += ["", "Read them here:", f"{link(meeting)}#questions"]
        for group in board.panel(meeting):
            for member in board.members(group):
                yield NoticeDraft(
                    key=key("open:questions", due.deadline, meeting.pk, member.pk),
                    kind="questions-open",
                    subject=f"{prefix(meeting)}: questions for {meeting.heading}, open to read",
                    body="\n".join(lines),
                    recipient=member,
                    course=meeting.course,
                )
