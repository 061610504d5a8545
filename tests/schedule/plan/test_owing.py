"""Joining, dropping and leaving, as they stand alone; see also tests/test_who_owes_what.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schedule.deadlines import Deadline
from schedule.plan.owing import Due
from schedule.plan.values import Group, Span
from tests.factories import MICROSECOND, SLIDES_DUE, TERM_BEGINS

DEADLINE = Deadline("slides", None, SLIDES_DUE, None)
H = timedelta(hours=1)
ALWAYS = Span(TERM_BEGINS)


def group(recorded_at=TERM_BEGINS):
    return Group(1, 1, "", recorded_at)


def due(at=SLIDES_DUE, course_since=TERM_BEGINS):
    return Due(DEADLINE, course_since, at)


@pytest.mark.parametrize(
    ("at", "covered"),
    [(-MICROSECOND, False), (0 * H, True), (H - MICROSECOND, True), (H, False)],
)
def test_a_span_is_half_open(at, covered):
    assert Span(SLIDES_DUE, SLIDES_DUE + H).covers(SLIDES_DUE + at) is covered


def test_a_span_without_end_covers_whatever_comes():
    assert Span(SLIDES_DUE).covers(SLIDES_DUE + 10_000 * H)


def test_its_time_is_over_at_the_instant_itself():
    assert (due(SLIDES_DUE - MICROSECOND).is_over, due(SLIDES_DUE).is_over) == (False, True)


@pytest.mark.parametrize(
    ("since", "at", "asked"),
    [
        (SLIDES_DUE - MICROSECOND, SLIDES_DUE + H, True),
        (SLIDES_DUE, SLIDES_DUE + H, False),
        (SLIDES_DUE, SLIDES_DUE, False),
        (SLIDES_DUE + H, SLIDES_DUE + H, False),
        (SLIDES_DUE + H, SLIDES_DUE + H - MICROSECOND, True),  # as of before it was set up
    ],
)
def test_what_was_due_when_the_course_was_set_up_is_asked_of_nobody(since, at, asked):
    one = due(at, since)
    assert (one.is_asked, one.is_owed_by(ALWAYS)) == (asked, asked)


@pytest.mark.parametrize(
    ("roster", "owes"),
    [
        (Span(SLIDES_DUE - MICROSECOND), True),
        (Span(SLIDES_DUE), False),
        (Span(TERM_BEGINS, SLIDES_DUE), False),
        (Span(TERM_BEGINS, SLIDES_DUE + MICROSECOND), True),
    ],
)
def test_it_is_owed_by_who_is_on_the_roster_until_it_is_due(roster, owes):
    at = SLIDES_DUE + 2 * H
    assert due(at).is_owed_by(roster) is owes
    assert due(at).is_owed_in(group(TERM_BEGINS), ALWAYS, roster) is owes


def test_who_has_dropped_is_not_asked_before_it_is_due_either():
    gone = Span(TERM_BEGINS, SLIDES_DUE - H)
    before = [due(gone.until - MICROSECOND).is_owed_by(gone), due(gone.until).is_owed_by(gone)]
    assert before == [True, False]


@pytest.mark.parametrize(
    ("time", "recorded", "owes"),
    [
        (Span(SLIDES_DUE), TERM_BEGINS, True),
        (Span(SLIDES_DUE + MICROSECOND), TERM_BEGINS, False),
        (Span(TERM_BEGINS, SLIDES_DUE), TERM_BEGINS, False),
        (Span(TERM_BEGINS, SLIDES_DUE + MICROSECOND), TERM_BEGINS, True),
        (Span(SLIDES_DUE + H), SLIDES_DUE + H, True),
        (Span(SLIDES_DUE + H + MICROSECOND), SLIDES_DUE + H, False),
        (Span(SLIDES_DUE + H, SLIDES_DUE + 2 * H), SLIDES_DUE + H, True),
    ],
)
def test_a_groups_work_is_owed_by_who_is_in_it_when_it_is_due(time, recorded, owes):
    assert due(SLIDES_DUE + 3 * H).is_owed_in(group(recorded), time, ALWAYS) is owes


@pytest.mark.parametrize(
    ("time", "owes"),
    [
        (Span(TERM_BEGINS, SLIDES_DUE - 2 * H), False),
        (Span(SLIDES_DUE - 3 * H), True),
        (Span(SLIDES_DUE - 2 * H + MICROSECOND), False),
    ],
)
def test_before_it_is_due_it_is_owed_by_who_is_in_the_group_now(time, owes):
    assert due(SLIDES_DUE - 2 * H).is_owed_in(group(TERM_BEGINS), time, ALWAYS) is owes
