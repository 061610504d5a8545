"""Sessions and accounts are found as Django finds them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from courses.models import Person
from courses.sessions import SessionStore
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = make.BEFORE_CLASS


@pytest.fixture
def key():
    """The key of a session of Django's that lasts an hour from `AT` on."""
    with time_machine.travel(AT, tick=False):
        store = db.SessionStore()
        store["said"] = "before"
        store.set_expiry(3600)
        store.save()
    return store.session_key


@pytest.mark.parametrize("engine", [SessionStore, db.SessionStore])
@pytest.mark.parametrize(
    ("later", "said"),
    [(timedelta(0), "before"), (timedelta(hours=1) - make.MICROSECOND, "before"),
     (timedelta(hours=1), None)],
)  # fmt: skip
def test_a_session_is_there_until_it_is_over(key, engine, later, said):
    with time_machine.travel(AT + later, tick=False):
        store = engine(key)
        assert store.get("said") == said
        assert store.session_key == (key if said else None)


@pytest.mark.parametrize("other", [None, "", "short", "x" * 32, "x" * 400])
def test_a_key_that_is_none_opens_no_session(key, other):
    with time_machine.travel(AT, tick=False):
        assert SessionStore(other).get("said") is None


def test_what_is_saved_is_read_by_both(key):
    with time_machine.travel(AT, tick=False):
        store = SessionStore(key)
        store["said"] = "after"
        store.save()
        assert db.SessionStore(key)["said"] == SessionStore(key)["said"] == "after"
        store.flush()
        assert not Session.objects.exists()


def test_a_person_is_found_by_id_alone_or_not_at_all(presenter, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = Person.objects.get(pk=presenter.person_id)
    assert (found, found.email) == (presenter.person, presenter.person.email)
    assert Person.objects.get(pk=presenter.person_id, email=found.email) == found
    Person.objects.filter(pk=found.pk).update(name="Renamed")
    assert Person.objects.get(pk=found.pk).name == "Renamed"
    with pytest.raises(Person.DoesNotExist):
        Person.objects.get(pk=0)


def test_a_manager_of_some_persons_finds_these_alone(presenter, companion):
    group = Group.objects.create(name="Some")
    group.user_set.add(presenter.person)
    assert group.user_set.get(pk=presenter.person_id) == presenter.person
    with pytest.raises(Person.DoesNotExist):
        group.user_set.get(pk=companion.person_id)
