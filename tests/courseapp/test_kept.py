"""What was sent while signed out: kept for its own account, through signing in, and no longer."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courseapp.kept import KEPT_FOR, MOST, MOST_OF_STRANGERS, Field
from courses.web import ACCOUNT_FIELD, account_mark
from submissions.links import work_path
from submissions.models import Receipt
from tests import factories as make
from tests.forms import forms_in
from tests.submissions.conftest import a_key
from tests.works import Question

pytestmark = pytest.mark.django_db

TYPED = "Why does “it” not <thrash>?"


@pytest.fixture
def url(reading):
    return work_path("seminar", ("question", 0, reading.pk))


@pytest.fixture
def send(url):
    """`send(client, who, ...)`: a question from this person's page, in a browser as it is."""

    def act(client, who=None, *, address=url, **more):
        mark = {ACCOUNT_FIELD: account_mark(who.person)} if who else {}
        posted = {"text": TYPED, "key": a_key(), "base_version": "0"} | mark | more
        return client.post(address, posted)

    return act


def kept_forms(client):
    body = client.get(reverse("kept")).content.decode()
    return [one for one in forms_in(body, "/kept/") if "text" in one.names]


def sign_in(client, who, path="/kept/"):
    """Sign in as a person does, on allauth's page."""
    return client.post(
        f"{reverse('account_login')}?next={path}",
        {"login": who.person.email, "password": make.PASSWORD},
    )


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_what_was_typed_comes_through_signing_in_and_is_handed_in_once(presenter, send):
    client = Client()
    assert send(client, presenter).status_code == 401
    assert sign_in(client, presenter)["Location"] == "/kept/"
    [form] = kept_forms(client)
    assert form.value("text") == TYPED
    answers = [client.post(form.action, form.as_it_is())["Location"] for _ in range(2)]
    assert answers == [f"/c/seminar/receipts/{Receipt.objects.get().pk}/"] * 2
    assert kept_forms(client) == []


def test_what_counts_is_when_it_is_handed_in_after_all(presenter, send):
    client = Client()
    with time_machine.travel(make.CLASS_STARTS - make.MICROSECOND, tick=False):
        send(client, presenter)
        client.force_login(presenter.person)
        [form] = kept_forms(client)
    with time_machine.travel(make.CLASS_STARTS, tick=False):
        response = client.post(form.action, form.as_it_is())
    assert response.status_code == 409
    assert "was due" in response.content.decode()
    assert not Question.objects.exists()


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_another_account_does_not_see_it_and_it_is_gone(presenter, companion, send):
    client = Client()
    send(client, presenter)
    sign_in(client, companion)
    body = client.get(reverse("kept")).content.decode()
    assert html.escape(TYPED) not in body
    assert "It is not shown to you, and is no longer kept." in body
    client.force_login(presenter.person)
    assert kept_forms(client) == []
    assert not any(TYPED in str(one.get_decoded()) for one in Session.objects.all())


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_a_page_that_was_nobodys_is_for_whoever_signs_in(presenter, send):
    client = Client()
    send(client)
    sign_in(client, presenter)
    assert len(kept_forms(client)) == 1


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_signing_out_forgets_it(presenter, send):
    client = Client()
    send(client, presenter)
    sign_in(client, presenter)
    client.post(reverse("account_logout"))
    sign_in(client, presenter)
    assert kept_forms(client) == []


@pytest.mark.parametrize(("later", "is_kept"), [(timedelta(0), True), (make.MICROSECOND, False)])
def test_it_is_kept_for_twelve_hours(presenter, send, later, is_kept):
    client = Client()
    with time_machine.travel(make.BEFORE_CLASS, tick=False):
        send(client, presenter)
        client.force_login(presenter.person)
    with time_machine.travel(make.BEFORE_CLASS + KEPT_FOR + later, tick=False):
        assert len(kept_forms(client)) == is_kept


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_who_signs_in_stays_as_long_as_ever(presenter, send, settings):
    """Only what a stranger leaves goes with the night."""
    client = Client()
    send(client, presenter)
    assert client.session.get_expiry_age() == KEPT_FOR.total_seconds() + 60
    client.force_login(presenter.person)
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


