"""The admin shows the staff of one course that course, and nobody else anything.

Written over whatever is registered, so that a new model admin is held to it too.
"""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from courses.course_paths import course_id_of, course_path
from courses.models import Course, Enrolment, Person
from courses.scoped_admin import CourseScopedAdmin, _Scoped
from schedule.models import Meeting, Section
from submissions.models import Receipt
from tests.factories import EnrolmentFactory
from tests.test_factories import FACTORIES
from tests.works import Question, QuestionVersion

pytestmark = pytest.mark.django_db

REGISTERED = admin.site._registry
SCOPED = [model for model, shown in REGISTERED.items() if isinstance(shown, CourseScopedAdmin)]
OTHERS = [model for model in REGISTERED if model not in SCOPED]
FACTORY = {factory._meta.model: factory for factory in FACTORIES}
WAYS = {
    Question: "reading__meeting__course",
    QuestionVersion: "question__reading__meeting__course",
    Receipt: "meeting__course",
}


def by_name(model):
    return model._meta.label


def row_in(course, model):
    """A row of the model that belongs to the course."""
    if model is Course:
        return course
    way = WAYS.get(model) or course_path(model)
    row = FACTORY[model](**{way: course})
    assert course_id_of(row) == course.pk
    return row


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def scoped_inlines():
    return [inline for model in SCOPED for inline in REGISTERED[model].inlines]


# Who comes in.


def test_the_signed_out_sign_in_at_the_ordinary_page_and_come_back(client):
    first = client.get("/admin/")
    second = client.get(first.url)
    assert second.url == "/accounts/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("instructor", 200),
        ("ta", 200),
        ("other_instructor", 200),
        ("operator", 200),
        ("presenter", 404),
        ("student_without_group", 404),
        ("dropped_student", 404),
        ("outsider", 404),
        ("stranger", 404),
    ],
)
def test_who_comes_in(request, client_of, seminar, who, status):
    browser = client_of(request.getfixturevalue(who))
    assert browser.get("/admin/").status_code == status
    assert browser.get("/admin/courses/enrolment/").status_code == status


def test_staff_who_dropped_stay_out(client_of, ta):
    ta.dropped_at = ta.created_at
    ta.save()
    assert client_of(ta).get("/admin/").status_code == 404


def test_a_ta_finds_the_courses_models_and_not_the_accounts(client_of, ta):
    html = client_of(ta).get("/admin/").content.decode()
    assert page(Enrolment, "changelist") in html
    for model in OTHERS:
        assert page(model, "changelist") not in html


@pytest.mark.parametrize("model", OTHERS, ids=by_name)
@pytest.mark.parametrize("who", ["ta", "instructor"])
def test_what_belongs_to_no_course_is_for_operators(request, client_of, operator, model, who):
    browser = client_of(request.getfixturevalue(who))
    for name in ("changelist", "add"):
        assert browser.get(page(model, name)).status_code == 404
        assert browser.post(page(model, name), {}).status_code == 404
    assert client_of(operator).get(page(model, "changelist")).status_code == 200


def test_a_person_is_not_found_by_staff(client_of, instructor, stranger):
    where = page(Person, "change", stranger.pk)
    browser = client_of(instructor)
    assert browser.get(where).status_code == 404
    assert browser.post(where, {"email": stranger.email, "is_superuser": "on"}).status_code == 404
    stranger.refresh_from_db()
    assert not stranger.is_superuser


# What they see there.


@pytest.mark.parametrize("model", SCOPED, ids=by_name)
@pytest.mark.parametrize("who", ["ta", "instructor"])
def test_own_rows_are_listed_and_others_not(request, client_of, seminar, other_course, model, who):
    own, foreign = row_in(seminar, model), row_in(other_course, model)
    browser = client_of(request.getfixturevalue(who))
    html = browser.get(page(model, "changelist"), follow=True).content.decode()
    listed = set(re.findall(rf'href="{page(model, "changelist")}([^/"]+)/change/', html))
    shown = REGISTERED[model].get_list_display_links(None, REGISTERED[model].list_display)
    assert (str(own.pk) in listed) == bool(shown)
    assert str(foreign.pk) not in listed
    assert browser.get(page(model, "change", own.pk)).status_code == 200


