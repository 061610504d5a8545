"""The roster's pages: staff see it, instructors import into it."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.forms import MAX_BYTES, MAX_CARRIED
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


WORDS = "NetID,Name,Status\nann7,Ann,Active\nben8,Ben,Auditing\ndropa,Dora,Auditing\n"


def word_fields(response):
    """The names of the fields that ask what a word means, by the word."""
    html = unescape(response.content.decode())
    return {
        word: name
        for name, word in re.findall(
            r'<label for="id_((?:status|role)_\w+)">\w+ “<bdi>(.*?)</bdi>”, on \d+ rows?</label>',
            html,
        )
    }


def on_roster(course):
    return sorted(course.enrolments.filter(role="student", dropped_at=None).values_list("netid"))


def test_an_unknown_word_is_asked_and_moves_nobody_before(browser, seminar, dropped_student):
    preview = browser.post(IMPORT, {"text": WORDS})
    html = preview.content.decode()
    assert "Line 3, column “Status”: say below what “Auditing” means." in html
    assert "Status “<bdi>Auditing</bdi>”, on 2 rows" in html
    assert 'name="apply"' not in html
    refused = browser.post(IMPORT, {**chosen(preview), "apply": "1"})
    assert refused.status_code == 422
    assert on_roster(seminar) == []


@pytest.mark.parametrize(
    ("meaning", "left"),
    [
        ("on", [("ann7",), ("ben8",), ("dropa",)]),
        ("gone", [("ann7",)]),
        ("as-is", [("ann7",)]),
    ],
)
def test_an_answer_is_done_and_remembered(browser, seminar, dropped_student, meaning, left):
    preview = browser.post(IMPORT, {"text": WORDS})
    asked = word_fields(preview)["Auditing"]
    looked = browser.post(IMPORT, {**chosen(preview), asked: meaning})
    assert browser.post(IMPORT, {**chosen(looked), "apply": "1"}).status_code == 302
    assert on_roster(seminar) == left
    assert RosterMapping.objects.get().words == {"status": {"active": "on", "auditing": meaning}}
    again = chosen(browser.post(IMPORT, {"text": "NetID,Status\nben8,AUDITING\n"}))
    assert again[asked] == meaning


def test_the_answer_for_a_word_is_no_answer_for_another(browser, seminar):
    text = "NetID,Status,Other status\nann7,Auditing,Waiting\n"
    preview = browser.post(IMPORT, {"text": text})
    data = {**chosen(preview), word_fields(preview)["Auditing"]: "on"}
    moved = browser.post(IMPORT, {**data, "column_status": "Other status"})
    assert "say below what “Waiting” means." in moved.content.decode()


def test_who_changes_the_roster_after_the_preview_is_not_overruled(browser, seminar):
    data = chosen(browser.post(IMPORT, {"text": FILE}))
    EnrolmentFactory(course=seminar, netid="ann7", name="Ann Corrected")
    response = browser.post(IMPORT, {**data, "apply": "1"})
    assert "look at what it does" in response.content.decode()
    assert seminar.enrolments.get(netid="ann7").name == "Ann Corrected"
    assert not Enrolment.objects.filter(netid="ben8").exists()
    browser.post(IMPORT, {**chosen(response), "apply": "1"})
    assert seminar.enrolments.get(netid="ann7").name == "Ann Arbor"


def test_what_is_left_out_is_listed_by_its_line(browser, seminar):
    text = "NetID,Name,Role\nann7,Ann,Student\n,Nora Body,Student\ntam1,Tam,TA\nTotal,3,\n"
    html = browser.post(IMPORT, {"text": text}).content.decode()
    assert re.findall(r"<li>(Line \d+: .*?)</li>", html) == [
        "Line 3: <bdi>Nora Body · Student</bdi>",
        "Line 4: <bdi>tam1 · Tam</bdi>",
        "Line 5: <bdi>Total · 3</bdi>",
    ]


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_other_line_ends_are_not_taken_for_a_change(browser, seminar, end):
    data = FILE.replace("\n", end).encode()
    preview = browser.post(IMPORT, {"file": SimpleUploadedFile("r.csv", data)})
    sent = {**chosen(preview), "apply": "1"}
    # HTML reads every end of a line as one, and a form sends it as two characters.
    sent["text"] = re.sub(r"\r\n|\r|\n", "\r\n", sent["text"])
    assert browser.post(IMPORT, sent).status_code == 302


def test_two_columns_of_one_name_are_asked_for(browser, seminar):
    preview = browser.post(IMPORT, {"text": "NetID,Email,Email\nann7,a@b.example,c@d.example\n"})
    html = preview.content.decode()
    assert (
        "Email address: the file has “Email (column 2)” and “Email (column 3)”. "
        "Choose below which is meant."
    ) in html
    data = {**chosen(preview), "column_email": "Email (column 3)"}
    browser.post(IMPORT, {**chosen(browser.post(IMPORT, data)), "apply": "1"})
    assert seminar.enrolments.get(netid="ann7").email == "c@d.example"


def test_a_workbook_is_carried_on_as_a_table(browser, seminar):
    made = openpyxl.Workbook()
    made.active.append(["Read me first"])
    sheet = made.create_sheet("Class")
    for row in (["CS 598"], ["NetID", "Name"], ["ann7", "Ann"]):
        sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    preview = browser.post(IMPORT, {"file": SimpleUploadedFile("r.xlsx", file.getvalue())})
    assert typed(preview) == "CS 598\nNetID\tName\nann7\tAnn\n"
    assert "The sheet “Class” was read, and not “Sheet”." in preview.content.decode()
    browser.post(IMPORT, {**chosen(preview), "apply": "1"})
    assert on_roster(seminar) == [("ann7",)]


def large(letter, encoding):
    """A roster of just 2 MB in this encoding, in 5,000 rows or fewer."""
    filling = f"{letter * 3}-" * 120
    rows = ["NetID,Name,Notes"]
    size = len(rows[0].encode(encoding)) + 2
    while True:
        row = f"s{len(rows)},N{letter},{filling}"
        size += len((row + "\n").encode(encoding))
        if size > MAX_BYTES or len(rows) > 5000:
            return ("\n".join(rows) + "\n").encode(encoding)
        rows.append(row)


@pytest.mark.parametrize(
    ("letter", "encoding"), [("x", "ascii"), ("é", "cp1252"), ("張", "utf-16-le"), ("é", "utf-8")]
)
def test_a_roster_of_2_mb_is_previewed_and_applied(browser, seminar, letter, encoding):
    data = large(letter, encoding)
    assert MAX_BYTES - 1000 < len(data) <= MAX_BYTES
    preview = browser.post(IMPORT, {"file": SimpleUploadedFile("r.csv", data)})
    assert preview.status_code == 200
    sent = chosen(preview)
    sent["text"] = sent["text"].replace("\n", "\r\n")
    assert browser.post(IMPORT, {**sent, "apply": "1"}).status_code == 302
    assert seminar.enrolments.filter(role="student").count() > 800


def test_a_byte_more_is_refused_in_words(browser, seminar):
    data = b"NetID\nann7\n" + b"\n" * (MAX_BYTES - 10)
    response = browser.post(IMPORT, {"file": SimpleUploadedFile("r.csv", data)})
    assert (response.status_code, "The file is larger than 2 MB." in response.content.decode()) == (
        422,
        True,
    )


def test_what_the_second_step_carries_fits_into_what_a_form_may_hold(settings):
    assert MAX_CARRIED + 100_000 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