@time_machine.travel(make.BEFORE_CLASS, tick=False)
@pytest.mark.parametrize("is_ours", [True, False])
def test_what_is_longer_is_shown_and_not_kept(presenter, send, is_ours):
    most = MOST if is_ours else MOST_OF_STRANGERS
    for length, is_kept in ((most - 500, True), (most, False)):
        client = Client()
        text = "y " * (length // 2)
        response = send(client, presenter if is_ours else None, text=text)
        assert response.status_code == 401
        assert text in response.content.decode()
        assert ("cannot be kept while" in response.content.decode()) is not is_kept
        client.force_login(presenter.person)
        assert len(kept_forms(client)) == is_kept


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_a_browser_keeps_several_forms_the_newest_of_each_address(
    presenter, send, url, second_reading
):
    other = work_path("seminar", ("question", 0, second_reading.pk))
    client = Client()
    for address, text in ((url, "First?"), (other, "Other?"), (url, "Second?")):
        send(client, presenter, address=address, text=text)
    client.force_login(presenter.person)
    assert [(one.action, one.value("text")) for one in kept_forms(client)] == [
        (url, "Second?"),
        (other, "Other?"),
    ]


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_what_all_forms_hold_is_bounded_together(presenter, send, url):
    client = Client()
    for n in range(4):
        send(client, presenter, address=f"{url}?{n}", text=f"{n} " + "y " * (MOST // 5))
    client.force_login(presenter.person)
    assert [one.action for one in kept_forms(client)] == [f"{url}?3", f"{url}?2"]


def test_no_file_no_password_and_no_token_is_kept(presenter, lecture):
    client = Client()
    client.post(
        work_path("seminar", ("summary", lecture.pk, 0)),
        {
            "problem": TYPED,
            "upload": SimpleUploadedFile("paper.pdf", b"%PDF-secret-bytes"),
            "csrfmiddlewaretoken": "t" * 64,
            ACCOUNT_FIELD: account_mark(presenter.person),
        },
    )
    client.post(
        reverse("account_change_password"),
        {"oldpassword": "hush hush", ACCOUNT_FIELD: account_mark(presenter.person)},
    )
    [stored] = [str(one.get_decoded()) for one in Session.objects.all()]
    assert TYPED in stored
    assert not [one for one in ("secret-bytes", "t" * 64, "hush") if one in stored]


@time_machine.travel(make.DURING_CLASS, tick=False)
def test_a_file_is_asked_for_again(companion, lecture):
    client = Client()
    url = work_path("seminar", ("summary", lecture.pk, 0))
    mark = {ACCOUNT_FIELD: account_mark(companion.person)}
    upload = SimpleUploadedFile("paper.pdf", b"%PDF-")
    response = client.post(url, {"text": TYPED, "upload": upload} | mark)
    assert "A file has to be chosen again." in response.content.decode()
    client.force_login(companion.person)
    [form] = kept_forms(client)
    assert form.is_multipart
    assert [one.kind for one in form.controls if one.name == "upload"] == ["file"]


def test_nothing_sent_is_nothing_kept(client, url):
    response = client.post(url)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={url}")
    assert not Session.objects.exists()


def test_a_sign_in_that_fails_keeps_nothing(client, presenter):
    client.post(reverse("account_login"), {"login": presenter.person.email, "password": "wrong"})
    client.post(reverse("account_confirm_login_code"), {"code": "TYPED1"})
    assert not any("TYPED1" in str(one.get_decoded()) for one in Session.objects.all())


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_the_pages_with_the_text_are_stored_nowhere(presenter, send):
    client = Client()
    responses = [send(client, presenter)]
    client.force_login(presenter.person)
    responses.append(client.get(reverse("kept")))
    assert {one["Cache-Control"] for one in responses} == {"private, no-store"}


# What rostrum.js sends.


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_the_script_is_given_the_address_instead_of_a_redirect(client_of, presenter, url):
    posted = {"text": TYPED, "key": a_key(), "base_version": "0"}
    response = client_of(presenter).post(url, posted, headers={"X-Sent-By": "script"})
    receipt = reverse("submissions:receipt", args=("seminar", Receipt.objects.get().pk))
    assert (response.status_code, response.content) == (204, b"")
    assert (response["X-Location"], response["X-Rostrum"]) == (receipt, "1")
    assert not response.has_header("Location")


@pytest.mark.parametrize("headers", [{}, {"X-Sent-By": "somebody"}])
def test_others_are_redirected(client_of, presenter, headers):
    response = client_of(presenter).post(reverse("account_logout"), headers=headers)
    assert response.status_code == 302
    assert not response.has_header("X-Rostrum")


# Words for fields.


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("related_work", "Related work"),
        ("contact_url", "Contact url"),
        ("row-7-score", "Score"),
        ("text", "Your text"),
    ],
)
def test_label(name, label):
    assert Field(name, "").label == label


@pytest.mark.parametrize(
    ("name", "value", "is_hidden"),
    [
        ("text", "Why?", False),
        ("row-7-score", "2", False),
        ("text", "", True),
        ("excused", "on", True),
        ("key", "a" * 32, True),
        ("base_version", "1", True),
        ("row-7-base", "12", True),
        ("initial-topic", "Paging", True),
        ("readings-TOTAL_FORMS", "3", True),
        ("column_netid", "NetID", True),
        ("monkey", "is not a key", False),
    ],
)
def test_what_a_person_typed_is_shown(name, value, is_hidden):
    assert Field(name, value).is_hidden is is_hidden


@given(st.text(st.characters(exclude_characters="0123456789abcdef-"), min_size=3))
def test_whatever_is_typed_is_shown(text):
    assert Field("text", text).is_hidden is (text.strip() == "")


# What is not there any more.


def test_a_form_for_what_is_gone_or_not_ones_own_gives_the_text_back(
    client_of, dropped_student, reading
):
    url = work_path("seminar", ("question", 0, reading.pk))
    response = client_of(dropped_student).post(
        url, {"text": "Was it for nothing?", "key": "a" * 32}
    )
    body = response.content.decode()
    assert response.status_code == 404
    assert "Was it for nothing?" in body
    assert "<button" not in body.partition("<main")[2]


@pytest.mark.parametrize("mark", ["", "1:forged"])
def test_what_no_page_of_ours_sent_is_not_kept_for_who_signs_in_next(client, instructor, mark):
    """On a shared machine it would be one blind click with the next one's power."""
    typed = {"action": "mark_as_dropped", "_selected_action": instructor.pk, "_account": mark}
    response = client.post("/admin/courses/enrolment/", {k: v for k, v in typed.items() if v})
    assert response.status_code == 401
    client.force_login(instructor.person)
    assert "Nothing is kept" in client.get(reverse("kept")).content.decode()


def test_what_is_kept_counts_marks_and_addresses_too(client, reading):
    url = work_path("seminar", ("question", 0, reading.pk))
    for number in range(20):
        client.post(f"{url}?{number}{'x' * 500}", {"text": "Why?", "_account": ""})
    client.post(url, {"text": "Why?", "_account": "A" * 10**6})
    kept = client.session.get("kept", [])
    assert len(kept) <= 8
    assert len(str(kept)) < 16 * 1024
