"""No constraint of a model ends in an error page: each is said at a field.

Written over whatever is registered, so that a new model admin is held to it too.
"""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db.models import Q, UniqueConstraint
from django.urls import reverse

from courses.change_admin import REFUSED
from courses.checked_forms import DO_NOT_GO_TOGETHER, CheckedForm, constraints_of, fields_of
from courses.models import Enrolment, Person
from courses.scoped_admin import CourseScopedAdmin
from groups.models import StudentGroup
from schedule.errors import TimesDoNotFit
from schedule.models import Meeting
from tests import factories as make
from tests.courses.test_admin_scope import row_in
from tests.courses.test_change_forms import MODELS, row_of
from tests.pages import OpenForm, url_of

pytestmark = pytest.mark.django_db
UNIQUE = [
    (model, one)
    for model in MODELS
    for one in constraints_of(model)
    if isinstance(one, UniqueConstraint)
]


def name_of(pair):
    return f"{pair[0]._meta.label}-{pair[1].name}"


def changeable(page, constraint, model):
    return [name for name in fields_of(constraint, model) if name in page.form.fields]


@pytest.fixture
def taken(client_of, operator, seminar):
    """`taken(model, constraint)`: a row's page into which its neighbour's values were written."""

    def page(model, constraint):
        scoped = isinstance(admin.site._registry[model], CourseScopedAdmin)
        rows = [row_in(seminar, model) if scoped else row_of(model, n) for n in range(2)]
        opened, form = (OpenForm(client_of(operator), url_of(row)) for row in rows)
        names = changeable(opened, constraint, model)
        condition = constraint.condition or Q()
        for name in [*names, *(name for name, *_ in model._get_expr_references(condition))]:
            value = "".join(form.data.get(name, []))
            opened.type(**{name: value.upper() if constraint.expressions else value or None})
        return (rows[0], opened) if names else (rows[0], None)

    return page


def test_there_are_constraints_to_find():
    assert {
        "groups.StudentGroup-group_number_in_course",
        "grading.GradeComponent-component_name_in_course",
        "courses.Enrolment-enrolment_netid_once_per_course",
        "courses.Enrolment-enrolment_person_once_per_course",
        "courses.Person-email",
        "courses.Person-person_email_unique_ignoring_case",
        "courses.Course-slug",
        "account.EmailAddress-unique_primary_email",
        "auth.Group-name",
    } <= {name_of(pair) for pair in UNIQUE}
    assert fields_of(Enrolment._meta.constraints[0], Enrolment) == ["course", "netid"]


@pytest.mark.parametrize("pair", UNIQUE, ids=name_of)
def test_a_neighbours_values_are_refused_at_a_field(taken, pair):
    model, constraint = pair
    row, page = taken(model, constraint)
    if page is None:  # nothing of it can be changed there
        return
    before = model.objects.filter(pk=row.pk).values().get()
    page.send()
    assert page.status == 200
    assert set(page.errors()) <= set(changeable(page, constraint, model))
    assert page.errors()
    assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("pair", UNIQUE, ids=name_of)
def test_its_own_values_are_not(client_of, operator, seminar, pair):
    model, _ = pair
    scoped = isinstance(admin.site._registry[model], CourseScopedAdmin)
    row = row_in(seminar, model) if scoped else row_of(model, 1)
    assert OpenForm(client_of(operator), url_of(row)).send().is_saved


@pytest.fixture
def groups(seminar):
    return [make.StudentGroupFactory(course=seminar, number=number) for number in (1, 2)]


def test_the_sentence(client_of, instructor, groups, seminar):
    page = OpenForm(client_of(instructor), url_of(groups[0])).send(number=2)
    assert page.errors() == {"number": ["Another student group has this number already."]}
    parts = [make.GradeComponentFactory(course=seminar, name=name) for name in ("Talk", "Text")]
    page = OpenForm(client_of(instructor), url_of(parts[0])).send(name="Text")
    assert page.errors() == {"name": ["Another grade component has this name already."]}


def test_a_new_row_is_checked_too(client_of, instructor, groups, seminar):
    page = OpenForm(client_of(instructor), reverse("admin:groups_studentgroup_add"))
    page.send(course=seminar.pk, number=2)
    assert page.errors() == {
        "number": ["Another student group has this course and number already."]
    }
    assert StudentGroup.objects.count() == 2
    assert page.send(number=3).is_saved


def test_what_differs_only_in_its_course_is_taken(client_of, instructor, groups):
    make.StudentGroupFactory(number=3)
    assert OpenForm(client_of(instructor), url_of(groups[0])).send(number=3).is_saved


def test_an_address_that_differs_in_capitals_is_taken_already(client_of, operator, stranger):
    person = make.PersonFactory()
    page = OpenForm(client_of(operator), url_of(person)).send(email=stranger.email.upper())
    assert page.errors() == {"email": ["Another person has this email address already."]}
    assert not Person.objects.filter(email=stranger.email.upper()).exists()


class KindForm(CheckedForm):
    class Meta:
        model = Meeting
        fields = ("kind",)


def test_a_check_over_fields_that_are_not_in_the_form_is_made(lecture):
    form = KindForm({"kind": "no_class"}, instance=lecture)
    assert form.errors == {"kind": [DO_NOT_GO_TOGETHER]}
    assert KindForm({"kind": "staff_lecture"}, instance=lecture).is_valid()


# What comes between checking and saving.


def blind(monkeypatch, times):
    """The form's check sees nothing so many times, as if the neighbour came a moment later."""
    check, left = CheckedForm._check_constraints, [None] * times

    def now_and_then(form):
        if left:
            left.pop()
        else:
            check(form)

    monkeypatch.setattr(CheckedForm, "_check_constraints", now_and_then)


def test_a_neighbour_who_came_between_is_said_at_the_field(
    client_of, instructor, groups, monkeypatch
):
    page = OpenForm(client_of(instructor), url_of(groups[0]))
    blind(monkeypatch, times=1)
    page.send(number=2, name="Night owls")
    assert page.errors() == {
        "number": ["Another student group has this number already."],
        "__all__": [REFUSED],
    }
    assert page.data["name"] == ["Night owls"], "nothing is lost"
    groups[0].refresh_from_db()
    assert (groups[0].number, groups[0].name) == (1, "")


def test_what_the_database_alone_refuses_is_a_sentence(client_of, instructor, groups, monkeypatch):
    page = OpenForm(client_of(instructor), url_of(groups[0]))
    blind(monkeypatch, times=9)
    page.send(number=2)
    assert (page.status, page.errors()) == (200, {"__all__": [REFUSED]})
    assert "was changed successfully" not in page.html


def test_what_an_action_refuses_is_a_sentence(client_of, instructor, lecture, monkeypatch):
    def refuse(**kwargs):
        raise TimesDoNotFit

    page = OpenForm(client_of(instructor), url_of(lecture))
    monkeypatch.setattr("schedule.admin.meetings.move_meeting", refuse)
    page.send(on="2025-02-21")
    assert (page.status, page.errors()) == (200, {"__all__": [str(TimesDoNotFit())]})
