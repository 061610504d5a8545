"""The same term in a real browser: import, ask, hand in, sweep, grade, export.

The page's one lecture lies in the coming week, since a browser keeps its own clock and would
drop the cookies of another year; the server's clock is moved around it.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from courseapp.sweep import sweep_once
from courses.actions.claims import claim_enrolments
from courses.models import Course, Notice
from grading.models import GradeChange
from submissions.models import Receipt
from tests import factories as make
from tests.submissions.uploads import pptx_bytes

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)

PAGE = """# CS 700: Reading Systems Papers

## Logistics
**Lectures**: Room 1, WF: 12:30 PM – 01:45 PM

| Member (NetID) | Role | Office Hours |
| --- | --- | --- |
| [Ines Naru](https://people.uni.example/) (inaru) | Instructor | Room 2. W 2:00 PM – 3:00 PM |

## Course Description
We read, and then we argue.

## Schedule
| Date | Readings | Presenter | Companion | Reviewer |
| --- | --- | --- | --- | --- |
| {date} <br>(Paging) | {reading} | pre1, pre2, pre3, pre4 | com1, com2, com3, com4 | {reviewers} |

## Grading
| | Weight |
| --- | ---: |
| Participation | 40% |
| Paper Presentation | 30% |
| Paper Summary | 30% |
"""


@pytest.fixture
def wednesday():
    """The Wednesday after next midnight; class is at 12:30 in Chicago."""
    today = timezone.now().date()
    return today + dt.timedelta(days=(2 - today.weekday() - 2) % 7 + 2)


@pytest.fixture
def class_starts(wednesday):
    chicago = make.CourseFactory.build().zone
    return dt.datetime.combine(wednesday, dt.time(12, 30), tzinfo=chicago).astimezone(dt.UTC)


def claimed(course, netid):
    """The account of the one whom the page names so."""
    person = make.account(f"{netid}@uni.example")
    [enrolment] = claim_enrolments(person=person, at=timezone.now())
    assert enrolment.course == course
    return person


def grade_with_the_keyboard(page):
    """The sheet opens with the first score in focus: a digit and Enter are enough."""
    expect(page.locator("[name$='-score']").first).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.locator(".grade-row.is-saved").wait_for()


def test_a_course_runs_in_the_browser(
    page, sign_in, go, wednesday, class_starts, tmp_path, live_server
):
    # An instructor of an older course sets up the new one from its page.
    teacher = make.claimed(
        make.CourseFactory(term="Some time ago"), "inaru", role="instructor"
    ).person
    with time_machine.travel(class_starts - 40 * HOUR):
        sign_in(teacher)
        go("/courses/import/")
        page.get_by_label("Or paste the page").fill(
            PAGE.format(
                date=f"{wednesday:%b} {wednesday.day}",
                reading="[Pages of Attention](https://papers.example/1) (Required)",
                reviewers="rev1, rev2, rev3, rev4",
            )
        )
        term = f"{'Spring' if wednesday.month < 7 else 'Fall'} {wednesday.year}"
        page.get_by_label("Term").fill(term)
        page.get_by_label("Domain of addresses").fill("uni.example")
        page.get_by_role("button", name="Read the page").click()
        expect(page.get_by_text("Nothing has been created yet.")).to_be_visible()
        page.get_by_role("button", name="Create the course").click()
        page.wait_for_url("**/c/**")
        course = Course.objects.get(code="CS 700")
        assert course.enrolments.get(person=teacher).role == "instructor"

    # A reviewer asks from the home page: sign in, type, hand in.
    with time_machine.travel(class_starts - 30 * HOUR):
        sign_in(claimed(course, "rev1"))
        go("/home/")
        page.get_by_role("textbox", name="Your question").fill("Which page is never evicted?")
        page.get_by_role("button", name="Hand in question").click()
        page.get_by_role("link", name="Receipt").click()
        assert "In, on time" in page.inner_text("main")

    # A presenter hands in the slides, too late by a minute, and is told so.
    talk = tmp_path / "talk.pptx"
    talk.write_bytes(pptx_bytes())
    with time_machine.travel(class_starts - 24 * HOUR + dt.timedelta(minutes=1)):
        sign_in(claimed(course, "pre1"))
        go("/home/")
        page.get_by_role("link", name="Slides: Paging").click()
        page.get_by_label("The slides, as .pptx").set_input_files(str(talk))
        page.get_by_role("button", name="Hand in slides").click()
        page.wait_for_url("**/receipts/**")
        assert "In, late" in page.inner_text("main")

    # After class a companion writes the summary.
    with time_machine.travel(class_starts + 4 * HOUR):
        sign_in(claimed(course, "com1"))
        go("/home/")
        page.get_by_role("link", name="Write the summary").click()
        for answer in page.get_by_role("textbox").all():
            answer.fill("An answer of a few words.")
        page.get_by_role("button", name="Hand in summary").click()
        page.wait_for_url("**/receipts/**")
        assert "In, on time" in page.inner_text("main")
    assert sorted(Receipt.objects.values_list("work", "verdict")) == [
        ("question", "on_time"),
        ("slides", "late"),
        ("summary", "on_time"),
    ]

    # The sweep tells the groups that the questions are open, and whom a summary is missing from.
    with time_machine.travel(class_starts + 27 * HOUR):
        sweep_once(at=timezone.now())
    kinds = set(Notice.objects.filter(course=course).values_list("kind", flat=True))
    assert any("open" in kind for kind in kinds)
    assert any("missing" in kind for kind in kinds)

    # The instructor grades the question from the keyboard, and exports the gradebook.
    with time_machine.travel(class_starts + 50 * HOUR):
        sign_in(teacher)
        go(f"/c/{course.slug}/home/")
        page.get_by_role("link", name="Grade questions").click()
        grade_with_the_keyboard(page)
        go(f"/c/{course.slug}/gradebook/")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    reviewer = next(row for row in rows if row["NetID"] == "rev1")
    assert reviewer["Participation (40%)"] == "100.00"
    assert GradeChange.objects.get().score == 2
