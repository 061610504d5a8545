"""The roster's pages: staff see it, instructors import into it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.models import Enrolment, RosterMapping
from tests.factories import EnrolmentFactory

pytestmark = pytest.mark.django_db
ROSTER, IMPORT = "/c/seminar/roster/", "/c/seminar/roster/import/"
FILE = "NetID;Name;Campus mail\nann7;Ann Arbor;ann@mail.example\nben8;Ben Bow;\n"


@pytest.fixture
def browser(client_of, instructor):
    return client_of(instructor)


def hidden(response, name):
    html = response.content.decode()
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', html).group(0)
    return unescape(re.search(r'value="([^"]*)"', tag, re.DOTALL).group(1))


def typed(response):
    """The rows as they stand in the form, to be corrected there."""
    html = response.content.decode()
    return unescape(
        re.search(r'<textarea name="text"[^>]*>\r?\n(.*?)</textarea>', html, re.DOTALL)[1]
    )


def chosen(response):
    """The mapping form as a browser would send it."""
    html = response.content.decode()
    data = {"text": typed(response), "previewed": hidden(response, "previewed")}
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        selected = re.search(r'value="([^"]*)" selected', options)
        data[name] = unescape(selected.group(1)) if selected else ""
    return data


@pytest.mark.parametrize("page", [ROSTER, IMPORT])
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("instructor", {ROSTER, IMPORT}),
        ("ta", {ROSTER}),
        ("presenter", set()),
        ("dropped_student", set()),
        ("outsider", set()),
        ("other_instructor", set()),
        ("stranger", set()),
        ("operator", set()),
    ],
)
def test_who_finds_which_page(request, seminar, client_of, who, sees, page):
    response = client_of(request.getfixturevalue(who)).get(page)
    assert response.status_code == (200 if page in sees else 404)


@pytest.mark.parametrize("page", [ROSTER, IMPORT, "/c/no-such-course/roster/"])
def test_the_signed_out_are_asked_to_sign_in_whatever_the_course(seminar, client, page):
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"


def test_the_roster_shows_who_has_signed_in_and_who_dropped(
    browser, presenter, unclaimed_student, dropped_student, outsider
):
    html = browser.get(ROSTER).content.decode()
    assert "presa@uni.example" in html
    assert f"{ROSTER}{unclaimed_student.pk}/invite/" in html
    assert "dropped <time" in html
    assert outsider.label not in html


def test_a_ta_is_not_offered_to_invite_staff(client_of, ta, seminar):
    entry = EnrolmentFactory(course=seminar, role="ta")
    assert f"/{entry.pk}/invite/" not in client_of(ta).get(ROSTER).content.decode()


def test_the_roster_takes_as_many_queries_for_many_as_for_one(
    browser, seminar, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    EnrolmentFactory(course=seminar)
    with CaptureQueriesContext(connection) as one:
        browser.get(ROSTER)
    EnrolmentFactory.create_batch(20, course=seminar)
    with django_assert_num_queries(len(one)):
        browser.get(ROSTER)


def test_from_a_file_over_the_preview_to_the_roster(browser, seminar):
    preview = browser.post(IMPORT, {"file": SimpleUploadedFile("r.csv", FILE.encode())})
    assert preview.status_code == 200
    assert "2 added" in preview.content.decode()
    assert not Enrolment.objects.filter(netid="ann7").exists()
    data = chosen(preview)
    assert data["column_netid"] == "NetID"
    data["column_email"] = "Campus mail"
    again = browser.post(IMPORT, data)
    assert "ann@mail.example" in again.content.decode()
    done = browser.post(IMPORT, {**chosen(again), "apply": "1"})
    assert (done.status_code, done.url) == (302, ROSTER)
    assert list(
        seminar.enrolments.filter(role="student").values_list("netid", "name", "email")
    ) == [("ann7", "Ann Arbor", "ann@mail.example"), ("ben8", "Ben Bow", "")]


def test_the_columns_are_remembered(browser, seminar):
    preview = browser.post(IMPORT, {"text": FILE})
    data = {**chosen(preview), "column_email": "Campus mail"}
    browser.post(IMPORT, {**chosen(browser.post(IMPORT, data)), "apply": "1"})
    assert RosterMapping.objects.get().columns == {
        "netid": "NetID",
        "name": "Name",
        "email": "Campus mail",
    }
    assert chosen(browser.post(IMPORT, {"text": FILE}))["column_email"] == "Campus mail"


def test_a_text_that_a_browser_sends_back_with_other_line_ends_is_the_same(browser, seminar):
    data = chosen(browser.post(IMPORT, {"text": FILE}))
    data["text"] = data["text"].replace("\n", "\r\n")
    assert browser.post(IMPORT, {**data, "apply": "1"}).status_code == 302


def test_what_was_not_previewed_is_shown_before_it_is_done(browser, seminar, presenter):
    data = chosen(browser.post(IMPORT, {"text": FILE}))
    response = browser.post(IMPORT, {**data, "drop_missing": "on", "apply": "1"})
    assert "look at what it does" in response.content.decode()
    assert not Enrolment.objects.filter(netid="ann7").exists()
    browser.post(IMPORT, {**chosen(response), "drop_missing": "on", "apply": "1"})
    presenter.refresh_from_db()
    assert presenter.dropped_at is not None


def test_mistakes_are_named_and_nothing_is_lost_or_done(browser, seminar):
    text = "NetID,Name\nann7,Ann\nbe n,Ben\n"
    preview = browser.post(IMPORT, {"text": text})
    html = preview.content.decode()
    assert "Line 3, column “NetID”: “be n” is not a NetID." in html
    assert 'name="apply"' not in html
    response = browser.post(IMPORT, {**chosen(preview), "apply": "1"})
    assert response.status_code == 422
    assert typed(response) == text
    assert not Enrolment.objects.filter(netid="ann7").exists()


def test_a_file_that_is_no_table_is_refused_with_its_text_kept(browser, seminar):
    response = browser.post(IMPORT, {"text": "NetID\n"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "there is a header and no row below it" in html
    assert "NetID\n</textarea>" in html


def test_nothing_given_is_said(browser, seminar):
    response = browser.post(IMPORT, {})
    assert response.status_code == 422
    assert "Choose a file or paste the table." in response.content.decode()


def test_markup_in_a_file_stays_text(browser, seminar):
    html = browser.post(
        IMPORT, {"text": "NetID,Name\nann7,<script>alert(1)</script>\n"}
    ).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("extra", ["is_superuser", "person", "course", "group"])
def test_no_field_or_column_makes_staff(browser, seminar, extra):
    text = f"NetID,{extra}\nann7,instructor\n"
    data = chosen(browser.post(IMPORT, {"text": text}))
    browser.post(IMPORT, {**data, "apply": "1", extra: "instructor"})
    assert seminar.enrolments.get(netid="ann7").role == "student"


def test_a_role_in_the_file_makes_no_staff_and_staff_no_students(browser, seminar):
    text = "NetID,Role\nann7,instructor\nben8,student\n"
    data = chosen(browser.post(IMPORT, {"text": text}))
    browser.post(IMPORT, {**data, "apply": "1", "role": "instructor"})
    assert list(
        seminar.enrolments.filter(netid__in=("ann7", "ben8")).values_list("netid", "role")
    ) == [("ben8", "student")]
