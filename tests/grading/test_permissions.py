"""Whom and what a grader reaches: each answer is compared with the whole set of what there is."""

from __future__ import annotations

import pytest

from grading.models import GradeChange, GradeComponent
from grading.permissions import (
    changes_visible_to,
    components_gradable_by,
    components_led_by,
    students_gradable_by,
)
from tests import factories as make
from tests.factories import AFTER_CLASS, MICROSECOND

EVERYBODY = (
    "instructor", "ta", "presenter", "dropped_student", "outsider", "other_instructor",
)  # fmt: skip
STUDENTS = {
    "presenter", "companion", "reviewer", "student_without_group", "dropped_student",
}  # fmt: skip


@pytest.fixture
def foreign(other_course, outsider):
    """A component of the other course."""
    return make.GradeComponentFactory(course=other_course)


@pytest.mark.parametrize("who", EVERYBODY)
def test_staff_grade_the_students_of_their_course_dropped_ones_too(cast, who, unclaimed_student):
    found = {
        name
        for name, one in cast.items()
        if students_gradable_by(cast[who], AFTER_CLASS).filter(pk=one.pk).exists()
        and hasattr(one, "netid")
    }
    right = {"instructor": STUDENTS, "ta": STUDENTS, "other_instructor": {"outsider"}}
    assert found == right.get(who, set())


@pytest.mark.parametrize("who", EVERYBODY)
def test_staff_grade_in_the_components_of_their_course(cast, who, report, foreign):
    own = set(GradeComponent.objects.exclude(pk=foreign.pk))
    right = {"instructor": own, "ta": own, "other_instructor": {foreign}}
    assert set(components_gradable_by(cast[who], AFTER_CLASS)) == right.get(who, set())


@pytest.mark.parametrize("who", EVERYBODY)
def test_instructors_release_the_components_of_their_course(cast, who, report, foreign):
    own = set(GradeComponent.objects.exclude(pk=foreign.pk))
    right = {"instructor": own, "other_instructor": {foreign}}
    assert set(components_led_by(cast[who], AFTER_CLASS)) == right.get(who, set())


def test_who_has_dropped_teaches_no_more_from_that_instant_on(instructor, companion, report):
    instructor.dropped_at = AFTER_CLASS
    for reach in (students_gradable_by, components_gradable_by, components_led_by):
        assert reach(instructor, AFTER_CLASS - MICROSECOND).exists()
        assert not reach(instructor, AFTER_CLASS).exists()


@pytest.fixture
def entries(seminar, companion, presenter, companion_group, lecture, reading, components):
    """Entries on all kinds of things by what they are on, for the companion and for another."""
    found: dict[str, GradeChange] = {}
    for who, name in ((companion, "own"), (presenter, "another's")):
        by = {"receipt__handed_in_by": who}
        group = {"meeting": lecture, "group": companion_group, "version": len(found) + 1}
        question = make.QuestionFactory(reading=reading, author=who)
        things = {
            "question": question,
            "slides": make.SlidesFactory(**group, **by),
            "summary": make.SummaryFactory(**group, **by),
        }
        kinds = {"question": "participation", "slides": "presentation", "summary": "summary"}
        for thing, version in things.items():
            found[f"{name} {thing}"] = make.GradeChangeFactory(
                component=components[kinds[thing]], enrolment=None, version=version
            )
        found[f"{name} part in a summary"] = make.GradeChangeFactory(
            component=components["summary"], enrolment=who, version=things["summary"]
        )
        found[f"{name} report"] = make.GradeChangeFactory(
            component=components["direct"], enrolment=who
        )
        found[f"{name} excuse"] = make.excuse(components["participation"], who, reading)
    return found


def test_the_history_of_a_student_is_all_that_reaches_them_and_nothing_else(
    instructor, ta, companion, entries
):
    for grader in (instructor, ta):
        seen = set(changes_visible_to(grader, companion, AFTER_CLASS))
        assert {name for name, one in entries.items() if one in seen} == {
            name for name in entries if name.startswith("own")
        }


def test_the_history_comes_newest_first(instructor, companion, report):
    later, first, second = (
        make.GradeChangeFactory(component=report, enrolment=companion, score=score, at=at)
        for score, at in ((3, AFTER_CLASS + MICROSECOND), (1, AFTER_CLASS), (2, AFTER_CLASS))
    )
    assert list(changes_visible_to(instructor, companion, AFTER_CLASS)) == [later, second, first]


def test_a_member_does_not_see_what_another_got_alone(
    instructor, companion, reviewer, companion_group, lecture, components
):
    shared = {
        "meeting": lecture,
        "group": companion_group,
        "receipt__members": [companion, reviewer],
        "receipt__handed_in_by": companion,
    }
    for kind, factory in (("presentation", make.SlidesFactory), ("summary", make.SummaryFactory)):
        version = factory(**shared)
        group, own, _ = (
            make.GradeChangeFactory(component=components[kind], enrolment=who, version=version)
            for who in (None, companion, reviewer)
        )
        seen = changes_visible_to(instructor, companion, AFTER_CLASS).filter(version=version)
        assert set(seen) == {group, own}


def test_a_foreign_grader_sees_no_history(
    other_instructor, outsider, presenter, companion, entries
):
    assert students_gradable_by(other_instructor, AFTER_CLASS).get() == outsider
    for who in (other_instructor, presenter):
        assert not changes_visible_to(who, companion, AFTER_CLASS).exists()
