"""Noting what is missing once its time is over, to those who owe it and to the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft
from schedule.plan.values import After
from submissions.duties import duty_of
from submissions.sweeps.board import Board, key
from submissions.sweeps.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.plan import values
    from schedule.plan.asks import Ask


def note_missing(*, at: datetime) -> int:
    """Tell of what was due at or before `at` and is not in; returns how many notices were new.

    Students hear of their own questions and their group's work, staff of each meeting once,
    after its last deadline, with counts. Nothing that was due more than a week ago is told.
    Late work that is in by now is not missing: its receipt has said that it is late.
    """
    return tell(_drafts, at=at)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    for work in board.plan.works:
        for meeting, asks in board.by_meeting(work).items():
            if not board.is_over(asks[0]):
                continue
            if board.plan.is_owed_alone(work):
                yield from _to_each(board, meeting, asks)
            else:
                yield from _to_groups(board, meeting, asks[0])
    yield from _digests(board)


def _to_each(board: Board, meeting: values.Meeting, asks: list[Ask]) -> Iterator[NoticeDraft]:
    work, deadline = asks[0].work, asks[0].deadline
    what = work.name.lower()
    for student, lacking in board.lacking(asks).items():
        body = [
            f"No {what} of yours is in on:",
            "",
            *(f"  {ask.reading}" for ask in lacking),
            "",
            f"It was due {times.in_full(deadline.due_at, board.plan.zone)}. Questions close when "
            "class starts, so it counts as missing. If you had a reason, write to the course "
            "staff.",
            board.link(meeting),
        ]
        yield NoticeDraft(
            key=key(f"missing:{work.key}", deadline, meeting.id, student.pk),
            kind="missing",
            subject=f"{board.prefix}: no {what} from you for {meeting.heading}",
            body="\n".join(body),
            recipient=student,
            course=board.course,
        )


_MEANING = {
    After.LATE: "Hand them in now: they are taken, and shown as late.",
    After.LATE_NOT_COUNTED: "One that comes in now is kept on record, but not counted.",
}


def _to_groups(board: Board, meeting: values.Meeting, ask: Ask) -> Iterator[NoticeDraft]:
    work, deadline = ask.work, ask.deadline
    what, verb = work.name.lower(), "are" if work.is_plural else "is"
    for piece in board.pieces(ask):
        group = board.plan.group_of(piece.owner)
        members = board.members(group)
        for student in board.without(piece):
            yield NoticeDraft(
                key=key(f"missing:{work.key}", deadline, meeting.id, group.id, student.pk),
                kind="missing",
                subject=f"{board.prefix}: the {what} of {group} for {meeting.heading} "
                f"{verb} missing",
                body=_of_group(board, ask, group, student, members),
                recipient=student,
                course=board.course,
            )


def _of_group(
    board: Board, ask: Ask, group: values.Group, student: Enrolment, members: list[Enrolment]
) -> str:
    work, meeting = ask.work, ask.meeting
    what, verb = work.name.lower(), "are" if work.is_plural else "is"
    was_due = f"The deadline was {times.in_full(ask.deadline.due_at, board.plan.zone)}."
    if student in members:
        lines = [
            f"No {what} of {group} for {meeting.heading} {verb} in.",
            "",
            f"{was_due} {_MEANING[work.after]}",
            f"{board.link(meeting, work.key)}?group={group.id}",
        ]
    else:
        lines = [
            f"No {what} of {group} for {meeting.heading} {verb} in with your name.",
            "",
            f"{was_due} You were in the group then, and have left it since. If you "
            "had a reason, write to the course staff.",
            board.link(meeting),
        ]
    return "\n".join(lines)


def _digests(board: Board) -> Iterator[NoticeDraft]:
    """One to each of the staff, once a meeting's last deadline has passed."""
    looked_at = {ask.key for ask in board.asks}
    for asks in board.plan.asked_at.values():
        ask = max(asks, key=lambda one: one.deadline.due_at)
        if ask.key not in looked_at or not board.is_over(ask):
            continue
        meeting = ask.meeting
        lines = [line for one in asks for line in _states(board, one)]
        for member in board.staff if lines else ():
            yield NoticeDraft(
                key=key("missing:digest", ask.deadline, meeting.id, member.pk),
                kind="digest",
                subject=f"{board.prefix}: what came in for {meeting.heading}",
                body="\n".join([*lines, "", board.link(meeting)]),
                recipient=member,
                course=board.course,
            )


def _states(board: Board, ask: Ask) -> Iterator[str]:
    """How many are in of what each owes alone; of groups' work, each that is in or owed."""
    alone = board.plan.is_owed_alone(ask.work)
    yield from _counts(board, ask) if alone else _each_group(board, ask)


def _counts(board: Board, ask: Ask) -> Iterator[str]:
    parts = [part for piece in board.pieces(ask) for part in board.parts(piece)]
    done = sum(part.is_in for part in parts)
    if parts:
        missing = len(parts) - done
        yield (f"{ask.work.name}s on {ask.reading}: {done} of {len(parts)} in, {missing} missing")


def _each_group(board: Board, ask: Ask) -> Iterator[str]:
    for piece in board.pieces(ask):
        if board.standing.is_listed(piece):
            state = duty_of(board.plan, piece, piece.counting).state(board.at)
            yield f"{ask.work.name} of {board.plan.group_of(piece.owner)}: {state.lower()}"
