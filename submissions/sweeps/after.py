"""Noting what is missing once its time is over, to those who owe it and to the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses import times
from courses.actions.outbox import NoticeDraft, post_notices
from schedule.deadlines import Work
from submissions.duties import State, state_of
from submissions.sweeps.board import STALE_AFTER, Board, key, link, prefix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from courses.models import Enrolment
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


def _passed(board: Board, work: Work) -> Iterator[tuple[Meeting, Deadline]]:
    for meeting, deadline in board.due(work):
        if deadline.due_at <= board.at < deadline.due_at + STALE_AFTER:
            yield meeting, deadline


def _owed_it(student: Enrolment, deadline: Deadline) -> bool:
    """Whether the student was on the roster in time: who joined later owes nothing from before."""
    return student.created_at < deadline.due_at


def _was_due(deadline: Deadline, meeting: Meeting) -> str:
    return f"It was due {times.in_full(deadline.due_at, meeting.course.zone)}."


def _questions(board: Board) -> Iterator[NoticeDraft]:
    for meeting, deadline in _passed(board, Work.QUESTION):
        for student in board.students(meeting):
            unasked = board.unasked(meeting, student)
            if not unasked or not _owed_it(student, deadline):
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
    for meeting, deadline in _passed(board, work):
        for group in board.groups(meeting, work):
            if board.handed_in(work, meeting, group):
                continue
            what = "slides" if work is Work.SLIDES else "summary"
            body = "\n".join(
                [
                    f"No {what} of {group} for {meeting.heading} "
                    + ("are in." if work is Work.SLIDES else "is in."),
                    "",
                    f"The deadline was {times.in_full(deadline.due_at, meeting.course.zone)}. "
                    + _MEANING[work],
                    f"{link(meeting, work.value)}?group={group.pk}",
                ]
            )
            for member in board.members_when(group, deadline.due_at):
                if member.is_staff or not _owed_it(member, deadline):
                    continue
                yield NoticeDraft(
                    key=key(f"missing:{work.value}", deadline, meeting.pk, group.pk, member.pk),
                    kind="missing",
                    subject=f"{prefix(meeting)}: the {what} of {group} for {meeting.heading} "
                    + ("are missing" if work is Work.SLIDES else "is missing"),
                    body=body,
                    recipient=member,
                    course=meeting.course,
                )


def _digests(board: Board) -> Iterator[NoticeDraft]:
    """One to each of the staff, once a meeting's last deadline (the summaries') has passed."""
    for meeting, deadline in _passed(board, Work.SUMMARY):
        lines = [*_counts_of_questions(board, meeting)]
        for work, name in ((Work.SLIDES, "Slides"), (Work.SUMMARY, "Summary")):
            for group in board.groups(meeting, work):
                receipt = board.handed_in(work, meeting, group)
                state = (state_of(receipt.verdict) if receipt else State.MISSING).lower()
                lines.append(f"{name} of {group}: {state}")
        for member in board.staff(meeting):
            yield NoticeDraft(
                key=key("missing:digest", deadline, meeting.pk, member.pk),
                kind="digest",
                subject=f"{prefix(meeting)}: what came in for {meeting.heading}",
                body="\n".join([*lines, "", link(meeting)]),
                recipient=member,
                course=meeting.course,
            )


def _counts_of_questions(board: Board, meeting: Meeting) -> Iterator[str]:
    students = board.students(meeting)
    for reading in board.readings(meeting):
        asked = sum((reading.pk, student.pk) in board.asked for student in students)
        yield (
            f"Questions on {reading.title}: {asked} of {len(students)} in, "
            f"{len(students) - asked} missing"
        )
