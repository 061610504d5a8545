"""What migrations do to rows that are stored already."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from courses.models import Enrolment, Person
from tests.factories import EnrolmentFactory, account


@pytest.mark.django_db
def test_names_that_are_stored_in_parts_are_composed(seminar):
    entry = EnrolmentFactory(course=seminar, name="Zoe\u0308")
    other = EnrolmentFactory(course=seminar, name="\u0645\u06cc\u200c\u0646\u0627")
    person = account("zoe@mail.example")
    Person.objects.filter(pk=person.pk).update(name="Zoe\u0308")
    importlib.import_module("courses.migrations.0002_roster_words").compose_names(apps, None)
    names = dict(Enrolment.objects.values_list("pk", "name"))
    assert (names[entry.pk], names[other.pk]) == ("Zo\u00eb", other.name)
    assert Person.objects.get(pk=person.pk).name == "Zo\u00eb"
