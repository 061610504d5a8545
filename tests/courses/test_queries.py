"""Names to show for entries of a roster, read without the entries."""

from __future__ import annotations

import pytest

from courses.models import Enrolment
from courses.queries import enrolment_at, labels_in, labels_of
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(seminar):
    """One for each kind of label: a name, a NetID alone, an account's name, its address, none."""
    named = make.PersonFactory(name="Grace Notes")
    nameless = make.PersonFactory(name="", email="nameless@mail.example")
    return [
        make.EnrolmentFactory(course=seminar, **said)
        for said in (
            {"name": "Ada Quill", "netid": "ada1"},
            {"name": "", "netid": "bob2"},
            {"name": "", "netid": "", "person": named},
            {"name": "", "netid": "", "person": nameless},
            {"name": "", "netid": "", "person": None, "role": "ta"},
        )
    ]


def test_labels_are_those_of_the_entries(seminar, entries, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = labels_of(one.pk for one in entries)
    assert found == {one.pk: one.label for one in entries}
    assert [found[one.pk] for one in entries] == [
        "Ada Quill", "bob2", "Grace Notes", "nameless@mail.example", "unnamed",
    ]  # fmt: skip


def test_labels_in_a_course_are_of_all_who_are_or_were_in_it(seminar, entries, other_course):
    make.EnrolmentFactory(course=other_course)
    dropped = make.EnrolmentFactory(course=seminar, dropped_at=make.TERM_BEGINS)
    found = labels_in(seminar)
    assert found.keys() == set(seminar.enrolments.values_list("pk", flat=True))
    assert found[dropped.pk] == dropped.label
    assert all(found[one.pk] == one.label for one in Enrolment.objects.filter(course=seminar))


def test_an_entry_by_the_courses_address(
    seminar, other_course, presenter, django_assert_num_queries
):
    make.EnrolmentFactory(course=other_course, person=presenter.person)
    with django_assert_num_queries(1):
        found = enrolment_at(presenter.person, seminar.slug, make.BEFORE_CLASS)
        assert found == presenter
        assert found.course.title == seminar.title
    presenter.dropped_at = make.BEFORE_CLASS
    presenter.save()
    before = make.BEFORE_CLASS - make.timedelta(microseconds=1)
    assert enrolment_at(presenter.person, seminar.slug, before) == presenter
    assert enrolment_at(presenter.person, seminar.slug, make.BEFORE_CLASS) is None
