"""Times, days and sizes that run backwards on a page: a warning at the line, and a course."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursepage.apply import create_course
from coursepage.parser.times import backwards, find_time_range
from schedule.models import Meeting
from tests import factories as make
from tests.coursepage.pages import codes_of, page_of, table

AT = make.TERM_BEGINS


def paged(head: str, *rows: str) -> str:
    """A page whose fourth line is `head`; its first row stands on line 8."""
    lines = table(*rows or ("| Jan 22 | [A](http://a.b/c) | ab1 | | |",)).split("\n")
    return "\n".join([lines[0], "", "", head, "", *lines[2:]])


def created_from(text: str):
    page = page_of(text)
    return page, create_course(page=page, source=text, by=None, at=AT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("WF 1:45 PM - 12:30 PM", "1:45 PM - 12:30 PM"),
        ("WF 12:30 PM to noon", "12:30 PM to 12 PM"),
        ("14:00-14:00 Room 3", "14:00-14:00"),
        ("WF 12:30 PM - 1:45 PM", ""),
        ("by appointment", ""),
    ],
)
def test_a_span_of_time_that_ends_before_it_starts(text, words):
    assert backwards(text) == words
    assert not (words and find_time_range(text))


def test_a_class_that_ends_before_it_starts_meets_at_noon(db):
    page, course = created_from(paged("Lectures: 0216 Hall, WF: 1:45 PM – 12:30 PM"))
    assert codes_of(page) == [(4, "backwards")]
    assert (course.class_starts, course.class_ends) == (dt.time(12), dt.time(13))


def test_office_hours_that_end_before_they_start_stand_without_a_time(db):
    hours = "| Ana Lund (al2) | Instructor | Room 3. W 4:00 PM - 3:00 PM |"
    text = paged("Class: WF 12:30 PM - 1:45 PM") + "\n".join(
        ["", "| Name | Role | Office hours |", "|---|---|---|", hours, ""]
    )
    page, course = created_from(text)
    slot = course.office_hours.get()
    assert (slot.weekday, slot.starts, slot.ends) == (None, None, None)
    assert codes_of(page) == [(text.split("\n").index(hours) + 1, "backwards")]


def test_a_span_of_days_that_runs_backwards_is_its_first_day(db):
    page, course = created_from(paged("", "| Mar 23 - 15 | Spring break | | | |"))
    row = course.meetings.get()
    assert (row.on, row.until) == (dt.date(2025, 3, 23), None)
    assert (8, "backwards") in codes_of(page)


@pytest.mark.parametrize("cell", ["Mar 15 - 23", "Mar 15 - 15", "Dec 29 - Jan 3"])
def test_a_span_of_days_that_does_not_is_no_doubt(cell):
    page = page_of(paged("", f"| {cell} | Spring break | | | |"))
    assert "backwards" not in {code for _, code in codes_of(page)}


def test_a_size_of_groups_that_runs_backwards_is_not_taken(db):
    page, course = created_from(paged("Form groups of 5-4 students."))
    assert (page.group_size, codes_of(page)) == (None, [(4, "backwards")])
    assert (course.group_size_min, course.group_size_max) == (4, 5)


NIGHT = paged(
    "Lectures: 0216 Hall, Su: 2:30 AM - 3:15 AM",
    "| Mar 2 | [A](http://a.b/c) | ab1 | | |",
    "| Mar 9 | [B](http://a.b/d) | ab1 | | |",
    "| Mar 16 | No class | | | |",
)


def test_a_class_that_the_clocks_skip_is_laid_behind_the_gap(db):
    page, course = created_from(NIGHT)
    assert [(w.line, w.message) for w in page.warnings if w.code == "clock-change"] == [
        (
            9,
            "Clocks in America/Chicago are put forward on Mar 9, 2025, and skip the time of a "
            "class from 2:30 AM to 3:15 AM. It is laid from 3:30 AM CDT to 4:15 AM CDT.",
        )
    ]
    meeting = course.meetings.get(on=dt.date(2025, 3, 9))
    assert (meeting.starts_at, meeting.ends_at) == (
        dt.datetime(2025, 3, 9, 8, 30, tzinfo=dt.UTC),
        dt.datetime(2025, 3, 9, 9, 15, tzinfo=dt.UTC),
    )


def test_a_day_that_the_zone_did_not_have_is_the_next_one(db):
    text = paged("Lectures: F: 2:30 PM - 3:15 PM", "| Dec 30 | [A](http://a.b/c) | ab1 | | |")
    page = page_of(text, term="Fall 2011", zone="Pacific/Apia")
    course = create_course(page=page, source=text, by=None, at=AT)
    meeting = course.meetings.get()
    assert (meeting.on, meeting.starts_at) == (
        dt.date(2011, 12, 31),
        dt.datetime(2011, 12, 31, 0, 30, tzinfo=dt.UTC),
    )
    assert (8, "clock-change") in codes_of(page)


ZONES = ["America/Chicago", "America/Nuuk", "Pacific/Apia", "Australia/Lord_Howe"]
ODD_DAYS = [  # clocks forward in Chicago and in Nuuk, back in Chicago; no such day in Samoa
    dt.date(2011, 3, 13), dt.date(2011, 3, 26), dt.date(2011, 11, 6), dt.date(2011, 12, 30),
]  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    zone=st.sampled_from(ZONES),
    days=st.lists(
        st.dates(dt.date(2011, 1, 1), dt.date(2011, 12, 31)) | st.sampled_from(ODD_DAYS),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    starts=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
def test_whatever_the_times_a_course_comes_of_it(db, zone, days, starts, ends):
    rows = [f"| {day:%Y-%m-%d} | [A](http://a.b/c) | ab1 | | |" for day in sorted(days)]
    head = f"Lectures: 0216 Hall, WF: {starts:%H:%M} - {ends:%H:%M}"
    text = paged(head, *rows)
    page = page_of(text, term="Spring 2011", zone=zone)
    warned = {w.line for w in page.warnings if w.code == "clock-change"}
    with transaction.atomic():
        create_course(page=page, source=text, by=None, at=AT)
        for line, meeting in enumerate(Meeting.objects.order_by("position"), start=8):
            assert meeting.starts_at < meeting.ends_at
            begins = meeting.starts_at.astimezone(ZoneInfo(zone))
            assert begins.date() == meeting.on
            assert (line in warned) or page.starts is None or begins.time() == page.starts
        transaction.set_rollback(True)
