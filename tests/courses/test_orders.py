"""What must not run backwards, at every door: the form says it at the field, nothing changes."""

from __future__ import annotations

from datetime import date, time

import pytest

from courses.models import Course, OfficeHours
from courses.orders import CLASS_TIMES, DAYS, TERM, broken, years_apart
from tests import factories as make
from tests.schedule.test_admin import form_of, url_of


class TestBroken:
    @pytest.mark.parametrize(
        ("order", "first", "last", "fields"),
        [
            (CLASS_TIMES, time(9), time(9, 1), []),
            (CLASS_TIMES, time(9), time(9), ["class_ends"]),
            (CLASS_TIMES, time(9), time(8, 59), ["class_ends"]),
            (CLASS_TIMES, time(9), None, ["class_ends"]),
            (CLASS_TIMES, None, time(9), ["class_starts"]),
            (CLASS_TIMES, time(0), time(0, 1), []),
            (CLASS_TIMES, None, None, []),
            (TERM, date(2025, 1, 1), date(2025, 1, 1), []),
            (TERM, date(2025, 1, 2), date(2025, 1, 1), ["ends_on"]),
            (TERM, date(2025, 1, 2), None, ["ends_on"]),
            (DAYS, date(2025, 1, 2), None, []),
            (DAYS, date(2025, 1, 2), date(2025, 1, 1), ["until"]),
        ],
    )
    def test_names_the_field(self, order, first, last, fields):
        assert list(broken({order.first: first, order.last: last}, order)) == fields

    def test_what_is_not_given_at_all_is_none(self):
        assert broken({}, CLASS_TIMES, TERM, DAYS) == {}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((None, date(2000, 1, 1), date(2099, 12, 31)), ""),
        ((date(1999, 12, 31),), "1999 is not the year of a course."),
        ((date(2025, 1, 1), date(2100, 1, 1)), "2100 is not the year of a course."),
    ],
)
def test_years_are_of_this_century(days, said):
    assert years_apart(*days) == said


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"class_ends": "12:30"}, "class_ends"),
        ({"class_ends": "12:29"}, "class_ends"),
        ({"class_starts": "13:45"}, "class_ends"),
        ({"class_starts": ""}, "class_starts"),
        ({"class_ends": ""}, "class_ends"),
        ({"ends_on": "2025-01-21"}, "ends_on"),
        ({"starts_on": "2025-05-16"}, "ends_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": "0205-01-22"}, "starts_on"),
        ({"ends_on": "2205-05-15"}, "ends_on"),
        ({"group_size_min": "6"}, "group_size_max"),
        ({"group_size_max": "3"}, "group_size_max"),
        ({"group_size_min": "0", "group_size_max": "0"}, "group_size_min"),
    ],
)
def test_a_course_says_what_cannot_be(client_of, instructor, seminar, typed, field):
    client, before = client_of(instructor), Course.objects.values().get()
    response = client.post(url_of(seminar), form_of(client, url_of(seminar)) | typed)
    assert list(response.context["adminform"].form.errors) == [field]
    assert Course.objects.values().get() == before


@pytest.mark.parametrize(
    "typed",
    [
        {"ends_on": "2025-01-22"},
        {"group_size_max": "4"},
        {"starts_on": "", "ends_on": ""},
        {"class_starts": "", "class_ends": ""},
    ],
)
def test_what_may_be_equal_or_left_out_is_saved(client_of, instructor, seminar, typed):
    client = client_of(instructor)
    response = client.post(url_of(seminar), form_of(client, url_of(seminar)) | typed)
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ends": "15:00"}, "ends"),
        ({"ends": "14:00"}, "ends"),
        ({"ends": ""}, "ends"),
        ({"starts": ""}, "starts"),
        ({"weekday": "7"}, "weekday"),
        ({"weekday": "-1"}, "weekday"),
    ],
)
def test_office_hours_say_what_cannot_be(client_of, instructor, seminar, typed, field):
    slot = make.OfficeHoursFactory(course=seminar)
    slot.staff.add(instructor)
    client, before = client_of(instructor), OfficeHours.objects.values().get()
    data = form_of(client, url_of(slot)) | {"staff": [instructor.pk]} | typed
    response = client.post(url_of(slot), data)
    assert list(response.context["adminform"].form.errors) == [field]
    assert OfficeHours.objects.values().get() == before


def test_office_hours_may_be_words_alone(client_of, instructor, seminar):
    slot = make.OfficeHoursFactory(course=seminar)
    client = client_of(instructor)
    data = form_of(client, url_of(slot)) | {
        "staff": [instructor.pk], "weekday": "", "starts": "", "ends": "", "text": "By mail",
    }  # fmt: skip
    assert client.post(url_of(slot), data).status_code == 302
    slot.refresh_from_db()
    assert (slot.weekday, slot.starts, slot.ends, slot.text) == (None, None, None, "By mail")
