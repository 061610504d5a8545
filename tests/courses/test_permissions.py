"""Who sees, teaches and leads which courses: each answer compared with the whole cast."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from courses.models import Enrolment
from courses.permissions import (
    can_create_courses,
    courses_led_by,
    courses_taught_by,
    courses_visible_to,
    roles_taught,
)
from courses.queries import enrolment_of, enrolments_of, roster, staff_of
from courses.web import open_course, open_enrolled, open_instructor, open_staff
from tests import factories as make

AT = make.AFTER_CLASS
STUDENTS = {"presenter", "companion", "reviewer", "student_without_group"}
ENROLLED = STUDENTS | {"instructor", "ta"}


@pytest.fixture
def people(cast, unclaimed_student):
    """Everybody by name as who they sign in as, and a visitor. An unclaimed entry is there, too:
    it is nobody's, and so not a visitor's."""
    return {
        name: who.person if isinstance(who, Enrolment) else who for name, who in cast.items()
    } | {"visitor": AnonymousUser()}


@pytest.fixture
def names(people, seminar):
    """`names(query, at)`: those for whom the query has the seminar."""

    def of(query, at=AT):
        return {name for name, who in people.items() if query(who, at).contains(seminar)}

    return of


def test_a_public_course_is_seen_by_all_and_another_by_who_is_in_it(names, people, seminar):
    assert names(courses_visible_to) == set(people)
    seminar.is_public = False
    seminar.save()
    assert names(courses_visible_to) == ENROLLED


def test_a_course_is_taught_by_its_staff_and_led_by_its_instructors(names):
    assert names(courses_taught_by) == {"instructor", "ta", "operator"}
    assert names(courses_led_by) == {"instructor", "operator"}


def test_an_operator_teaches_and_leads_every_course(operator, seminar, other_course):
    for query in (courses_taught_by, courses_led_by):
        assert set(query(operator, AT)) == {seminar, other_course}
    assert roles_taught(operator, AT) == {
        seminar.pk: "instructor",
        other_course.pk: "instructor",
    }


def test_roles_are_told_of_the_courses_that_one_teaches(people, seminar, other_course, ta):
    make.EnrolmentFactory(course=other_course, person=ta.person, role="student")
    assert {name: roles_taught(who, AT) for name, who in people.items() if name != "operator"} == {
        name: {} for name in people if name != "operator"
    } | {
        "ta": {seminar.pk: "ta"},
        "instructor": {seminar.pk: "instructor"},
        "other_instructor": {other_course.pk: "instructor"},
    }


def test_courses_are_made_by_instructors_and_operators(people):
    assert {name for name, who in people.items() if can_create_courses(who, AT)} == {
        "instructor",
        "other_instructor",
        "operator",
    }


@pytest.mark.parametrize("query", [courses_taught_by, courses_led_by])
def test_who_has_dropped_teaches_no_more_from_that_instant_on(names, instructor, query):
    instructor.dropped_at = AT
    instructor.save()
    assert "instructor" in names(query, AT - make.MICROSECOND)
    assert "instructor" not in names(query, AT)


# Entries.


def test_ones_entries_are_those_that_one_has_claimed_and_not_dropped(people, cast):
    found = {name: list(enrolments_of(who, AT)) for name, who in people.items()}
    assert found == {
        name: [cast[name]] if name in ENROLLED | {"outsider", "other_instructor"} else []
        for name in people
    }


def test_ones_entry_in_a_course_is_the_active_one_there(people, cast, seminar, other_course):
    make.EnrolmentFactory(course=other_course, person=people["presenter"])
    assert {name: enrolment_of(who, seminar, AT) for name, who in people.items()} == {
        name: cast[name] if name in ENROLLED else None for name in people
    }


def test_the_roster_has_the_students_by_name_and_the_staff_its_teachers_first(
    cast, seminar, unclaimed_student
):
    assert [one.name for one in roster(seminar, AT)] == [
        "Comyn Vale", "Noone Yett", "Presa Holt", "Revka Moss", "Solen Quay",
    ]  # fmt: skip
    assert list(staff_of(seminar, AT)) == [cast["instructor"], cast["ta"]]
    cast["ta"].dropped_at = AT
    cast["ta"].save()
    assert list(staff_of(seminar, AT)) == [cast["instructor"]]


# Opening a course for a view.


@pytest.mark.parametrize(
    ("door", "enters"),
    [
        (open_enrolled, ENROLLED),
        (open_staff, {"instructor", "ta"}),
        (open_instructor, {"instructor"}),
    ],
)
def test_each_door_opens_to_its_own(people, cast, seminar, door, enters):
    entered = {}
    for name, who in people.items():
        try:
            access, enrolment = door(SimpleNamespace(user=who, at=AT), "seminar")
        except Http404:
            continue
        assert (access.course, access.enrolment) == (seminar, enrolment)
        entered[name] = (enrolment, access.is_staff, access.is_instructor)
    assert entered == {
        name: (cast[name], name in ("instructor", "ta"), name == "instructor") for name in enters
    }


def test_a_public_course_opens_to_all_and_tells_who_is_who(people, cast, seminar):
    seen = {
        name: open_course(SimpleNamespace(user=who, at=AT), "seminar")
        for name, who in people.items()
    }
    assert {name: one.enrolment for name, one in seen.items()} == {
        name: cast[name] if name in ENROLLED else None for name in people
    }
    assert {name for name, one in seen.items() if one.is_staff} == {"instructor", "ta"}
    assert {name for name, one in seen.items() if one.is_instructor} == {"instructor"}


@pytest.mark.parametrize("door", [open_course, open_enrolled])
def test_another_courses_name_opens_that_course_alone(instructor, other_course, door):
    with pytest.raises(Http404):
        door(SimpleNamespace(user=instructor.person, at=AT), "no-such-course")
    other_course.is_public = False
    other_course.save()
    with pytest.raises(Http404):
        door(SimpleNamespace(user=instructor.person, at=AT), "other")
