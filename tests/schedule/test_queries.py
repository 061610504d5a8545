"""The rows of a course's schedule."""

from __future__ import annotations

from datetime import date

from schedule.queries import meetings_of
from tests import factories as make


def test_meetings_are_those_of_one_course_by_date_and_place(seminar, other_course):
    later, second, first = (
        make.MeetingFactory(course=seminar, on=date(2025, 2, day), position=position)
        for day, position in ((21, 0), (19, 2), (19, 1))
    )
    make.MeetingFactory(course=other_course, on=date(2025, 2, 20))
    assert list(meetings_of(seminar)) == [first, second, later]


def test_meetings_come_with_readings_and_roles_in_a_fixed_number_of_queries(
    lecture, seminar, django_assert_num_queries
):
    make.MeetingFactory(course=seminar, on=date(2025, 2, 26))
    with django_assert_num_queries(3):
        first, _ = meetings_of(seminar)
        titles = [one.title for one in first.readings.all()]
        groups = sorted(one.group.number for one in first.assignments.all())
    assert titles == ["Pages of Attention", "Swapping Revisited", "A Survey of Caches"]
    assert groups == [1, 2, 3]
