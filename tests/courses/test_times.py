"""Instants in words: always with the zone's name, never a relative time alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from courses import times

CHICAGO = ZoneInfo("America/Chicago")
NOON_CST = datetime(2025, 2, 19, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (NOON_CST, "12:30 PM CST"),
        (datetime(2025, 2, 19, 6, 0, tzinfo=UTC), "12:00 AM CST"),
        (datetime(2025, 4, 2, 17, 5, tzinfo=UTC), "12:05 PM CDT"),
        (datetime(2025, 4, 2, 23, 59, tzinfo=UTC), "6:59 PM CDT"),
    ],
)
def test_clock_names_the_zone_that_clocks_keep_on_that_day(instant, words):
    assert times.clock(instant, CHICAGO) == words


def test_in_full_has_weekday_date_clock_and_zone():
    assert times.in_full(NOON_CST, CHICAGO) == "Wed, Feb 19, 12:30 PM CST"


def test_exact_has_year_and_seconds():
    instant = NOON_CST + timedelta(seconds=5)
    assert times.exact(instant, CHICAGO) == "Wed, Feb 19, 2025, 12:30:05 PM CST"


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=2, minutes=14), "2 h 14 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=5, minutes=50), "2 days 5 h"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_span_has_two_units_at_most(delta, words):
    assert times.span(delta) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOON_CST - timedelta(hours=2, minutes=14), "today at 12:30 PM CST, in 2 h 14 min"),
        (NOON_CST - timedelta(hours=13), "tomorrow at 12:30 PM CST, in 13 h"),
        (NOON_CST, "today at 12:30 PM CST, less than a minute ago"),
    ],
)
def test_due_in_words_says_day_clock_and_distance(at, words):
    assert times.due_in_words(NOON_CST, at, CHICAGO) == words


def test_the_day_is_that_of_the_course_not_of_utc():
    late_evening = datetime(2025, 2, 20, 5, 59, tzinfo=UTC)  # 11:59 PM CST, Feb 19
    assert times.day_in_words(late_evening, NOON_CST, CHICAGO) == "today"
