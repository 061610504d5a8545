"""The rules of owing, as they stand alone; tests/test_who_owes_what.py asks all who apply them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule.deadlines import slides_deadline
from schedule.models import Role
from submissions.owing import Due, Span, Stay, counting_receipt, counts, has_part
from submissions.queries import WORK_OF_ROLE
from tests.factories import CLASS_STARTS, MICROSECOND, SLIDES_DUE, TERM_BEGINS

DEADLINE = slides_deadline(meeting_starts_at=CLASS_STARTS)
H = timedelta(hours=1)
ALWAYS = Span(TERM_BEGINS)


@dataclass(frozen=True)
class Version:
    version: int
    verdict: str = "on_time"


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
    assert due(at).is_owed_in(Stay(roster, ALWAYS, TERM_BEGINS)) is owes


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
    assert due(SLIDES_DUE + 3 * H).is_owed_in(Stay(ALWAYS, time, recorded)) is owes


@pytest.mark.parametrize(
    ("time", "owes"),
    [
        (Span(TERM_BEGINS, SLIDES_DUE - 2 * H), False),
        (Span(SLIDES_DUE - 3 * H), True),
        (Span(SLIDES_DUE - 2 * H + MICROSECOND), False),
    ],
)
def test_before_it_is_due_it_is_owed_by_who_is_in_the_group_now(time, owes):
    assert due(SLIDES_DUE - 2 * H).is_owed_in(Stay(ALWAYS, time, TERM_BEGINS)) is owes


@pytest.mark.parametrize(
    ("verdicts", "version"),
    [
        ([], None),
        (["on_time"], 1),
        (["on_time", "on_time"], 2),
        (["on_time", "late"], 2),
        (["on_time", "late_not_counted"], 1),
        (["late_not_counted", "late_not_counted"], 2),
    ],
)
def test_the_newest_that_counts_is_the_one(verdicts, version):
    versions = [Version(number, verdict) for number, verdict in enumerate(verdicts, start=1)]
    for order in (versions, versions[::-1]):
        found = counting_receipt(order)
        assert (found and found.version) == version


ON_TIME, LATE, NOT_COUNTED = (Version(1, name) for name in ("on_time", "late", "late_not_counted"))


@pytest.mark.parametrize(
    ("own", "handed_in", "parts"),
    [
        # The last pair: has a part though they do not owe it, and has one because they do.
        (None, [], (False, True)),
        (ON_TIME, [ON_TIME], (True, True)),
        (LATE, [LATE], (True, True)),
        (NOT_COUNTED, [NOT_COUNTED], (False, True)),
        (NOT_COUNTED, [ON_TIME, NOT_COUNTED], (False, False)),
        (None, [ON_TIME], (False, False)),
        (None, [LATE], (False, True)),
        (None, [NOT_COUNTED], (False, True)),
    ],
)
def test_who_has_a_part_in_the_groups_work(own, handed_in, parts):
    assert tuple(has_part(own, handed_in, owes=owes) for owes in (False, True)) == parts


@given(
    st.lists(st.sampled_from(["on_time", "late", "late_not_counted"]), max_size=4), st.booleans()
)
def test_who_is_credited_with_what_counts_keeps_it(verdicts, owes):
    versions = [Version(number, verdict) for number, verdict in enumerate(verdicts, start=1)]
    own = counting_receipt(versions)
    if own is not None and counts(own):
        assert has_part(own, versions, owes=owes)


def test_every_role_asks_for_some_work():
    assert set(WORK_OF_ROLE) == set(Role)
