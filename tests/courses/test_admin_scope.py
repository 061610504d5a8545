"""The admin shows the staff of one course that course, and nobody else anything.

Written over whatever is registered, so that a new model admin is held to it too.
"""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from courses.models import Course, Enrolment, OfficeHours, Person
from courses.scoped_admin import CourseScopedAdmin, _Scoped, course_id_of, course_path
from submissions.models import Question, QuestionVersion, Receipt
from tests import factories
from tests.factories import EnrolmentFactory, OfficeHoursFactory
from tests.test_factories import FACTORIES

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


# What they change there.


def entry_data(entry, **changes):
    return {
        "course": entry.course_id,
        "role": entry.role,
        "netid": entry.netid,
        "name": entry.name,
        "email": entry.email,
        "homepage": entry.homepage,
        **changes,
    }


def values(entry):
    return Enrolment.objects.filter(pk=entry.pk).values().get()


def test_an_instructor_corrects_an_entry(client_of, instructor, presenter):
    before = values(presenter)
    data = entry_data(presenter, name="Presa Holt-Lind", email="New@Mail.Example")
    response = client_of(instructor).post(page(Enrolment, "change", presenter.pk), data)
    assert response.status_code == 302
    assert values(presenter) == {
        **before,
        "name": "Presa Holt-Lind",
        "email": "new@mail.example",
    }


def test_an_instructor_adds_drops_and_restores(client_of, instructor, seminar):
    browser = client_of(instructor)
    data = {"course": seminar.pk, "role": "ta", "netid": "newta", "name": "New", "email": ""}
    assert browser.post(page(Enrolment, "add"), data).status_code == 302
    entry = seminar.enrolments.get(netid="newta")
    assert entry.role == "ta"
    where = page(Enrolment, "change", entry.pk)
    browser.post(where, entry_data(entry, is_dropped="on"))
    entry.refresh_from_db()
    assert entry.dropped_at is not None
    browser.post(where, entry_data(entry))
    entry.refresh_from_db()
    assert entry.dropped_at is None


def test_posting_every_field_of_the_model_changes_only_the_listed_ones(
    client_of, instructor, presenter, stranger, other_course
):
    before = values(presenter)
    data = entry_data(
        presenter,
        course=other_course.pk,
        person=stranger.pk,
        claimed_at_0="2001-01-01",
        claimed_at_1="00:00",
        created_at_0="2001-01-01",
        created_at_1="00:00",
        dropped_at_0="2001-01-01",
        dropped_at_1="00:00",
        id=1,
        is_superuser="on",
        is_staff="on",
        groups="1",
        user_permissions="1",
    )
    client_of(instructor).post(page(Enrolment, "change", presenter.pk), data)
    assert values(presenter) == before
    presenter.person.refresh_from_db()
    assert not presenter.person.is_superuser


@pytest.mark.parametrize("who", ["ta", "presenter", "other_instructor", "outsider", "stranger"])
def test_nobody_else_changes_an_entry(request, client_of, who, reviewer):
    browser, before = client_of(request.getfixturevalue(who)), values(reviewer)
    response = browser.post(
        page(Enrolment, "change", reviewer.pk), entry_data(reviewer, role="instructor")
    )
    assert response.status_code == 404
    assert values(reviewer) == before


def test_a_ta_does_not_make_themselves_instructor(client_of, ta):
    browser = client_of(ta)
    browser.post(page(Enrolment, "change", ta.pk), entry_data(ta, role="instructor"))
    browser.post(page(Enrolment, "add"), {"course": ta.course_id, "role": "instructor"})
    assert list(Enrolment.objects.values_list("netid", "role")) == [("tamsel", "ta")]


def test_an_instructor_adds_nobody_to_another_course(client_of, instructor, other_course):
    data = {"course": other_course.pk, "role": "student", "netid": "planted"}
    response = client_of(instructor).post(page(Enrolment, "add"), data)
    assert response.status_code == 200
    assert not Enrolment.objects.filter(netid="planted").exists()


def test_a_ta_elsewhere_adds_nobody_there(client_of, instructor, other_course):
    EnrolmentFactory(course=other_course, person=instructor.person, role="ta")
    data = {"course": other_course.pk, "role": "student", "netid": "planted"}
    client_of(instructor).post(page(Enrolment, "add"), data)
    assert not Enrolment.objects.filter(netid="planted").exists()


def test_a_netid_that_stands_already_is_said_and_nothing_is_changed(
    client_of, instructor, presenter, reviewer
):
    before = values(presenter)
    response = client_of(instructor).post(
        page(Enrolment, "change", presenter.pk), entry_data(presenter, netid="REVKA")
    )
    assert "REVKA is on this roster already." in response.content.decode()
    assert values(presenter) == before


