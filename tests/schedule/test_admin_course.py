"""Other class times in the admin: seen with all that follows from them, and only then saved."""

from __future__ import annotations

from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine

from courses.errors import PlanChanged
from courses.models import Course
from schedule.actions.meetings import move_meeting
from schedule.admin import course as admin_course
from schedule.models import Meeting, Milestone
from tests import factories as make
from tests.schedule.test_admin import form_of, url_of

AT = make.BEFORE_CLASS - timedelta(days=2)
TYPED = {"timezone": "Europe/Berlin", "title": "Reading Much", "texts-0-title": "What it is"}


@pytest.fixture(autouse=True)
def _before_class():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def rows(seminar, lecture):
    """The lecture, one that was moved by hand, one that is past, and a date."""
    for on, starts in ((date(2025, 2, 21), time(9)), (date(2025, 1, 22), None)):
        meeting = Meeting(course=seminar, kind="staff_lecture", on=on)
        move_meeting(meeting=meeting, on=on, starts=starts)
    make.CourseTextFactory(course=seminar, title="About")
    return make.MilestoneFactory(course=seminar)


def everything() -> list:
    return [list(model.objects.values()) for model in (Course, Meeting, Milestone)]


def post(client, course, typed):
    """Change the course's page to this and save; what was typed before the answer stays in it."""
    return client.post(url_of(course), form_of(client, url_of(course)) | typed)


def box(response) -> str:
    """What the box to confirm sends back."""
    return response.context["adminform"].form.plan.fingerprint


def test_other_times_are_shown_before_they_are_saved(client_of, instructor, seminar, rows):
    client, before = client_of(instructor), everything()
    response = post(client, seminar, TYPED)
    html = response.content.decode()
    for sentence in (
        "1 coming meeting is laid anew at 12:30 PM–1:45 PM in Europe/Berlin: Feb 19.",
        "1 that was moved by hand stays at the same times of day in Europe/Berlin: Feb 21.",
        "1 date is laid anew: Final report (Thu, May 15, 6:00 PM CEST).",
        "1 is past and stays.",
        "Nothing is saved yet.",
    ):
        assert sentence in html
    assert f'name="lay_anew" value="{box(response)}"' in html
    assert everything() == before


def test_what_was_typed_beside_them_still_stands(client_of, instructor, seminar, rows):
    response = post(client_of(instructor), seminar, TYPED)
    form = response.context["adminform"].form
    assert (form["timezone"].value(), form["title"].value()) == ("Europe/Berlin", "Reading Much")
    assert 'value="What it is"' in response.content.decode()


def test_once_confirmed_all_of_it_is_saved(client_of, instructor, seminar, rows, lecture):
    client = client_of(instructor)
    shown = box(post(client, seminar, TYPED))
    assert post(client, seminar, {**TYPED, "lay_anew": shown}).status_code == 302
    seminar.refresh_from_db()
    assert (seminar.timezone, seminar.title, seminar.texts.get().title) == (
        "Europe/Berlin", "Reading Much", "What it is",
    )  # fmt: skip
    lecture.refresh_from_db()
    rows.refresh_from_db()
    assert lecture.starts_at == make.CLASS_STARTS - timedelta(hours=7)
    assert rows.due_at.hour == 16
    moved = Meeting.objects.get(on=date(2025, 2, 21))
    assert moved.starts_at.astimezone(seminar.zone).time() == time(9)
    past = Meeting.objects.get(on=date(2025, 1, 22))
    assert past.starts_at.astimezone(seminar.zone).time() == time(19, 30)


@pytest.mark.parametrize("lie", ["on", "0" * 32])
def test_a_confirmation_of_something_else_is_none(client_of, instructor, seminar, rows, lie):
    client, before = client_of(instructor), everything()
    response = post(client, seminar, {**TYPED, "lay_anew": lie})
    assert "Something has changed since you looked." in response.content.decode()
    assert everything() == before


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"typed": {"timezone": "Asia/Tokyo"}},
        {"typed": {"class_starts": "09:00"}},
        {"on": date(2025, 2, 20)},
        {"at": make.CLASS_STARTS},
    ],
    ids=["another zone", "other times", "a meeting moved", "class began"],
)
def test_a_plan_that_is_another_by_now_is_shown_again(
    client_of, instructor, seminar, rows, lecture, meanwhile
):
    client = client_of(instructor)
    shown = box(post(client, seminar, TYPED))
    if "on" in meanwhile:
        move_meeting(meeting=lecture, on=meanwhile["on"])
    before = everything()
    with time_machine.travel(meanwhile.get("at", AT), tick=False):
        typed = {**TYPED, **meanwhile.get("typed", {}), "lay_anew": shown}
        response = post(client, seminar, typed)
        assert everything() == before
        assert box(response) != shown
        typed["lay_anew"] = box(response)
        assert post(client, seminar, typed).status_code == 302


