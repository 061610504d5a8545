"""Prepared queries find what the queries that they are made of find."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import F, Q

from courses.models import Enrolment
from courses.prepared import Prepared
from submissions.models import Version
from tests import factories as make


def entries_of(*course):
    return Enrolment.objects.filter(course__in=course).select_related("course").order_by("pk")


def test_rows_are_instances_with_what_is_related(seminar, presenter, ta, django_assert_num_queries):
    make.EnrolmentFactory()
    prepared = Prepared(entries_of)
    with django_assert_num_queries(1):
        found = prepared(seminar.pk)
        courses = {one.course.title for one in found}
    assert found == list(entries_of(seminar.pk))
    assert {presenter, ta} <= set(found)
    assert courses == {seminar.title}
    assert [one.created_at for one in found] == [one.created_at for one in entries_of(seminar.pk)]


def test_it_asks_anew_each_time(seminar, presenter):
    prepared = Prepared(entries_of)
    before = prepared(seminar.pk)
    added = make.EnrolmentFactory(course=seminar)
    presenter.name = "Renamed"
    presenter.save()
    assert prepared(seminar.pk) == [*before, added]
    assert next(one for one in prepared(seminar.pk) if one == presenter).name == "Renamed"


def test_values_are_converted_as_ever(lecture, presenter, reading):
    version = make.QuestionFactory(author=presenter, reading=reading)
    columns = ("receipt", "receipt__at", "piece__reading")
    prepared = Prepared(
        lambda person: Version.objects.filter(piece__enrolment=person).values_list(*columns)
    )
    assert prepared(presenter.pk) == [(version.receipt_id, version.receipt.at, reading.pk)]


def test_texts_numbers_of_values_and_none_are_each_a_query_of_their_own(seminar, other_course):
    first = make.EnrolmentFactory(course=seminar, netid="abc1", person=None)
    second = make.EnrolmentFactory(course=other_course, netid="abc1", person=make.PersonFactory())
    prepared = Prepared(
        lambda netid, person, *courses: Enrolment.objects.filter(
            Q(course__in=courses), netid=netid, person=person
        ).order_by("pk")
    )
    assert prepared("abc1", None, seminar.pk, other_course.pk) == [first]
    assert prepared("abc1", second.person_id, seminar.pk, other_course.pk) == [second]
    assert prepared("abc1", second.person_id, seminar.pk) == []
    assert prepared("ABC1'; --", None, seminar.pk) == []
    assert prepared("abc1", None) == []


def test_the_first_or_none(seminar, presenter):
    prepared = Prepared(entries_of)
    assert prepared.first(seminar.pk) == entries_of(seminar.pk)[0]
    assert prepared.first(0) is None


def test_a_value_that_cannot_be_found_again_is_refused(presenter):
    hidden = Prepared(lambda pk: Enrolment.objects.filter(pk=pk + 1))
    with pytest.raises(TypeError, match="once, as it is given"):
        hidden(presenter.pk)
    with pytest.raises(TypeError, match="not timedelta"):
        Prepared(entries_of)(timedelta(1))
    twice = Prepared(lambda pk: Enrolment.objects.filter(Q(pk=pk) | Q(course=pk)))
    with pytest.raises(TypeError, match="once, as it is given"):
        twice(presenter.pk)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection(seminar):
    prepared = Prepared(lambda pk: type(seminar).objects.filter(pk=pk).annotate(n=F("pk")))
    prepared(seminar.pk)
    found = []

    def ask():
        try:
            found.append(prepared(seminar.pk))
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [[seminar]]
