"""Noting what is missing once its time is over, to those who owe it and to the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft
from courses.texts import lower_first
from schedule.plan.values import After
from submissions.duties import duty_of
from submissions.sweeps.board import Board, for_meeting, key, rows_of
from submissions.sweeps.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.plan import values
    from schedule.plan.asks import Ask


def note_missing(*, at: datetime) -> int:
    """Tell of what was due at or before `at` and is not in; returns how many notices were new.

    Students hear of their own work and their group's, staff of each meeting once,
    after its last deadline, with counts. Nothing that was due more than a week ago is told.
    Late work that is in by now is not missing: its receipt has said that it is late.
    """
    return tell(_drafts, at=at)


def _drafts(board: Board) -> Iterator[NoticeDraft]:
    for work in board.plan.works:
        for asks in board.together(work):
            if not board.is_over(asks[0]):
                continue
            if board.plan.is_owed_alone(work):
                yield from _to_each(board, asks)
            else:
                for ask in asks:
                    yield from _to_groups(board, ask)
    yield from _digests(board)


def _to_each(board: Board, asks: list[Ask]) -> Iterator[NoticeDraft]:
    first = asks[0]
    what = lower_first(first.work.name)
    was_due = f"It was due {times.in_full(first.deadline.due_at, board.plan.zone)}."
    for student, lacking in board.lacking(asks).items():
        verb = "are" if first.work.is_plural else "is"
        body = [
            f"No {what} of yours {verb} in{' on:' if first.reading else ':'}",
            "",
            *(f"  {ask.reading or ask.about}" for ask in lacking),
            "",
            f"{was_due} {_meaning(first.work)}",
            board.place(first),
        ]
        yield NoticeDraft(
            key=key(f"missing:{first.work.key}", first, student.pk),
            kind="missing",
            subject=f"{board.prefix}: no {what} from you{for_meeting(first)}",
            body="\n".join(body),
            recipient=student,
            course=board.course,
        )


def _meaning(work: values.Work) -> str:
    """What there is still to do about work that is missing."""
    them, come, they = ("them", "come", "they are") if work.is_plural else ("it", "comes", "it is")
    match work.after:
        case After.CLOSED:
            return (
                "Nothing is taken after that, so it counts as missing. If you had a reason, write "
                "to the course staff."
            )
        case After.LATE:
            return f"Hand {them} in now: {they} taken, and shown as late."
        case After.LATE_NOT_COUNTED:
            one = "What" if work.is_plural else "One that"
            return f"{one} {come} in now is kept on record, but not counted."


def _to_groups(board: Board, ask: Ask) -> Iterator[NoticeDraft]:
    work = ask.work
    what, verb = lower_first(work.name), "are" if work.is_plural else "is"
    for piece in board.pieces(ask):
        group = board.plan.group_of(piece.owner)
        members = board.members(group)
        for student in board.without(piece):
            yield NoticeDraft(
                key=key(f"missing:{work.key}", ask, *rows_of(ask, group), student.pk),
                kind="missing",
                subject=f"{board.prefix}: the {what} of {group}{for_meeting(ask)} {verb} missing",
                body=_of_group(board, ask, group, student, members),
                recipient=student,
                course=board.course,
            )


def _of_group(
    board: Board, ask: Ask, group: values.Group, student: Enrolment, members: list[Enrolment]
) -> str:
    work = ask.work
    what, verb = lower_first(work.name), "are" if work.is_plural else "is"
    was_due = f"The deadline was {times.in_full(ask.deadline.due_at, board.plan.zone)}."
    if student in members:
        lines = [
            f"No {what} of {group}{for_meeting(ask)} {verb} in.",
            "",
            f"{was_due} {_meaning(work)}",
            board.link(ask, group),
        ]
    else:
        lines = [
            f"No {what} of {group}{for_meeting(ask)} {verb} in with your name.",
            "",
            f"{was_due} You were in the group then, and have left it since. If you "
            "had a reason, write to the course staff.",
            board.place(ask),
        ]
    return "\n".join(lines)


def _digests(board: Board) -> Iterator[NoticeDraft]:
    """One to each of the staff, once a meeting's last deadline has passed; of what is asked once,
    with each deadline."""
    looked_at = {ask.key for ask in board.asks}
    at_once = [[ask] for ask in board.plan.asked_at.get(0, ())]
    at_meetings = [asks for meeting, asks in board.plan.asked_at.items() if meeting]
    for asks in (*at_meetings, *at_once):
        last = max(asks, key=lambda one: one.deadline.due_at)
        if last.key not in looked_at or not board.is_over(last):
            continue
        lines = [line for one in asks for line in _states(board, one)]
        about = "missing:digest" if last.meeting else f"missing:digest:{last.work.key}"
        for member in board.staff if lines else ():
            yield NoticeDraft(
                key=key(about, last, member.pk),
                kind="digest",
                subject=f"{board.prefix}: what came in for {last.about}",
                body="\n".join([*lines, "", board.place(last)]),
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
        what = ask.work.several[:1].upper() + ask.work.several[1:]
        on = f" on {ask.reading}" if ask.reading else ""
        yield f"{what}{on}: {done} of {len(parts)} in, {len(parts) - done} missing"


def _each_group(board: Board, ask: Ask) -> Iterator[str]:
    on = f" on {ask.reading}" if ask.reading else ""
    for piece in board.pieces(ask):
        if board.standing.is_listed(piece):
            state = duty_of(board.plan, piece, piece.counting).state(board.at)
            group = board.plan.group_of(piece.owner)
            yield f"{ask.work.name}{on} of {group}: {state.lower()}"
