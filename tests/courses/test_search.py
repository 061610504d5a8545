"""Searching: whatever the capitals, however a letter is stored, and nothing is a pattern."""

from __future__ import annotations

import unicodedata

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Enrolment
from tests import factories as make

pytestmark = pytest.mark.django_db
SEARCHED = [model for model, shown in admin.site._registry.items() if shown.search_fields]
LETTERS = "aZåÅéßñøçŠžάΣσςЖжñé한ｗ①%_\\'\" .-"


def found(term):
    return [one.name for one in Enrolment.objects.filter(name__holds=term)]


@pytest.fixture
def names(seminar):
    """`names("a", "b")`: entries of these names."""

    def add(*given):
        for name in given:
            make.EnrolmentFactory(course=seminar, name=name)

    return add


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("åsa", "ÅSA"),
        ("ÅSA", "åsa"),
        ("A\u030asa", "åsa"),
        ("Åsa", "A\u030aSA"),
        ("Jose\u0301", "José"),
        ("Straße", "STRASSE"),
        ("Σωκράτης", "ΣΩΚΡΆΤΗΣ"),
        ("Жанна", "жАННА"),
        ("ﬁnn", "FINN"),
        ("50%", "%"),
        ("a_b", "_"),
        ("a\\b", "\\"),
        ("O'Brien", "o'b"),
    ],
)
def test_finds(names, name, term):
    names(name, "Nobody Else")
    assert found(term) == [name]


@pytest.mark.parametrize("term", ["%", "_", "a%c", "a_c", "\\", "%%", "[a]", "*", "asb"])
def test_nothing_in_a_term_is_a_pattern(names, term):
    names("abc", "Åsa")
    assert found(term) == []


def test_another_letter_is_another_letter(names):
    names("Asa", "Åsa", "Äsa")
    assert found("åsa") == ["Åsa"]


def test_an_entry_without_a_value_is_not_found_and_no_crash(seminar, lecture, section):
    make.MeetingFactory(course=seminar, section=None)
    assert lecture in type(lecture).objects.filter(section__title__holds="FOUND")
    assert type(lecture).objects.filter(section__title__holds="").count() == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(LETTERS, min_size=1, max_size=6))
def test_a_name_is_found_by_each_way_to_write_it(db, name):
    terms = [
        unicodedata.normalize(form, case(name))
        for form in ("NFC", "NFD")
        for case in (str.lower, str.upper, str.casefold)
    ]
    with transaction.atomic():
        make.EnrolmentFactory(name=name)
        assert [found(term) for term in terms] == [[name]] * len(terms)
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", SEARCHED, ids=lambda one: one._meta.label)
def test_every_list_searches_this_way(client_of, operator, seminar, model):
    shown = admin.site._registry[model]
    assert all(name.endswith("__holds") for name in shown.get_search_fields(None))
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for term in ("ÅSA", "%", "\\", '"', "'", "\x00", "a b"):
        assert client_of(operator).get(where, {"q": term}, follow=True).status_code == 200


def test_the_roster_is_searched_in_the_admin(client_of, instructor, names):
    names("A\u030asa Öst", "Presa Holt")
    where = reverse("admin:courses_enrolment_changelist")
    for term in ("ÅSA", "öst åsa", '"åsa öst"', "O\u0308ST"):
        listed = client_of(instructor).get(where, {"q": term}).context["cl"].result_list
        assert [one.name for one in listed] == ["A\u030asa Öst"]


def test_a_group_is_found_by_any_of_its_members_once(client_of, instructor, presenter_group):
    for name in ("Åsa Öst", "Åsa Ek"):
        entry = make.EnrolmentFactory(course=instructor.course, name=name)
        make.in_group(presenter_group, entry)
    where = reverse("admin:groups_studentgroup_changelist")
    listed = client_of(instructor).get(where, {"q": "åsa"}).context["cl"].result_list
    assert list(listed) == [presenter_group]
