"""Deadlines: half-open, in elapsed hours, over both changes of clocks (rules P2, T3, U3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedule.deadlines import (
    Deadline,
    DeadlinePassed,
    NotOpenYet,
    Status,
    Verdict,
    class_span,
    end_of_day,
    nearest_class_span,
    wall_clock,
)
from schedule.errors import TimesDoNotFit
from schedule.plan.asks import deadline_of
from schedule.plan.calendar import STUDENT_LECTURE, Meeting
from schedule.plan.seed import seed_works

CHICAGO = ZoneInfo("America/Chicago")
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def chicago(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=CHICAGO)


def deadline(key, starts, ends=None):
    """That of the seed's work at a meeting with these times."""
    [work] = [one for one in seed_works() if one.key == key]
    meeting = Meeting(1, STUDENT_LECTURE, starts.date(), "Topic", starts, ends or starts + HOUR)
    return deadline_of(work, meeting, CHICAGO)


# Each row: class starts and ends on Chicago's clocks; then slides and summary due, as UTC.
# In 2025 clocks go forward on March 9 and back on November 2, at 2 AM.
GOLDEN = [
    (
        "in winter",
        chicago(2025, 2, 19, 12, 30),
        chicago(2025, 2, 19, 13, 45),
        datetime(2025, 2, 18, 18, 30, tzinfo=UTC),
        datetime(2025, 2, 20, 19, 45, tzinfo=UTC),
    ),
    (
        "class on the Sunday that has 23 hours: slides were due at 11:30 AM CST",
        chicago(2025, 3, 9, 12, 30),
        chicago(2025, 3, 9, 13, 45),
        datetime(2025, 3, 8, 17, 30, tzinfo=UTC),
        datetime(2025, 3, 10, 18, 45, tzinfo=UTC),
    ),
    (
        "class on the Saturday before it: the summary is due at 2:45 PM CDT",
        chicago(2025, 3, 8, 12, 30),
        chicago(2025, 3, 8, 13, 45),
        datetime(2025, 3, 7, 18, 30, tzinfo=UTC),
        datetime(2025, 3, 9, 19, 45, tzinfo=UTC),
    ),
    (
        "class on the Sunday that has 25 hours: slides were due at 1:30 PM CDT",
        chicago(2025, 11, 2, 12, 30),
        chicago(2025, 11, 2, 13, 45),
        datetime(2025, 11, 1, 18, 30, tzinfo=UTC),
        datetime(2025, 11, 3, 19, 45, tzinfo=UTC),
    ),
    (
        "class on the Saturday before it: the summary is due at 12:45 PM CST",
        chicago(2025, 11, 1, 12, 30),
        chicago(2025, 11, 1, 13, 45),
        datetime(2025, 10, 31, 17, 30, tzinfo=UTC),
        datetime(2025, 11, 2, 18, 45, tzinfo=UTC),
    ),
    (
        "in summer",
        chicago(2025, 5, 7, 12, 30),
        chicago(2025, 5, 7, 13, 45),
        datetime(2025, 5, 6, 17, 30, tzinfo=UTC),
        datetime(2025, 5, 8, 18, 45, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(
    ("starts", "ends", "slides", "summary"), [row[1:] for row in GOLDEN], ids=[r[0] for r in GOLDEN]
)
def test_24_hours_are_elapsed_hours(starts, ends, slides, summary):
    assert deadline("question", starts).due_at == starts
    assert deadline("slides", starts).due_at == slides
    found = deadline("summary", starts, ends)
    assert (found.opens_at, found.due_at) == (starts, summary)


WALL_CLOCK = [
    ("6 PM in May is CDT", date(2025, 5, 15), time(18), datetime(2025, 5, 15, 23, tzinfo=UTC)),
    ("6 PM in January is CST", date(2025, 1, 15), time(18), datetime(2025, 1, 16, tzinfo=UTC)),
    (
        "2:30 AM is skipped on March 9",
        date(2025, 3, 9),
        time(2, 30),
        datetime(2025, 3, 9, 8, 30, tzinfo=UTC),
    ),
    (
        "1:30 AM is shown twice on November 2: the first",
        date(2025, 11, 2),
        time(1, 30),
        datetime(2025, 11, 2, 6, 30, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(
    ("on", "clock", "instant"), [r[1:] for r in WALL_CLOCK], ids=[r[0] for r in WALL_CLOCK]
)
def test_fixed_dates_are_meant_on_the_wall_clock(on, clock, instant):
    assert wall_clock(on, clock, CHICAGO) == instant


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2025, 3, 9), 23), (date(2025, 11, 2), 25), (date(2025, 2, 19), 24)]
)
def test_day_ends_at_the_next_midnight(on, hours):
    assert end_of_day(on, CHICAGO) - wall_clock(on, time(0), CHICAGO) == hours * HOUR


DUE = datetime(2025, 2, 19, 18, 30, tzinfo=UTC)
QUESTION = Deadline("question", DUE - 48 * HOUR, DUE, DUE)
SLIDES = deadline("slides", DUE + 24 * HOUR)
SUMMARY = deadline("summary", DUE - 25 * HOUR, DUE - 24 * HOUR)


@pytest.mark.parametrize(
    ("deadline", "at", "status"),
    [
        (QUESTION, DUE - 48 * HOUR - MICROSECOND, Status.NOT_OPEN),
        (QUESTION, DUE - 48 * HOUR, Status.OPEN),
        (QUESTION, DUE - MICROSECOND, Status.OPEN),
        (QUESTION, DUE, Status.CLOSED),
        (SLIDES, DUE - 10_000 * HOUR, Status.OPEN),
        (SLIDES, DUE - MICROSECOND, Status.OPEN),
        (SLIDES, DUE, Status.GRACE),
        (SLIDES, DUE + 10_000 * HOUR, Status.GRACE),
        (SUMMARY, DUE - 25 * HOUR - MICROSECOND, Status.NOT_OPEN),
        (SUMMARY, DUE - 25 * HOUR, Status.OPEN),
        (SUMMARY, DUE - MICROSECOND, Status.OPEN),
        (SUMMARY, DUE, Status.GRACE),
    ],
)
def test_status_changes_at_the_instant_itself(deadline, at, status):
    assert deadline.status(at) is status


def test_late_slides_are_late_and_late_summaries_are_not_counted():
    assert SLIDES.verdict(DUE) is Verdict.LATE
    assert SUMMARY.verdict(DUE) is Verdict.LATE_NOT_COUNTED


def test_verdict_before_and_after_is_refused_with_the_deadline():
    with pytest.raises(NotOpenYet) as early:
        QUESTION.verdict(DUE - 49 * HOUR)
    with pytest.raises(DeadlinePassed) as late:
        QUESTION.verdict(DUE)
    assert (early.value.deadline, late.value.deadline) == (QUESTION, QUESTION)


def test_lateness_ends_where_a_deadline_closes_later_than_it_is_due():
    deadline = Deadline("slides", None, DUE, DUE + HOUR)
    assert [deadline.status(DUE + HOUR + step * MICROSECOND) for step in (-1, 0)] == [
        Status.GRACE,
        Status.CLOSED,
    ]


@pytest.mark.parametrize("field", ["opens_at", "due_at", "closes_at"])
def test_naive_instants_are_refused(field):
    instants = {"opens_at": None, "due_at": DUE, "closes_at": None}
    naive = datetime(2025, 2, 19, 18, 30)
    with pytest.raises(ValueError, match="aware"):
        Deadline("slides", **(instants | {field: naive}))


def test_deadline_cannot_close_before_it_is_due():
    with pytest.raises(ValueError, match="close before"):
        Deadline("slides", None, DUE, DUE - MICROSECOND)


def test_each_explains_what_happens_to_late_work():
    assert [deadline.explain() for deadline in (QUESTION, SLIDES, SUMMARY)] == [
        "Nothing can be handed in after that.",
        "What comes later is taken and shown as late.",
        "What comes later is kept on record, but not counted.",
    ]


# Any class, any zone, any instant: around both changes of clocks above all.
zones = st.sampled_from(
    ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
).map(ZoneInfo)
near_changes = st.sampled_from(
    [datetime(2025, 3, 9), datetime(2025, 11, 2), datetime(2025, 3, 30), datetime(2025, 10, 26)]
)


@st.composite
def classes(draw):
    """A class that starts within three days of a change of clocks, in a zone, and its end."""
    zone = draw(zones)
    local = draw(near_changes) + timedelta(minutes=draw(st.integers(-3 * 1440, 3 * 1440)))
    starts = local.replace(tzinfo=zone, fold=draw(st.integers(0, 1)))
    return starts, starts.astimezone(UTC) + timedelta(minutes=draw(st.integers(1, 300)))


def seconds(instant: datetime) -> float:
    """Microseconds since 1970, reckoned without any zone."""
    return (instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


@settings(max_examples=600, deadline=None)
@given(classes(), st.integers(-60 * 3600 * 10**6, 60 * 3600 * 10**6), zones)
def test_no_instant_gets_a_wrong_verdict(meeting, offset, shown_in):
    starts, ends = meeting
    at = (starts.astimezone(UTC) + timedelta(microseconds=offset)).astimezone(shown_in)
    start, end, now, day = seconds(starts), seconds(ends), seconds(at), 24 * 3600 * 10**6

    question = deadline("question", starts)
    assert (question.status(at) is Status.OPEN) == (now < start)
    assert (question.status(at) is Status.CLOSED) == (now >= start)

    slides = deadline("slides", starts)
    assert (slides.verdict(at) is Verdict.ON_TIME) == (now < start - day)
    assert (slides.verdict(at) is Verdict.LATE) == (now >= start - day)

    summary = deadline("summary", starts, ends)
    assert (summary.status(at) is Status.NOT_OPEN) == (now < start)
    assert (summary.status(at) is Status.OPEN) == (start <= now < end + day)
    assert (summary.status(at) is Status.GRACE) == (now >= end + day)


NUUK, APIA = ZoneInfo("America/Nuuk"), ZoneInfo("Pacific/Apia")
FORWARD, BACK = date(2025, 3, 9), date(2025, 11, 2)


@pytest.mark.parametrize(
    ("on", "starts", "ends", "zone", "minutes"),
    [
        (date(2025, 2, 19), time(12, 30), time(13, 45), CHICAGO, 75),
        (FORWARD, time(1, 30), time(3, 15), CHICAGO, 45),
        (BACK, time(1, 15), time(1, 30), CHICAGO, 15),
        (BACK, time(1, 30), time(2), CHICAGO, 90),  # from the first 1:30 on
        (BACK, time(0, 30), time(1), CHICAGO, 30),
    ],
)
def test_a_class_is_as_long_as_its_instants_are_apart(on, starts, ends, zone, minutes):
    begins, finishes = class_span(on, starts, ends, zone)
    assert finishes - begins == timedelta(minutes=minutes)
    assert begins == wall_clock(on, starts, zone)


PLAIN = "A class must end after it starts, on the same day."


@pytest.mark.parametrize(
    ("on", "starts", "ends", "zone", "said"),
    [
        (date(2025, 2, 19), time(9), time(9), CHICAGO, PLAIN),
        (date(2025, 2, 19), time(9), time(8, 59), CHICAGO, PLAIN),
        (FORWARD, time(3, 15), time(2, 45), CHICAGO, PLAIN),
        (
            FORWARD, time(2, 30), time(3, 15), CHICAGO,
            "Clocks in America/Chicago are put forward on Mar 9, 2025, and skip the time of a "
            "class from 2:30 AM to 3:15 AM.",
        ),
        (
            FORWARD, time(1, 30), time(2, 30), CHICAGO,  # nothing shows 2:30
            "Clocks in America/Chicago are put forward on Mar 9, 2025, and skip the time of a "
            "class from 1:30 AM to 2:30 AM.",
        ),
        (
            FORWARD, time(2, 15), time(2, 45), CHICAGO,  # both skipped, and in order as instants
            "Clocks in America/Chicago are put forward on Mar 9, 2025, and skip the time of a "
            "class from 2:15 AM to 2:45 AM.",
        ),
        (
            FORWARD, time(2, 30), time(4), CHICAGO,
            "Clocks in America/Chicago are put forward on Mar 9, 2025, and skip the time of a "
            "class from 2:30 AM to 4:00 AM.",
        ),
        (
            FORWARD, time(2, 30), time(3, 30), CHICAGO,  # the same instant
            "Clocks in America/Chicago are put forward on Mar 9, 2025, and skip the time of a "
            "class from 2:30 AM to 3:30 AM.",
        ),
        (
            BACK, time(1, 30), time(1, 15), CHICAGO,
            "Clocks in America/Chicago are put back on Nov 2, 2025, and show 1:15 AM twice; the "
            f"first is meant. {PLAIN}",
        ),
        (
            date(2025, 3, 29), time(23, 15), time(23, 45), NUUK,  # as instants on the next day
            "Clocks in America/Nuuk are put forward on Mar 29, 2025, and skip the time of a class "
            "from 11:15 PM to 11:45 PM.",
        ),
        (
            date(2011, 12, 30), time(12), time(13), APIA,  # a day that Samoa did not have
            "Clocks in Pacific/Apia are put forward on Dec 30, 2011, and skip the time of a class "
            "from 12:00 PM to 1:00 PM.",
        ),
    ],
)  # fmt: skip
def test_a_class_that_cannot_be_names_why(on, starts, ends, zone, said):
    with pytest.raises(TimesDoNotFit) as refusal:
        class_span(on, starts, ends, zone)
    assert str(refusal.value) == said


def test_a_class_that_has_to_be_laid_begins_once_clocks_are_put_forward_and_is_as_long():
    assert nearest_class_span(FORWARD, time(2, 30), time(3, 15), CHICAGO) == (
        chicago(2025, 3, 9, 3, 30),
        chicago(2025, 3, 9, 4, 15),
    )


ZONES = sorted(available_timezones())
A_CLASS = {
    "on": st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    "starts": st.times(),
    "ends": st.times(),
    "zone": st.sampled_from(ZONES).map(ZoneInfo),
}


def nights_of_change():
    """Dates around a change of clocks, with times of the small hours: (on, starts, ends, zone)."""
    near = st.sampled_from([FORWARD, BACK]).flatmap(
        lambda day: st.integers(-1, 1).map(lambda n: day + timedelta(days=n))
    )
    small = st.times(max_value=time(4)).map(lambda clock: clock.replace(second=0, microsecond=0))
    return st.tuples(near, small, small, st.just(CHICAGO))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.tuples(*A_CLASS.values()), nights_of_change()))
def test_a_class_ends_after_it_starts_or_is_refused(about):
    on, starts, ends, zone = about
    try:
        begins, finishes = class_span(on, starts, ends, zone)
    except TimesDoNotFit:
        if starts < ends:  # then it is the clocks, and it can be laid nearby
            begins, finishes = nearest_class_span(on, starts, ends, zone)
            assert begins < finishes
            assert wall_clock(on, starts, zone) == begins
    else:
        assert begins < finishes
        assert begins.astimezone(zone).date() == finishes.astimezone(zone).date() == on
