"""A course in which nothing comes is passed over; whatever may come is met when it comes."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.locks import raise_revision
from courses.models import Notice
from schedule.plan.calendar import STUDENT_LECTURE, Meeting, Reading
from schedule.plan.plan import Plan
from schedule.plan.seed import seed_works
from schedule.queries import kept
from submissions.sweeps import note_missing, remind, tell_questions_open, telling
from tests import factories as make
from tests.handing_in import withdraw_question

pytestmark = pytest.mark.django_db
US, H = make.MICROSECOND, timedelta(hours=1)
DAY_BEFORE = make.CLASS_STARTS - 24 * H


@pytest.fixture
def remembers(monkeypatch):
    """As in the worker, which runs in no transaction."""
    monkeypatch.setattr(kept, "is_settled", lambda: True)


def test_a_quiet_course_costs_one_query(
    remembers, lecture, reading, presenter, django_assert_num_queries
):
    for step in (remind, note_missing, tell_questions_open):
        step(at=DAY_BEFORE + H)
        with django_assert_num_queries(1):
            assert step(at=DAY_BEFORE + 2 * H) == 0


@pytest.mark.parametrize(
    ("step", "comes_at"),
    [
        (remind, DAY_BEFORE),
        (remind, make.CLASS_STARTS - 2 * H),
        (remind, make.SLIDES_DUE - 3 * H),
        (remind, make.CLASS_ENDS),
        (remind, make.SUMMARY_DUE - 4 * H),
        (tell_questions_open, make.CLASS_STARTS),
        (note_missing, make.SLIDES_DUE),
        (note_missing, make.CLASS_STARTS),
        (note_missing, make.SUMMARY_DUE),
    ],
)
def test_what_comes_is_told_at_its_instant_though_the_course_was_quiet(
    remembers, lecture, reading, presenter, companion, reviewer, ta, step, comes_at
):
    step(at=comes_at - US)
    before = Notice.objects.count()
    assert step(at=comes_at - US) == 0
    assert step(at=comes_at) > 0
    assert Notice.objects.count() > before


def test_a_change_of_the_plan_is_met_at_once(remembers, seminar, lecture, reading, presenter):
    remind(at=DAY_BEFORE)
    late = make.claimed(seminar, "late", created_at=make.TERM_BEGINS)
    raise_revision(seminar.pk)
    remind(at=DAY_BEFORE + US)
    assert Notice.objects.filter(recipient=late, kind="reminder").count() == 1


def test_what_is_taken_back_is_met_by_the_next_reminder(
    remembers, lecture, reading, second_reading, ask, student_without_group
):
    for one in (reading, second_reading):
        ask(student_without_group, on=one, at=DAY_BEFORE - H)
    remind(at=DAY_BEFORE)
    withdraw_question(reading=reading, author=student_without_group, at=DAY_BEFORE + H)
    remind(at=DAY_BEFORE + 2 * H)
    mine = Notice.objects.filter(recipient=student_without_group, kind="reminder")
    assert not mine.exists()
    remind(at=make.CLASS_STARTS - 2 * H)
    assert mine.count() == 1


def test_going_back_in_time_is_not_quiet(remembers, lecture, reading, presenter):
    """An operator asks as of an instant."""
    note_missing(at=make.SUMMARY_DUE)
    assert remind(at=make.CLASS_STARTS - H) > 0
    remind(at=make.CLASS_STARTS + H)
    Notice.objects.all().delete()
    assert remind(at=make.CLASS_STARTS - H) > 0


def test_nothing_is_remembered_in_a_transaction(lecture, reading, presenter):
    remind(at=DAY_BEFORE)
    assert telling._done == {}


@given(st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_the_next_instant_is_the_first_of_all(after):
    meeting = Meeting(
        1, STUDENT_LECTURE, make.CLASS_STARTS.date(), "Topic", make.CLASS_STARTS, make.CLASS_ENDS,
        readings=(Reading(1, "Paper", is_required=True),),
    )  # fmt: skip
    plan = Plan(1, ZoneInfo("UTC"), make.TERM_BEGINS, meetings=(meeting,), works=seed_works())
    instants = [
        make.CLASS_STARTS - 24 * H, make.CLASS_STARTS - 2 * H, make.CLASS_STARTS, make.CLASS_ENDS,
        make.SLIDES_DUE - 24 * H, make.SLIDES_DUE - 3 * H, make.SLIDES_DUE,
        make.SUMMARY_DUE - 4 * H, make.SUMMARY_DUE,
    ]  # fmt: skip
    at = make.CLASS_STARTS + after
    assert plan.next_instant(at) == min((one for one in instants if one > at), default=None)


def test_a_course_that_fails_keeps_no_other_from_its_notices(
    monkeypatch, seminar, lecture, reading, presenter
):
    """The first one cannot be read; those after it are told all the same, and the sweep says so."""
    broken = make.CourseFactory(slug="broken")
    real = telling.Board

    def board(course, at):
        if course == broken:
            raise KeyError(0)
        return real(course, at)

    monkeypatch.setattr(telling, "Board", board)
    monkeypatch.setattr(telling, "_courses", lambda at: [broken, seminar])
    with pytest.raises(KeyError):
        remind(at=DAY_BEFORE)
    assert Notice.objects.filter(course=seminar).exists()
