"""The demo: a term laid around today, people to sign in as, and only where DEMO is set."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from courseapp.demo import people, seed
from courseapp.demo.seed import lay_course
from coursepage.parser import parse_page
from courses.models import Course, Notice, Person
from grading.models import GradeChange
from schedule.deadlines import wall_clock
from schedule.models import Meeting
from tests.works import Question, Slides, Summary

TODAY = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
PAGE = parse_page(
    seed.SAMPLE.read_text(encoding="utf-8"), term="Spring 2025", zone="America/Chicago"
)


@pytest.fixture
def demo(settings, tmp_path):
    """The demo's settings, with a folder of its own."""
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@given(at=st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)))
def test_a_lecture_lies_less_than_a_week_ahead_whenever_the_demo_begins(at):
    weeks = timedelta(weeks=seed._weeks_to_shift(PAGE, at))
    lectures = [row for row in PAGE.rows if row.meeting_kind == "student_lecture"]
    zone = Course(timezone=PAGE.zone).zone
    starts = [wall_clock(row.on + weeks, PAGE.starts, zone) for row in lectures]
    ahead = [start for start in starts if start > at]
    assert timedelta(0) < ahead[0] - at <= timedelta(days=7, hours=1)  # an hour for the clocks
    assert len(starts) - len(ahead) in {seed.LECTURES_BEFORE, seed.LECTURES_BEFORE + 1}


@pytest.mark.django_db
def test_the_demo_has_work_on_both_sides_of_today(demo):
    course = lay_course(at=TODAY)
    behind = Meeting.objects.filter(kind="student_lecture", ends_at__lt=TODAY).count()
    assert behind in {seed.LECTURES_BEFORE, seed.LECTURES_BEFORE + 1}
    assert Question.objects.filter(reading__meeting__ends_at__lt=TODAY).count() > 90 * behind
    assert Slides.objects.filter(receipt__at__gt=TODAY).count() == 0
    assert Summary.objects.exists()
    assert GradeChange.objects.exists()
    assert Notice.objects.filter(sent_at=None).count() == 0
    labels = [one.label.split(" on ")[0] for one in people.featured()]
    assert labels == [
        "Instructor",
        "TA",
        "Presenter",
        "Companion",
        "Reviewer",
        "Student without a group",
    ]
    assert {one.email.split("@")[1] for one in people.featured()} == {seed.DOMAIN}
    assert course.term == "Fall 2026"


@pytest.mark.django_db
def test_a_second_start_keeps_what_was_done_and_a_late_one_lays_the_term_anew(demo, monkeypatch):
    laid = []

    def lay(*, at):
        laid.append(at)
        course = Course.objects.create(
            slug=f"c{len(laid)}", title="T", term="Fall 2026", created_at=at
        )
        people.remember([], course=course.slug, laid_at=at)

    on_sqlite = SimpleNamespace(vendor="sqlite")
    monkeypatch.setattr("courseapp.management.commands.demo.connection", on_sqlite)
    monkeypatch.setattr("courseapp.management.commands.demo.lay_course", lay)
    monkeypatch.setattr(
        "courseapp.management.commands.demo.call_command",
        lambda *a, **k: Course.objects.all().delete(),
    )
    for days in (0, 1, 4):
        with time_machine.travel(TODAY + timedelta(days=days), tick=False):
            call_command("demo", stdout=io.StringIO())
    assert laid == [TODAY, TODAY + timedelta(days=4)]


def test_the_demo_keeps_away_from_a_database_that_may_be_somebodys(demo, monkeypatch):
    elsewhere = SimpleNamespace(vendor="postgresql")
    monkeypatch.setattr("courseapp.management.commands.demo.connection", elsewhere)
    with pytest.raises(CommandError, match="in SQLite"):
        call_command("demo")


@pytest.mark.django_db
def test_without_demo_nobody_is_introduced_and_nothing_is_laid(settings):
    settings.DEMO = False
    assert people.featured() == []
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


@pytest.mark.django_db
def test_one_click_signs_in_as_the_introduced_and_as_nobody_else(demo, settings, client):
    settings.ROOT_URLCONF = "tests.courseapp.demo_urls"
    shown = Person.objects.create_user("shown@aldermere.edu")
    hidden = Person.objects.create_user("hidden@aldermere.edu")
    introduced = people.Featured(shown.pk, shown.email, "Shown", "TA")
    people.remember([introduced], course="x", laid_at=TODAY)
    assert "Shown" in client.get("/accounts/login/").content.decode()

    for person in (hidden.pk, "", "x", 10**30):
        assert client.post("/demo/sign-in/", {"person": person}).status_code == 404
    assert client.post("/demo/sign-in/", {"person": shown.pk})["Location"] == "/home/"
    assert client.session["_auth_user_id"] == str(shown.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("target", "leads_to"),
    [("/c/x/home/", "/c/x/home/"), ("https://evil.example/", "/home/"), ("//evil", "/home/")],
)
def test_one_click_leads_nowhere_else(demo, settings, client, target, leads_to):
    settings.ROOT_URLCONF = "tests.courseapp.demo_urls"
    shown = Person.objects.create_user("shown@aldermere.edu")
    introduced = people.Featured(shown.pk, shown.email, "Shown", "TA")
    people.remember([introduced], course="x", laid_at=TODAY)
    response = client.post("/demo/sign-in/", {"person": shown.pk, "next": target})
    assert response["Location"] == leads_to


def test_the_address_of_one_click_sign_in_exists_only_with_demo(client):
    assert client.post("/demo/sign-in/", {"person": "1"}).status_code == 404
