"""What somebody sees when nothing can be shown: calm, in our look, and nothing given away."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client

from courses.web import ACCOUNT_FIELD, account_mark
from tests import factories as make
from tests.forms import forms_in

pytestmark = pytest.mark.django_db


def without_token(response):
    """The page but for its form's token, which is another one each time."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_what_is_not_there_says_so_without_a_hint(client):
    response = client.get("/c/no-such-course/")
    assert response.status_code == 404
    assert "There is no such page, or it is not yours to see." in response.content.decode()


def test_a_private_course_answers_a_stranger_like_no_course_at_all(client_of, seminar, stranger):
    seminar.is_public = False
    seminar.save()
    client = client_of(stranger)
    private, absent = (client.get(f"/c/{slug}/") for slug in ("seminar", "no-such"))
    assert without_token(private) == without_token(absent)


QUESTION = "/c/seminar/readings/{}/question/"
TYPED = "Why, <b>then</b>?"


@pytest.fixture
def strict(presenter):
    """A browser in which the presenter is signed in, and which is asked for its tokens."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(presenter.person)
    client.get("/accounts/email/")
    return client


OURS = [
    {"Origin": "http://testserver"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
]
FOREIGN = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://testserver"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize(
    ("headers", "can_send"), [(one, True) for one in OURS] + [(one, False) for one in FOREIGN]
)
def test_only_a_form_of_ours_comes_back_with_a_button(strict, reading, headers, can_send):
    url = QUESTION.format(reading.pk)
    response = strict.post(url, {"text": TYPED}, headers=headers)
    body = response.content.decode()
    assert response.status_code == 403
    assert "Why, &lt;b&gt;then&lt;/b&gt;?" in body
    assert [one.action for one in forms_in(body, url) if "text" in one.names] == [url] * can_send


def test_without_the_cookie_the_page_says_that_cookies_are_needed(presenter, reading):
    client = Client(enforce_csrf_checks=True)
    client.force_login(presenter.person)
    response = client.post(QUESTION.format(reading.pk), {"text": TYPED}, headers=OURS[0])
    assert "needs to accept them" in response.content.decode()


def test_what_was_typed_on_the_page_of_another_account_gets_no_button(
    strict, presenter, companion, reading
):
    url = QUESTION.format(reading.pk)
    for who, can_send in ((companion, False), (presenter, True)):
        posted = {"text": TYPED, ACCOUNT_FIELD: account_mark(who.person)}
        body = strict.post(url, posted, headers=OURS[0]).content.decode()
        assert [one.action for one in forms_in(body, url) if "text" in one.names] == (
            [url] * can_send
        )
        assert ("another account" in body) is not can_send


# What is too much, and what breaks.


@pytest.mark.parametrize("headers", [{}, {"X-Sent-By": "script"}])
def test_what_is_too_much_says_what_the_limit_is(client_of, presenter, settings, headers, reading):
    url, client = QUESTION.format(reading.pk), client_of(presenter)
    trials = {
        "more than the 8 MB of text that one form may hold": {"text": "y" * (8 * 2**20)},
        "more than the 10,000 fields that one form may have": {"text": ["y"] * 10_001},
    }
    for words, posted in trials.items():
        body = urlencode(posted, doseq=True)
        response = client.post(
            url, body, content_type="application/x-www-form-urlencoded", headers=headers
        )
        assert (words, response.status_code) == (words, 413)
        assert words in response.content.decode()
    files = {f"file-{n}": SimpleUploadedFile("a.txt", b"a") for n in range(5)}
    response = client.post(url, files, headers=headers)
    assert response.status_code == 413
    assert "more than the 4 files that one form may bring" in response.content.decode()


def test_a_broken_body_is_400_with_a_page(client_of, presenter, reading):
    response = client_of(presenter).post(
        QUESTION.format(reading.pk), b"x", content_type="multipart/form-data; boundary=;"
    )
    assert response.status_code == 400
    assert "Nothing was changed, because" in response.content.decode()


def test_a_roster_of_two_megabytes_is_read_whatever_it_is_written_in(client_of, instructor):
    rows = "NetID,Name\n" + "".join(f"n{n:05},{'é' * 30}\n" for n in range(28_000))
    text = rows[: 2 * 2**20 // 2]
    assert len(urlencode({"text": text})) > 2.9 * 2**20
    response = client_of(instructor).post(
        "/c/seminar/roster/import/",
        urlencode({"text": text}),
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in (200, 422)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ValueError("boom"), 500, "It is not known whether this was handed in"),
        (OperationalError("database is locked"), 503, "Not handed in, because"),
        (OperationalError("server closed the connection"), 500, "It is not known whether"),
    ],
)
def test_what_breaks_keeps_the_text_and_claims_nothing(
    client_of, presenter, reading, monkeypatch, error, status, words
):
    def breaks(**kwargs):
        raise error

    monkeypatch.setattr("submissions.views.work.hand_in", breaks)
    client = client_of(presenter)
    client.raise_request_exception = False
    url = QUESTION.format(reading.pk)
    with time_machine.travel(make.BEFORE_CLASS, tick=False):
        posted = {"text": TYPED, "key": "a" * 32, "base_version": "0"}
        response = client.post(url, posted)
        [form] = [one for one in forms_in(response.content.decode(), url) if "text" in one.names]
        assert (response.status_code, form.value("text")) == (status, TYPED)
        assert words in response.content.decode()
        monkeypatch.undo()
        assert client.post(form.action, form.as_it_is()).status_code == 303


def test_a_page_that_cannot_be_opened_has_a_bare_page(client_of, presenter, monkeypatch):
    def breaks(*args):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("courseapp.pages.home.duties_of", breaks)
    response = client_of(presenter).get("/c/seminar/home/")
    assert response.status_code == 503
    assert "because the database does not answer just now" in response.content.decode()


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_the_pages_for_our_own_faults_need_nothing_to_render(template):
    assert "/home/" in render_to_string(template)


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "429.html"])
def test_every_refusal_has_a_way_on(rf, template):
    request = rf.get("/")
    request.user = AnonymousUser()
    main = render_to_string(template, request=request).split("<main")[1]
    assert "<a href=" in main.replace('<a class="button" href=', "<a href=")


@pytest.mark.parametrize("host", ["evil.example", "[x", "localhost:8000@evil.example"])
def test_another_sites_name_is_a_bad_request_with_a_page(client, host):
    response = client.get("/", headers={"host": host})
    assert response.status_code == 400
    assert "<h1" in response.content.decode()


def test_a_stranger_gets_back_no_more_than_a_form_for_strangers_holds():
    """Else anybody makes the server write what takes many times what they sent."""
    strict = Client(enforce_csrf_checks=True)
    many = strict.post("/accounts/login/", {f"field{n}": "x" for n in range(5000)})
    assert (many.status_code, len(many.content) < 256 * 1024) == (403, True)
    long = strict.post("/accounts/login/", {"short": "kept", "text": "<" * 1_000_000})
    assert (long.status_code, len(long.content) < 64 * 1024) == (403, True)
    assert "kept" in long.content.decode()


def test_what_is_kept_of_whom_is_signed_out_goes_with_the_night(client_of, presenter, reading):
    client = client_of(presenter)
    url = f"/c/seminar/readings/{reading.pk}/question/"
    mark = re.search(r'name="_account" value="([^"]+)"', client.get(url).content.decode())[1]
    stranger = Client()
    said = {"text": "Why?", "_account": html.unescape(mark)}
    assert stranger.post(url, said).status_code == 401
    left = stranger.session.get_expiry_age()
    assert left <= 12 * 60 * 60 + 60
