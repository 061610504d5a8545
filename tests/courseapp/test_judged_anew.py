"""A receipt that is judged anew: home, staff home and gradebook say what it says now."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest

from courseapp.pages.teaching import teaching_of
from grading.actions import record_grade
from grading.queries import gradebook_of
from schedule.actions.meetings import move_meeting
from submissions.actions.judgements import judge_receipts
from submissions.queries import duties_of
from tests import factories as make
from tests.handing_in import hand_in_summary
from tests.works import Summary

JUDGED = make.SUMMARY_DUE + timedelta(days=2)


@pytest.fixture
def component(seminar):
    return make.GradeComponentFactory(course=seminar, kind="summary", weight=100)


@pytest.fixture
def receipt(component, lecture, companion_group, companion):
    """Of a summary that came an hour after it was due."""
    answers = dict.fromkeys((name for name, _ in Summary.FIELDS), "Words.")
    return hand_in_summary(
        meeting=lecture, group=companion_group, by=companion, answers=answers, upload=None,
        at=make.SUMMARY_DUE + timedelta(hours=1), key="a" * 32,
    )  # fmt: skip


@pytest.fixture
def judge(receipt, lecture, instructor):
    """`judge(ends)`: class ended then, and the receipt is judged by what follows from it."""

    def act(ends):
        move_meeting(meeting=lecture, on=lecture.on, starts=time(12, 30), ends=ends)
        judge_receipts(receipts=[receipt], by=instructor, reason="Corrected.", at=JUDGED)

    return act


@pytest.fixture
def seen(seminar, companion, instructor):
    """`seen()`: the states at home, on the staff home and in the gradebook, and the total."""

    def look():
        summary = next(one for one in duties_of(companion, JUDGED) if one.role)
        (lecture,) = teaching_of(seminar, JUDGED).lectures
        work = next(one for one in lecture.work if one.duty.role == "companion")
        (row,) = gradebook_of(seminar, JUDGED, only=companion).rows
        (piece,) = row.cells[0].pieces
        return summary.state(JUDGED), work.state, piece.state, row.totals.final

    return look


def test_all_follow(judge, seen):
    assert seen() == ("Late: not counted", "Late: not counted", "Late: not counted", 0)
    judge(time(15, 45))
    assert seen() == ("In, on time", "In, on time", "Not yet graded", 0)


def test_a_grade_stays_in_the_ledger_when_its_summary_counts_no_more(
    judge, seen, component, instructor
):
    judge(time(15, 45))
    grade = record_grade(
        component=component, by=instructor, at=JUDGED, state="scored", score=Decimal(9),
        version=Summary.objects.get(),
    )  # fmt: skip
    assert seen()[2:] == ("Graded", 90)
    judge(time(13, 45))
    assert seen() == ("Late: not counted", "Late: not counted", "Late: not counted", 0)
    assert list(component.changes.all()) == [grade]
    judge(time(15, 45))
    assert seen()[2:] == ("Graded", 90)
