"""The deadline in force is the course's rule, applied to the times of its meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schedule.deadlines import Verdict
from schedule.models import Meeting
from schedule.queries import effective_deadline
from tests import factories as make

WORKS = ("question", "slides", "summary")


@pytest.mark.parametrize(
    ("work", "facts"),
    [
        ("question", (None, make.CLASS_STARTS, make.CLASS_STARTS)),
        ("slides", (None, make.SLIDES_DUE, None)),
        ("summary", (make.CLASS_STARTS, make.SUMMARY_DUE, None)),
    ],
)
def test_each_work_has_its_own(lecture, work, facts):
    deadline = effective_deadline(work=work, meeting=lecture)
    assert (deadline.opens_at, deadline.due_at, deadline.closes_at) == facts


def test_hours_are_the_courses(lecture, seminar):
    make.set_work(seminar, "slides", due_minutes=-48 * 60)
    make.set_work(seminar, "summary", due_minutes=72 * 60)
    assert (
        effective_deadline(work="slides", meeting=lecture).due_at,
        effective_deadline(work="summary", meeting=lecture).due_at,
    ) == (make.CLASS_STARTS - timedelta(hours=48), make.CLASS_ENDS + timedelta(hours=72))


def test_deadlines_move_with_their_meeting(lecture):
    lecture.starts_at += timedelta(days=2)
    lecture.ends_at += timedelta(days=2)
    assert [effective_deadline(work=work, meeting=lecture).due_at for work in WORKS] == [
        make.CLASS_STARTS + timedelta(days=2),
        make.SLIDES_DUE + timedelta(days=2),
        make.SUMMARY_DUE + timedelta(days=2),
    ]


def test_nothing_is_due_where_no_class_is_held(seminar):
    meeting = make.MeetingFactory(
        course=seminar, kind=Meeting.Kind.NO_CLASS, starts_at=None, ends_at=None
    )
    assert [effective_deadline(work=work, meeting=meeting) for work in WORKS] == [None] * 3


def test_only_late_summaries_are_not_counted(lecture):
    assert [effective_deadline(work=work, meeting=lecture).late for work in WORKS] == [
        Verdict.LATE,
        Verdict.LATE,
        Verdict.LATE_NOT_COUNTED,
    ]