@pytest.mark.parametrize("change", [{"role": "ta"}, {"is_dropped": "on"}])
def test_the_only_instructor_stays(client_of, instructor, change):
    before = values(instructor)
    response = client_of(instructor).post(
        page(Enrolment, "change", instructor.pk), entry_data(instructor, **change)
    )
    assert "is the only instructor of this course" in response.content.decode()
    assert values(instructor) == before


def test_the_bulk_action_leaves_other_courses_alone(client_of, instructor, presenter, outsider):
    client_of(instructor).post(
        page(Enrolment, "changelist"),
        {"action": "mark_as_dropped", "_selected_action": [presenter.pk, outsider.pk]},
    )
    presenter.refresh_from_db()
    outsider.refresh_from_db()
    assert (presenter.dropped_at is None, outsider.dropped_at is None) == (False, True)


def test_a_ta_is_offered_no_action_that_changes_entries(client_of, ta, presenter):
    client_of(ta).post(
        page(Enrolment, "changelist"),
        {"action": "mark_as_dropped", "_selected_action": [presenter.pk]},
    )
    presenter.refresh_from_db()
    assert presenter.dropped_at is None


def test_office_hours_take_staff_of_their_own_course_only(
    client_of, ta, other_instructor, presenter
):
    slot = OfficeHoursFactory(course=ta.course)
    where = page(OfficeHours, "change", slot.pk)
    data = {"course": ta.course_id, "place": "Room 9", "position": 0, "staff": [ta.pk]}
    assert client_of(ta).post(where, data).status_code == 302
    for nobody in (other_instructor, presenter):
        refused = client_of(ta).post(where, {**data, "place": "", "staff": [nobody.pk]})
        assert refused.status_code == 200
    slot.refresh_from_db()
    assert (slot.place, list(slot.staff.all())) == ("Room 9", [ta])


def test_who_teaches_two_courses_ties_no_rows_of_both_together(client_of, instructor, other_course):
    slot = OfficeHoursFactory(course=instructor.course)
    there = EnrolmentFactory(course=other_course, person=instructor.person, role="instructor")
    data = {"course": instructor.course_id, "position": 0, "staff": [there.pk]}
    response = client_of(instructor).post(page(OfficeHours, "change", slot.pk), data)
    assert "This belongs to another course." in response.content.decode()
    assert not slot.staff.exists()
    moved = {"course": other_course.pk, "position": 0, "staff": [there.pk]}
    client_of(instructor).post(page(OfficeHours, "change", slot.pk), moved)
    slot.refresh_from_db()
    assert slot.course == instructor.course


def test_an_instructor_changes_their_course_and_not_its_address(client_of, instructor, seminar):
    browser = client_of(instructor)
    where = page(Course, "change", seminar.pk)
    form = browser.get(where).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    data |= {"room": "Hall 5", "slug": "stolen", "show_student_names": ""}
    data |= {
        "texts-TOTAL_FORMS": 0,
        "texts-INITIAL_FORMS": 0,
        "texts-MIN_NUM_FORMS": 0,
        "texts-MAX_NUM_FORMS": 1000,
    }
    response = browser.post(where, data)
    assert response.status_code == 302
    seminar.refresh_from_db()
    assert (seminar.room, seminar.slug) == ("Hall 5", "seminar")


def test_a_new_domain_gives_waiting_entries_to_their_owners(
    client_of, instructor, seminar, unclaimed_student
):
    owner = factories.account("noone@new.example")
    browser, where = client_of(instructor), page(Course, "change", seminar.pk)
    form = browser.get(where).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    data |= {"email_domain": "new.example", "texts-TOTAL_FORMS": 0, "texts-INITIAL_FORMS": 0}
    browser.post(where, data)
    unclaimed_student.refresh_from_db()
    assert unclaimed_student.person == owner


def test_a_ta_reads_the_course_and_changes_nothing(client_of, ta, seminar):
    browser, where = client_of(ta), page(Course, "change", seminar.pk)
    assert browser.get(where).status_code == 200
    assert browser.post(where, {"title": "Mine"}).status_code == 404
    seminar.refresh_from_db()
    assert seminar.title == "Reading Systems Papers"


def test_signing_out_and_passwords_are_the_ordinary_pages(client_of, ta):
    browser = client_of(ta)
    assert browser.get("/admin/password_change/").url == reverse("account_change_password")
    assert browser.post("/admin/logout/").url == reverse("account_logout")
