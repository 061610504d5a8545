"""Reminders: twice before each deadline, to those who have not handed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft
from submissions.duties import duty_of
from submissions.sweeps.board import Board, key
from submissions.sweeps.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schedule.plan import values
    from schedule.plan.asks import Ask

AFTER_CLASS = "after-class"


def remind(*, at: datetime) -> int:
    """Post the reminders that are due at `at`; returns how many were new.

    Each covers the time up to the next one or the deadline: one whose time has passed is
    not sent any more. Who has handed in, has dropped or is on no roster is not reminded.
    """
    return tell(_drafts, at=at)


def stage(due_at: datetime, hours: tuple[int, ...], at: datetime) -> int | None:
    """Which reminder covers `at`, by its hours before the deadline; None before the first.

    Half-open, as every interval: at `due_at` none does.
    """
    if at >= due_at:
        return None
    begun = [one for one in hours if due_at - timedelta(hours=one) <= at]
    return min(begun, default=None)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    for work in board.plan.works:
        for meeting, asks in board.by_meeting(work).items():
            name = _reminder(work, meeting, asks[0], board.at)
            if name is None:
                continue
            if board.plan.is_owed_alone(work):
                yield from _to_each(board, meeting, asks, name)
            else:
                yield from _to_groups(board, meeting, asks[0], name)


def _reminder(work: values.Work, meeting: values.Meeting, ask: Ask, at: datetime) -> str | None:
    """The name of the reminder that covers `at`; what opens with class has one when that ends."""
    hours = stage(ask.deadline.due_at, work.remind_hours, at)
    if hours is not None:
        return f"{hours}h"
    is_after_class = meeting.ends_at is not None and meeting.ends_at <= at < ask.deadline.due_at
    return AFTER_CLASS if work.opens is not None and is_after_class else None


def _when(ask: Ask, board: Board) -> str:
    deadline, zone = ask.deadline, board.plan.zone
    words = times.due_in_words(deadline.due_at, board.at, zone)
    return f"Due {words} ({times.in_full(deadline.due_at, zone)}). {deadline.explain()}"


def _to_each(
    board: Board, meeting: values.Meeting, asks: list[Ask], name: str
) -> Iterator[NoticeDraft]:
    work, deadline = asks[0].work, asks[0].deadline
    what = work.name.lower()
    for student, lacking in board.lacking(asks).items():
        lines = [f"You have not handed in a {what} on:", ""]
        for ask in lacking:
            link = board.link(meeting, work.key, reading=ask.reading.id if ask.reading else 0)
            lines += [f"  {ask.reading}", f"  {link}"]
        lines += ["", _when(asks[0], board)]
        yield NoticeDraft(
            key=key(f"remind:{work.key}:{name}", deadline, meeting.id, student.pk),
            kind="reminder",
            subject=f"{board.prefix}: your {what} for {meeting.heading} is due "
            + times.due_in_words(deadline.due_at, board.at, board.plan.zone),
            body="\n".join(lines),
            recipient=student,
            course=board.course,
        )


def _to_groups(board: Board, meeting: values.Meeting, ask: Ask, name: str) -> Iterator[NoticeDraft]:
    for piece in board.pieces(ask):
        group = board.plan.group_of(piece.owner)
        what = duty_of(board.plan, piece).title_within
        body = "\n".join(
            [
                f"{group} has not handed in its {what} for {meeting.heading}.",
                "",
                _when(ask, board),
                "Any member can hand in for all of you:",
                f"{board.link(meeting, ask.work.key)}?group={group.id}",
            ]
        )
        for member in board.without(piece):
            yield NoticeDraft(
                key=key(
                    f"remind:{ask.work.key}:{name}",
                    ask.deadline,
                    meeting.id,
                    group.id,
                    member.pk,
                ),
                kind="reminder",
                subject=f"{board.prefix}: the {what} of {group} for {meeting.heading}, due "
                + times.due_in_words(ask.deadline.due_at, board.at, board.plan.zone),
                body=body,
                recipient=member,
                course=board.course,
            )