def test_a_meeting_that_is_moved_in_the_instant_of_saving_is_shown(
    client_of, instructor, seminar, rows, lecture, monkeypatch
):
    client = client_of(instructor)
    shown = box(post(client, seminar, TYPED))
    real, moved = admin_course.change_class_times, []

    def change(**arguments):
        if not moved:
            moved.append(move_meeting(meeting=lecture, on=date(2025, 2, 20)))
        return real(**arguments)

    monkeypatch.setattr(admin_course, "change_class_times", change)
    response = post(client, seminar, {**TYPED, "lay_anew": shown})
    assert (moved, response.status_code) == ([None], 200)
    assert str(PlanChanged()) in unescape(response.content.decode())
    assert Course.objects.get(pk=seminar.pk).timezone == seminar.timezone


@pytest.mark.parametrize(
    "typed", [{"title": "Reading Much"}, {"room": "Room 7"}, {"weekdays": "1"}]
)
def test_other_fields_need_no_confirmation(client_of, instructor, seminar, rows, typed):
    before = everything()[1:]
    assert post(client_of(instructor), seminar, typed).status_code == 302
    assert everything()[1:] == before


def test_where_there_are_no_rows_there_is_nothing_to_confirm(client_of, instructor, seminar):
    assert post(client_of(instructor), seminar, TYPED | {"texts-0-title": ""}).status_code == 302
    assert Course.objects.get().timezone == "Europe/Berlin"


def test_class_times_alone_leave_dates_and_what_was_moved(client_of, instructor, seminar, rows):
    response = post(client_of(instructor), seminar, {"class_starts": "12:00"})
    assert response.context["adminform"].form.to_confirm == [
        "1 coming meeting is laid anew at 12:00 PM–1:45 PM in America/Chicago: Feb 19.",
        "1 that was moved by hand stays: Feb 21.",
        "1 is past and stays.",
    ]


def test_a_class_of_today_that_would_have_begun_is_named(client_of, instructor, seminar, lecture):
    with time_machine.travel(make.BEFORE_CLASS, tick=False):
        response = post(client_of(instructor), seminar, {"class_starts": "10:30"})
    assert response.context["adminform"].form.to_confirm[1:] == [
        "By these times, what was still to come has begun already: Feb 19."
    ]


def test_a_row_that_cannot_be_is_named_at_the_field(client_of, instructor, seminar, lecture):
    move_meeting(meeting=lecture, on=date(2025, 3, 30), starts=time(2, 30), ends=time(3, 15))
    before = everything()
    response = post(client_of(instructor), seminar, {"timezone": "Europe/Berlin"})
    form = response.context["adminform"].form
    assert "Mar 30, 2025" in form.errors["timezone"][0]
    assert (list(form.errors), form.to_confirm, everything()) == (["timezone"], (), before)


def test_many_meetings_are_named_by_the_first_and_the_last(client_of, instructor, seminar):
    for week in range(9):
        on = date(2025, 2, 19) + timedelta(weeks=week)
        move_meeting(meeting=Meeting(course=seminar, kind="staff_lecture", on=on), on=on)
    response = post(client_of(instructor), seminar, {"class_starts": "12:00"})
    assert response.context["adminform"].form.to_confirm == [
        "9 coming meetings are laid anew at 12:00 PM–1:45 PM in America/Chicago: Feb 19 to Apr 16."
    ]


@pytest.mark.parametrize("who", ["ta", "other_instructor", "presenter"])
def test_nobody_else_changes_them(request, client_of, instructor, seminar, rows, who):
    client = client_of(request.getfixturevalue(who))
    data = form_of(client_of(instructor), url_of(seminar)) | TYPED
    before = everything()
    assert client.post(url_of(seminar), data).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("zone", ["Mars/Olympus", "CST", "UTC+6", " ", "../etc/passwd"])
def test_a_zone_that_is_none_is_said_at_its_field(client_of, instructor, seminar, rows, zone):
    before = everything()
    response = post(client_of(instructor), seminar, TYPED | {"timezone": zone})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"timezone"}
    assert everything() == before