@pytest.mark.parametrize("model", SCOPED, ids=by_name)
@pytest.mark.parametrize("name", ["change", "history", "delete"])
def test_another_courses_row_is_not_found(client_of, instructor, other_course, model, name):
    foreign = row_in(other_course, model)
    browser = client_of(instructor)
    where = page(model, name, foreign.pk)
    assert browser.get(where).status_code == 404
    assert browser.post(where, {"post": "yes"}).status_code == 404
    assert model.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("model", SCOPED, ids=by_name)
def test_no_page_names_another_course(client_of, instructor, other_course, model):
    other_course.title = "Zq Secret Seminar"
    other_course.code = ""
    other_course.save()
    EnrolmentFactory(course=other_course, name="Zq Secret Student")
    row_in(other_course, model)
    own = row_in(instructor.course, model)
    browser = client_of(instructor)
    pages = [page(model, "changelist"), page(model, "change", own.pk), page(model, "add")]
    for where in pages:
        assert "Zq Secret" not in browser.get(where, follow=True).content.decode()


@pytest.mark.parametrize("model", SCOPED, ids=by_name)
def test_no_field_shows_rows_by_their_bare_number(model):
    assert not REGISTERED[model].raw_id_fields


def test_every_inline_is_scoped():
    assert [inline for inline in scoped_inlines() if not issubclass(inline, _Scoped)] == []


@pytest.mark.parametrize("model", SCOPED, ids=by_name)
def test_pages_carry_no_inline_style_or_script(client_of, instructor, model):
    own = row_in(instructor.course, model)
    for where in (page(model, "changelist"), page(model, "change", own.pk)):
        response = client_of(instructor).get(where, follow=True)
        html = response.content.decode()
        assert " style=" not in html
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html) == []
        assert "default-src 'self'" in response["Content-Security-Policy"]


def test_the_password_cannot_be_guessed_through_a_filter(client_of, instructor, presenter):
    response = client_of(instructor).get(
        page(Enrolment, "changelist"), {"person__password__startswith": "md5"}
    )
    assert response.status_code == 400


def test_completing_a_name_offers_own_rows_only(client_of, instructor, presenter, outsider):
    response = client_of(instructor).get(
        "/admin/autocomplete/",
        {"app_label": "groups", "model_name": "membership", "field_name": "enrolment"},
    )
    offered = {result["text"] for result in response.json()["results"]}
    assert offered == {instructor.label, presenter.label}


def test_nobody_asks_the_admin_which_rows_exist(client_of, instructor, stranger):
    assert client_of(instructor).get(f"/admin/r/1/{stranger.pk}/").status_code == 404


def test_signing_out_and_passwords_are_the_ordinary_pages(client_of, ta):
    browser = client_of(ta)
    assert browser.get("/admin/password_change/").url == reverse("account_change_password")
    assert browser.post("/admin/logout/").url == reverse("account_logout")


def test_a_list_of_one_course_is_filtered_by_what_that_course_has(
    client_of, instructor, seminar, other_course
):
    EnrolmentFactory(course=other_course, person=instructor.person, role="instructor")
    own, foreign = (row_in(course, Section) for course in (seminar, other_course))
    where = page(Meeting, "changelist")

    def offered(query):
        return re.findall(
            r"section__id__exact=(\d+)", client_of(instructor).get(where + query).content.decode()
        )

    assert {str(own.pk), str(foreign.pk)} <= set(offered(""))
    one = set(offered(f"?course__id__exact={seminar.pk}"))
    assert str(own.pk) in one
    assert str(foreign.pk) not in one
