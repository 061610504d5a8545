"""Which pieces count: 14 of 19, the best, the first, and what may be missed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.counting import Limit, counted
from schedule.plan.values import All, Best, First

MISSED = None  # a piece that nobody handed in


def left_out(counting, in_term, *percents):
    """The numbers of the pieces that do not count."""
    values = [Fraction(one or 0) for one in percents]
    return Limit(counting, in_term).left_out([one is MISSED for one in percents], values)


@pytest.mark.parametrize(
    ("counting", "in_term", "percents", "out"),
    [
        (All(), 3, (90, MISSED, 50), set()),
        (All(1), 3, (90, MISSED, MISSED), {1}),
        (All(2), 3, (90, MISSED, 50), {1}),
        (Best(2), 3, (90, 50, 70), {1}),
        (Best(2), 3, (50, 50, 50), {2}),  # of equals the earlier
        (Best(2), 3, (90, MISSED, 50), {1}),
        (Best(2), 3, (90, MISSED, MISSED), {1}),  # one may be missed, the other is a zero
        (Best(2), 2, (90, MISSED), set()),
        (Best(3), 2, (90, MISSED), set()),  # fewer are asked than count: none is free
        (First(2), 3, (50, 70, 90), {2}),
        (First(2), 3, (MISSED, 50, 90), {0}),
        (First(2), 4, (MISSED, MISSED, 50, 90), {0, 1}),
    ],
)
def test_what_is_left_out(counting, in_term, percents, out):
    assert left_out(counting, in_term, *percents) == out


def test_fourteen_of_nineteen():
    """Rule set B: whoever misses five has all of their points, whoever misses six not."""
    assert left_out(Best(14), 19, *[100] * 14, *[MISSED] * 5) == set(range(14, 19))
    assert left_out(Best(14), 19, *[100] * 13, *[MISSED] * 6) == set(range(13, 18))
    assert left_out(Best(14), 19, *[100] * 3, MISSED) == {3}  # in the fourth week


def test_works_do_not_share_what_may_be_missed():
    limits = {"a": Limit(All(1)), "b": Limit(Best(1), 2)}
    works, missed = ["a", "b", "a", "b", "c"], [True, False, True, False, True]
    values = [Fraction(n) for n in (0, 10, 0, 20, 0)]
    assert counted(works, missed, values, limits) == [False, False, True, True, True]


countings = st.one_of(
    st.builds(All, st.integers(0, 5)),
    st.builds(Best, st.integers(1, 8)),
    st.builds(First, st.integers(1, 8)),
)


@given(countings, st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=12))
def test_missing_less_never_counts_against_anybody(counting, percents):
    """Handing in what was missed, for no point even, never lowers the mean."""

    def mean(some):
        out = left_out(counting, len(percents), *some)
        held = [one or 0 for n, one in enumerate(some) if n not in out]
        return Fraction(sum(held), len(held)) if held else None

    before = mean(percents)
    for n, one in enumerate(percents):
        if one is MISSED and isinstance(counting, Best):
            after = mean([*percents[:n], 100, *percents[n + 1 :]])
            assert after is not None
            assert before is None or after >= before


@given(countings, st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=12))
def test_never_more_count_than_may(counting, percents):
    kept = len(percents) - len(left_out(counting, len(percents), *percents))
    if not isinstance(counting, All):
        assert kept == min(len(percents), counting.k)
    else:
        assert kept == len(percents) - min(counting.may_miss, percents.count(MISSED))
