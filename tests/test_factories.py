"""The cast and the factories themselves."""

from __future__ import annotations

import pytest
from django.apps import apps
from factory.django import DjangoModelFactory

from tests import factories

OURS = {"courses", "groups", "schedule", "submissions", "grading", "coursepage"}
MAY_BE_EMPTY = {"warnings", "imported_by", "invited_by"}  # in forms, not in the database
FACTORIES = [
    thing
    for thing in vars(factories).values()
    if isinstance(thing, type)
    and issubclass(thing, DjangoModelFactory)
    and thing is not DjangoModelFactory
]


def test_every_model_has_a_factory():
    models = {model for model in apps.get_models() if model._meta.app_label in OURS}
    assert {made._meta.model for made in FACTORIES} == models


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda made: made._meta.model.__name__)
def test_a_factory_makes_a_row_that_its_model_accepts(factory):
    row = factory()
    row.full_clean(exclude=MAY_BE_EMPTY)
    # The rules that every course has.
    beside = {"Role": 3, "Work": 3, "Prompt": 6, "FileSlot": 2}
    assert type(row).objects.count() == 1 + beside.get(type(row).__name__, 0)


def test_the_cast_is_in_the_course_as_named(cast, seminar, other_course):
    in_seminar = {name for name, who in cast.items() if getattr(who, "course", None) == seminar}
    assert in_seminar == {
        "instructor",
        "ta",
        "presenter",
        "companion",
        "reviewer",
        "student_without_group",
        "dropped_student",
    }
    in_other = {name for name, who in cast.items() if getattr(who, "course", None) == other_course}
    assert in_other == {"outsider", "other_instructor"}


def test_signing_in_gives_a_browser_of_that_person(client_of, presenter, stranger):
    assert client_of(presenter).session["_auth_user_id"] == str(presenter.person.pk)
    assert client_of(stranger).session["_auth_user_id"] == str(stranger.pk)
