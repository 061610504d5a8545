"""Reminders: before each deadline, to those who have not handed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft
from courses.texts import lower_first
from submissions.duties import duty_of
from submissions.sweeps.board import Board, for_meeting, key, rows_of
from submissions.sweeps.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

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
        for asks in board.together(work):
            name = _reminder(asks[0], board.at)
            if name is None:
                continue
            if board.plan.is_owed_alone(work):
                yield from _to_each(board, asks, name)
            else:
                for ask in asks:
                    yield from _to_groups(board, ask, name)


def _reminder(ask: Ask, at: datetime) -> str | None:
    """The name of the reminder that covers `at`; what opens with class has one when that ends."""
    hours = stage(ask.deadline.due_at, ask.work.remind_hours, at)
    if hours is not None:
        return f"{hours}h"
    ends_at = ask.meeting.ends_at if ask.meeting else None
    is_after_class = ends_at is not None and ends_at <= at < ask.deadline.due_at
    return AFTER_CLASS if ask.work.opens is not None and is_after_class else None


def _when(ask: Ask, board: Board) -> str:
    deadline, zone = ask.deadline, board.plan.zone
    words = times.due_in_words(deadline.due_at, board.at, zone)
    return f"Due {words} ({times.in_full(deadline.due_at, zone)}). {deadline.explain()}"


def _to_each(board: Board, asks: list[Ask], name: str) -> Iterator[NoticeDraft]:
    first = asks[0]
    what = lower_first(first.work.name)
    article = "" if first.work.is_plural else "a "
    for student, lacking in board.lacking(asks).items():
        lines = [f"You have not handed in {article}{what}{' on:' if first.reading else ':'}", ""]
        for ask in lacking:
            lines += [f"  {ask.reading or ask.about}", f"  {board.link(ask)}"]
        lines += ["", _when(first, board)]
        yield NoticeDraft(
            key=key(f"remind:{first.work.key}:{name}", first, student.pk),
            kind="reminder",
            subject=f"{board.prefix}: your {what}{for_meeting(first)} is due "
            + times.due_in_words(first.deadline.due_at, board.at, board.plan.zone),
            body="\n".join(lines),
            recipient=student,
            course=board.course,
        )


def _to_groups(board: Board, ask: Ask, name: str) -> Iterator[NoticeDraft]:
    for piece in board.pieces(ask):
        group = board.plan.group_of(piece.owner)
        what = duty_of(board.plan, piece).title_within
        body = "\n".join(
            [
                f"{group} has not handed in its {what}{for_meeting(ask)}.",
                "",
                _when(ask, board),
                "Any member can hand in for all of you:",
                board.link(ask, group),
            ]
        )
        for member in board.without(piece):
            yield NoticeDraft(
                key=key(f"remind:{ask.work.key}:{name}", ask, *rows_of(ask, group), member.pk),
                kind="reminder",
                subject=f"{board.prefix}: the {what} of {group}{for_meeting(ask)}, due "
                + times.due_in_words(ask.deadline.due_at, board.at, board.plan.zone),
                body=body,
                recipient=member,
                course=board.course,
            )
