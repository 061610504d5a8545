"""Reminders: twice before each deadline, to those who have not handed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft, post_notices
from schedule.deadlines import Work
from submissions.sweeps.board import Board, key, link, prefix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schedule.deadlines import Deadline
    from schedule.models import Meeting

# Hours before the deadline from which on each reminder is sent, until the next takes over.
QUESTION_HOURS = (24, 2)
SLIDES_HOURS = (24, 3)
SUMMARY_HOURS = 4


def remind(*, at: datetime) -> int:
    """Post the reminders that are due at `at`; returns how many were new.

    Each covers the time up to the next one or the deadline: one whose time has passed is
    not sent any more. Who has handed in, has dropped or is on no roster is not reminded.
    """
    board = Board(at)
    return post_notices(drafts=[*_questions(board), *_slides(board), *_summaries(board)], at=at)


def stage(due_at: datetime, hours: tuple[int, ...], at: datetime) -> int | None:
    """Which reminder covers `at`, by its hours before the deadline; None before the first.

    Half-open, as every interval: at `due_at` none does.
    """
    if at >= due_at:
        return None
    begun = [one for one in hours if due_at - timedelta(hours=one) <= at]
    return min(begun, default=None)


def _when(deadline: Deadline, meeting: Meeting, at: datetime) -> str:
    zone = meeting.course.zone
    words = times.due_in_words(deadline.due_at, at, zone)
    return f"Due {words} ({times.in_full(deadline.due_at, zone)}). {deadline.explain()}"


def _questions(board: Board) -> Iterator[NoticeDraft]:
    for meeting, due in board.due(Work.QUESTION):
        deadline = due.deadline
        hours = stage(deadline.due_at, QUESTION_HOURS, board.at)
        if hours is None:
            continue
        for student in board.students(meeting):
            unasked = board.unasked(meeting, student)
            if not unasked:
                continue
            lines = ["You have not handed in a question on:", ""]
            for reading in unasked:
                lines += [
                    f"  {reading.title}",
                    f"  {link(meeting, 'question', reading=reading.pk)}",
                ]
            lines += ["", _when(deadline, meeting, board.at)]
            yield NoticeDraft(
                key=key(f"remind:question:{hours}h", deadline, meeting.pk, student.pk),
                kind="reminder",
                subject=f"{prefix(meeting)}: your question for {meeting.heading} is due "
                + times.due_in_words(deadline.due_at, board.at, meeting.course.zone),
                body="\n".join(lines),
                recipient=student,
                course=meeting.course,
            )


def _slides(board: Board) -> Iterator[NoticeDraft]:
    for meeting, due in board.due(Work.SLIDES):
        hours = stage(due.deadline.due_at, SLIDES_HOURS, board.at)
        if hours is not None:
            yield from _to_groups(board, meeting, due.deadline, Work.SLIDES, f"{hours}h")


def _summaries(board: Board) -> Iterator[NoticeDraft]:
    """Once when class has ended, and once more `SUMMARY_HOURS` before the summary is due."""
    for meeting, due in board.due(Work.SUMMARY):
        deadline = due.deadline
        if due.is_over or meeting.ends_at is None or board.at < meeting.ends_at:
            continue
        hours = stage(deadline.due_at, (SUMMARY_HOURS,), board.at)
        name = "after-class" if hours is None else f"{hours}h"
        yield from _to_groups(board, meeting, deadline, Work.SUMMARY, name)


def _to_groups(
    board: Board, meeting: Meeting, deadline: Deadline, work: Work, name: str
) -> Iterator[NoticeDraft]:
    for group, roles in board.groups(meeting, work).items():
        what = "slides" if work is Work.SLIDES else f"summary as {roles}"
        body = "\n".join(
            [
                f"{group} has not handed in its {what} for {meeting.heading}.",
                "",
                _when(deadline, meeting, board.at),
                "Any member can hand in for all of you:",
                f"{link(meeting, work.value)}?group={group.pk}",
            ]
        )
        for member in board.without(work, meeting, group):
            yield NoticeDraft(
                key=key(f"remind:{work.value}:{name}", deadline, meeting.pk, group.pk, member.pk),
                kind="reminder",
                subject=f"{prefix(meeting)}: the {what} of {group} for {meeting.heading}, due "
                + times.due_in_words(deadline.due_at, board.at, meeting.course.zone),
                body=body,
                recipient=member,
                course=meeting.course,
            )
