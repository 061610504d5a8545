"""The public page of a course: what it says, and for how long it may be kept."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from schedule.actions.meetings import move_meeting
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(settings):
    """Public pages are kept for ten seconds."""
    settings.PUBLIC_PAGE_SECONDS = 10
    settings.CACHES |= {"pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def body(client, at=make.BEFORE_CLASS):
    with time_machine.travel(at, tick=False):
        return client.get("/c/seminar/").content.decode()


def test_the_page_has_the_facts_of_the_course(client, seminar, lecture, instructor):
    seminar.contact_label, seminar.contact_url = "Forum", "https://forum.uni.example/x"
    seminar.staff_email = "staff@uni.example"
    seminar.save()
    slot = make.OfficeHoursFactory(course=seminar, place="Room 9")
    slot.staff.add(instructor)
    make.CourseTextFactory(course=seminar, kind="integrity", title="Integrity", body="*Yours.*")
    html = body(client)
    for fact in (
        "Wednesday and Friday",
        "12:30 PM–1:45 PM",
        "Room 1",
        'href="https://forum.uni.example/x"',
        "mailto:staff@uni.example",
        "Ines Naru",
        "Thursday",
        "Room 9",
        "Integrity",
        "<em>Yours.</em>",
        "Today, 12:30 PM CST",
        "Paging Attention",
    ):
        assert fact in html, fact


def test_a_required_reading_is_marked_in_words_too(client, lecture):
    html = body(client)
    assert html.count('<span class="vh">Required: </span>') == 2


def test_no_name_of_a_student_is_public(client, lecture, presenter, companion, reviewer):
    html = body(client)
    for who in (presenter, companion, reviewer):
        assert who.name not in html
        assert who.netid not in html


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_only_web_addresses_are_linked(client, seminar, lecture, reading, instructor, scheme):
    reading.url = lecture.lecture_url = scheme
    reading.save()
    lecture.save()
    instructor.homepage = scheme
    instructor.save()
    assert f'href="{scheme}' not in body(client)


def test_the_public_may_get_a_page_ten_seconds_old(client, kept, lecture):
    before = body(client)
    lecture.topic = "Moved On"
    lecture.save()
    assert body(client) == before
    later = body(client, make.BEFORE_CLASS + make.timedelta(seconds=11))
    assert "Moved On" in later


def test_who_is_signed_in_gets_the_page_as_it_is(client, client_of, kept, lecture, presenter):
    body(client)
    lecture.topic = "Moved On"
    lecture.save()
    assert "Moved On" in body(client_of(presenter))


def test_a_message_to_one_visitor_is_not_kept_for_the_next(client_of, kept, lecture, presenter):
    leaving = client_of(presenter)
    leaving.post("/accounts/logout/")
    assert "signed out" in body(leaving)
    assert "signed out" not in body(Client())


def test_a_course_made_private_is_gone_at_once(client, kept, seminar, lecture):
    body(client)
    seminar.is_public = False
    seminar.save()
    assert client.get("/c/seminar/").status_code == 404


@pytest.mark.parametrize("weekdays", ["²", "2,²", "x", "9", ",", "77"])
def test_weekdays_that_are_none_do_not_break_the_page(client, seminar, weekdays):
    seminar.weekdays = weekdays
    seminar.save()
    assert client.get("/c/seminar/").status_code == 200


def test_a_changed_schedule_is_seen_at_once_by_who_gets_kept_pages(kept, client, lecture):
    assert "Paging Attention" in body(client)
    lecture.title = lecture.topic = "Swapping Attention"
    lecture.save()
    assert "Swapping Attention" not in body(client)  # nobody said that the plan has changed
    move_meeting(meeting=lecture, on=lecture.on)
    assert "Swapping Attention" in body(client)
