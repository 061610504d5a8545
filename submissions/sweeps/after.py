"""Noting what is missing once its time is over, to those who owe it and to the staff."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft, post_notices
from schedule.deadlines import Work
from submissions.duties import State, state_of
from submissions.sweeps.board import Board, key, link, prefix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schedule.deadlines import Deadline
    from schedule.models import Meeting


def note_missing(*, at: datetime) -> int:
    """Tell of what was due at or before `at` and is not in; returns how many notices were new.

    Students hear of their own questions and their group's work, staff of each meeting once,
    after its last deadline, with counts. Nothing that was due more than a week ago is told.
    Late work that is in by now is not missing: its receipt has said that it is late.
    """
    board = Board(at)
    drafts = [
        *_questions(board),
        *_group_work(board, Work.SLIDES),
        *_group_work(board, Work.SUMMARY),
        *_digests(board),
    ]
    return post_notices(drafts=drafts, at=at)


def _was_due(deadline: Deadline, meeting: Meeting) -> str:
    return f"It was due {times.in_full(deadline.due_at, meeting.course.zone)}."


def _questions(board: Board) -> Iterator[NoticeDraft]:
    for meeting, due in board.passed(Work.QUESTION):
        deadline = due.deadline
        for student in board.students(meeting):
            unasked = board.unasked(meeting, student)
            if not unasked:
                continue
            lines = ["No question of yours is in on:", ""]
            lines += [f"  {reading.title}" for reading in unasked]
            lines += [
                "",
                f"{_was_due(deadline, meeting)} Questions close when class starts, so it counts "
                "as missing. If you had a reason, write to the course staff.",
                link(meeting),
            ]
            yield NoticeDraft(
                key=key("missing:question", deadline, meeting.pk, student.pk),
                kind="missing",
                subject=f"{prefix(meeting)}: no question from you for {meeting.heading}",
                body="\n".join(lines),
                recipient=student,
                course=meeting.course,
            )


_MEANING = {
    Work.SLIDES: "Hand them in now: they are taken, and shown as late.",
    Work.SUMMARY: "One that comes in now is kept on record, but not counted.",
}


def _group_work(board: Board, work: Work) -> Iterator[NoticeDraft]:
    what, verb = ("slides", "are") if work is Work.SLIDES else ("summary", "is")
    for meeting, due in board.passed(work):
        was_due = f"The deadline was {times.in_full(due.deadline.due_at, meeting.course.zone)}."
        for group in board.groups(meeting, work):
            members = board.members(group)
            for student in board.without(work, meeting, group):
                if student in members:
                    body = [
                        f"No {what} of {group} for {meeting.heading} {verb} in.",
                        "",
                        f"{was_due} {_MEANING[work]}",
                        f"{link(meeting, work.value)}?group={group.pk}",
                    ]
                else:
                    body = [
                        f"No {what} of {group} for {meeting.heading} {verb} in with your name.",
                        "",
                        f"{was_due} You were in the group then, and have left it since. If you "
                        "had a reason, write to the course staff.",
                        link(meeting),
                    ]
                yield NoticeDraft(
                    key=key(
                        f"missing:{work.value}", due.deadline, meeting.pk, group.pk, student.pk
                    ),
                    kind="missing",
                    subject=f"{prefix(meeting)}: the {what} of {group} for {meeting.heading} "
                    f"{verb} missing",
                    body="\n".join(body),
                    recipient=student,
                    course=meeting.course,
                )


def _digests(board: Board) -> Iterator[NoticeDraft]:
    """One to each of the staff, once a meeting's last deadline (the summaries') has passed."""
    for meeting, due in board.passed(Work.SUMMARY):
        lines = [*_counts_of_questions(board, meeting), *_states_of_work(board, meeting)]
        for member in board.staff(meeting) if lines else ():
            yield NoticeDraft(
                key=key("missing:digest", due.deadline, meeting.pk, member.pk),
                kind="digest",
                subject=f"{prefix(meeting)}: what came in for {meeting.heading}",
                body="\n".join([*lines, "", link(meeting)]),
                recipient=member,
                course=meeting.course,
            )


def _counts_of_questions(board: Board, meeting: Meeting) -> Iterator[str]:
    """A line for each reading, over the students who owe a question on it or have asked one."""
    unasked = Counter(
        reading.pk
        for student in board.students(meeting)
        for reading in board.unasked(meeting, student)
    )
    for reading in board.readings(meeting):
        asked = sum((reading.pk, one.pk) in board.asked for one in board.students(meeting))
        missing = unasked[reading.pk]
        if asked or missing:
            yield (
                f"Questions on {reading.title}: {asked} of {asked + missing} in, {missing} missing"
            )


def _states_of_work(board: Board, meeting: Meeting) -> Iterator[str]:
    """A line for each group's work that is in, or is owed by anybody."""
    for work, name in ((Work.SLIDES, "Slides"), (Work.SUMMARY, "Summary")):
        for group in board.groups(meeting, work):
            receipt = board.handed_in(work, meeting, group)
            if receipt or board.is_owed(work, meeting, group):
                state = state_of(receipt.verdict) if receipt else State.MISSING
                yield f"{name} of {group}: {state.lower()}"
