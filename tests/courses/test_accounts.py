"""Signing in and up: what it gives, and what it never tells."""

from __future__ import annotations

import re

import pytest
import time_machine
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings as site_settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from courseapp import urls
from courseapp.pages.demo import demo_sign_in
from courses.accounts import SocialAccountAdapter
from courses.models import Enrolment, Person
from tests.factories import PASSWORD, EnrolmentFactory, account

pytestmark = pytest.mark.django_db
# The addresses as they are with DEMO, for the one test that asks for them.
urlpatterns = [*urls.urlpatterns, path("demo/sign-in/", demo_sign_in, name="demo-sign-in")]

LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"
CODE, RESET = "/accounts/login/code/", "/accounts/password/reset/"
PASSWORDS = {"password1": "lamp and paper 41", "password2": "lamp and paper 41"}
VARIABLE = re.compile(r'value="[A-Za-z0-9]{64}"|[\w.+-]+@[\w.-]+\.example')


def code_in(message):
    return re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", message.body, re.MULTILINE).group(1)


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


@pytest.mark.parametrize(
    "page",
    ["account_login", "account_signup", "account_request_login_code", "account_reset_password"],
)
def test_pages_for_the_signed_out_wear_our_look(client, page):
    response = client.get(reverse(page))
    html = response.content.decode()
    assert response.status_code == 200
    assert "rostrum/rostrum.css" in html
    assert 'class="field"' in html
    assert "style=" not in html
    assert html.count("<script") == html.count("rostrum/rostrum.js") == 1


@pytest.mark.parametrize("page", ["account_email", "account_change_password", "account_logout"])
def test_pages_for_the_signed_in_wear_our_look(client_of, presenter, page):
    response = client_of(presenter).get(reverse(page))
    html = response.content.decode()
    assert response.status_code == 200
    assert "rostrum/rostrum.css" in html
    assert "style=" not in html
    assert html.count("<script") == html.count("rostrum/rostrum.js") == 1


def test_signing_in_by_password_leads_home(client, presenter):
    assert sign_in(client, presenter.person.email).url == reverse("home")


def test_capitals_in_the_address_do_not_matter(client, presenter):
    assert sign_in(client, presenter.person.email.upper()).url == reverse("home")


def test_the_sessions_key_changes_at_sign_in(client, presenter):
    client.get(LOGIN)
    session = client.session
    session["seen"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client, presenter.person.email)
    assert client.session.session_key != session.session_key


def test_signing_in_by_code(client, presenter):
    client.post(CODE, {"email": presenter.person.email})
    response = client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})
    assert response.url == reverse("home")


def test_signing_in_claims_what_waits_for_the_address(client, seminar):
    account("early@uni.example")
    entry = Enrolment.objects.create(
        course=seminar, netid="early", created_at="2025-01-20T00:00:00Z"
    )
    sign_in(client, "early@uni.example")
    entry.refresh_from_db()
    assert entry.person.email == "early@uni.example"


def test_signing_up_claims_only_when_the_address_is_verified(client, unclaimed_student):
    client.post(SIGNUP, {"email": "NoOne@Uni.Example", **PASSWORDS})
    unclaimed_student.refresh_from_db()
    assert unclaimed_student.person is None
    response = client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})
    assert response.status_code == 302
    unclaimed_student.refresh_from_db()
    assert unclaimed_student.person.email == "noone@uni.example"


@pytest.fixture
def twice(seminar):
    """Two entries of the seminar with one address."""
    for netid in ("zza1", "zzb2"):
        EnrolmentFactory(course=seminar, netid=netid, name=f"Zed {netid}", email="zz@mail.example")


UNCLEAR = "The roster of RS 101: Reading Systems Papers, Spring 2025 does not say which entry"


def test_who_fits_two_entries_is_told_once_to_ask_the_staff(client, twice, seminar):
    client.post(SIGNUP, {"email": "zz@mail.example", **PASSWORDS})
    page = client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])}, follow=True)
    html = page.content.decode()
    assert html.count(UNCLEAR) == 1
    assert "Ask the course staff." in html
    assert "zza1" not in html + str(seminar)
    assert "zzb2" not in html
    assert not seminar.enrolments.exclude(person=None).exists()


def test_who_is_in_no_course_reads_it_at_home(client_of, twice, stranger):
    words = "Spring 2025 holds an address of yours, but does not say which entry is yours."
    assert words not in client_of(stranger).get(reverse("home")).content.decode()
    html = client_of(account("zz@mail.example")).get(reverse("home")).content.decode()
    assert words in html
    assert "zza1" not in html


def test_who_is_in_another_course_is_told_at_sign_in(client, twice, outsider):
    EmailAddress.objects.create(user=outsider.person, email="zz@mail.example", verified=True)
    page = client.post(LOGIN, {"login": outsider.person.email, "password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == "/c/other/home/"
    assert UNCLEAR in page.content.decode()


def test_who_verifies_another_address_is_told_at_once(client_of, twice, stranger):
    browser = client_of(stranger)
    browser.post(reverse("account_email"), {"email": "zz@mail.example", "action_add": ""})
    page = browser.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])}, follow=True)
    assert page.content.decode().count(UNCLEAR) == 1


def test_signing_up_with_an_invitation_leads_back_to_it(client):
    client.post(SIGNUP, {"email": "new@mail.example", **PASSWORDS, "next": "/invitations/secret/"})
    response = client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})
    assert response.url == "/invitations/secret/"


def answer(page, data):
    """Everything that somebody who probes can see: the answers, and how many queries they took."""
    client = Client()
    client.get(page)
    before = len(mail.outbox)
    with CaptureQueriesContext(connection) as queries:
        first = client.post(page, data)
    second = client.get(first.url) if first.status_code == 302 else first
    visible = VARIABLE.sub("", second.content.decode())
    return first.status_code, first.get("Location"), second.status_code, visible, (
        len(mail.outbox) - before
    ), len(queries)  # fmt: skip


PROBES = [
    pytest.param(CODE, {}, id="code"),
    pytest.param(RESET, {}, id="reset"),
    pytest.param(SIGNUP, PASSWORDS, id="sign-up"),
]


def mails(page, data):
    """What is mailed when this is posted; the subject of each goes with its text."""
    before = len(mail.outbox)
    Client().post(page, data)
    return [(sent.subject, sent.body) for sent in mail.outbox[before:]]


@pytest.mark.parametrize(
    ("page", "data", "subject", "words"),
    [
        pytest.param(
            CODE,
            {"email": "stranger@elsewhere.example"},
            "Your code to sign in to Rostrum",
            ("you sign in to Rostrum at testserver", "holds for 15 minutes"),
            id="code",
        ),
        pytest.param(
            CODE,
            {"email": "unknown@mail.example"},
            "No account at Rostrum with this address",
            ("unknown@mail.example", "make one at", "http://testserver/accounts/signup/"),
            id="code, unknown",
        ),
        pytest.param(
            RESET,
            {"email": "stranger@elsewhere.example"},
            "Set a new password at Rostrum",
            (
                "at Rostrum, testserver",
                "works once, and for 3 days",
                "/accounts/password/reset/key/",
            ),
            id="reset",
        ),
        pytest.param(
            RESET,
            {"email": "unknown@mail.example"},
            "No account at Rostrum with this address",
            ("unknown@mail.example", "http://testserver/accounts/signup/"),
            id="reset, unknown",
        ),
        pytest.param(
            SIGNUP,
            {"email": "unknown@mail.example", **PASSWORDS},
            "Confirm your address at Rostrum",
            ("unknown@mail.example", "Rostrum, testserver", "holds for 15 minutes"),
            id="sign-up",
        ),
        pytest.param(
            SIGNUP,
            {"email": "stranger@elsewhere.example", **PASSWORDS},
            "You have an account at Rostrum",
            ("has one already", "http://testserver/accounts/password/reset/"),
            id="sign-up, known",
        ),
    ],
)
def test_a_mail_says_what_it_is_for_and_how_long_it_holds(stranger, page, data, subject, words):
    ((sent, body),) = mails(page, data)
    assert sent == subject
    assert [each for each in words if each not in " ".join(body.split())] == []
    assert "!" not in sent + body
    assert "you can ignore this mail" in body
    assert max(map(len, body.splitlines())) <= 100


def test_an_address_that_is_added_is_mailed_its_code(client_of, presenter):
    client_of(presenter).post(
        reverse("account_email"), {"email": "new@mail.example", "action_add": ""}
    )
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["new@mail.example"], "Confirm your address at Rostrum")
    assert "new@mail.example" in sent.body
    assert code_in(sent)


def test_codes_and_links_hold_as_long_as_their_words_say():
    assert (
        app_settings.LOGIN_BY_CODE_TIMEOUT,
        app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        site_settings.PASSWORD_RESET_TIMEOUT,
    ) == (15 * 60, 15 * 60, 3 * 24 * 60 * 60)


def test_a_code_holds_until_its_last_second(client, presenter):
    with time_machine.travel("2025-02-19T12:00:00Z", tick=False) as clock:
        for seconds, is_taken in ((899, True), (901, False)):
            browser = Client()
            browser.post(CODE, {"email": presenter.person.email})
            clock.shift(seconds)
            response = browser.post(
                "/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1])}
            )
            assert (response.url == reverse("home")) is is_taken


CONFIRM = [
    pytest.param(CODE, {}, "/accounts/login/code/confirm/", id="code"),
    pytest.param(SIGNUP, PASSWORDS, "/accounts/confirm-email/", id="sign-up"),
]


@pytest.mark.parametrize(("page", "data", "confirm"), CONFIRM)
@pytest.mark.parametrize("email", ["stranger@elsewhere.example", "unknown@mail.example"])
def test_the_page_for_the_code_is_in_our_words(client, stranger, page, data, confirm, email):
    response = client.post(page, {"email": email, **data}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [(confirm, 302)]
    assert f"A mail is on its way to {email}." in html
    assert f"<strong>{email}</strong>" in html
    assert "It holds for 15 minutes." in html
    assert "rostrum/rostrum.css" in html
    assert "style=" not in html
    assert "!" not in html.split("<main")[1]


@pytest.mark.parametrize(("page", "data", "confirm"), CONFIRM)
def test_asking_for_a_new_code_tells_nothing_of_the_address(stranger, page, data, confirm):
    def said(email):
        client = Client()
        client.post(page, {"email": email, **data})
        answers = [client.post(confirm, {"action": "resend"}, follow=True) for _ in range(4)]
        return [
            (one.redirect_chain, one.status_code, VARIABLE.sub("", one.content.decode()))
            for one in answers
        ]

    assert said("stranger@elsewhere.example") == said("unknown@mail.example")


def test_who_cancels_and_asks_once_more_gets_another_code(client, presenter):
    client.post(CODE, {"email": presenter.person.email})
    client.post(reverse("account_logout"), {"next": reverse("account_login")})
    client.post(CODE, {"email": presenter.person.email})
    first, second = (code_in(sent) for sent in mail.outbox)
    assert client.post("/accounts/login/code/confirm/", {"code": first}).status_code == 200
    response = client.post("/accounts/login/code/confirm/", {"code": second})
    assert response.url == reverse("home")


def test_a_password_is_set_by_the_mailed_link_and_the_link_works_once(client, presenter):
    asked = client.post(RESET, {"email": presenter.person.email}, follow=True)
    assert "Look in your mail" in asked.content.decode()
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    assert "Set the password" in page.content.decode()
    done = client.post(page.request["PATH_INFO"], PASSWORDS, follow=True)
    assert "Your password is set" in done.content.decode()
    assert sign_in(Client(), presenter.person.email, PASSWORDS["password1"]).status_code == 302
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_a_changed_password_signs_out_everywhere_as_its_page_says(client_of, presenter):
    here, elsewhere = client_of(presenter), client_of(presenter)
    page = reverse("account_change_password")
    assert "Afterwards you sign in again" in here.get(page).content.decode()
    here.post(page, {"oldpassword": PASSWORD, **PASSWORDS})
    for browser in (here, elsewhere):
        assert browser.get(reverse("home")).url.startswith(LOGIN)


def test_signing_up_hints_at_the_address(client):
    html = client.get(SIGNUP).content.decode()
    assert "such as <i>NetID</i>@<i>your university's domain</i>" in html


@pytest.mark.parametrize(("page", "data"), PROBES)
def test_an_address_on_a_roster_gets_the_answer_of_any_other(page, data, unclaimed_student):
    EnrolmentFactory(course=unclaimed_student.course, email="listed@mail.example")
    on_roster = answer(page, {"email": "noone@uni.example", **data})
    listed = answer(page, {"email": "listed@mail.example", **data})
    nobody = answer(page, {"email": "nobody@uni.example", **data})
    assert on_roster == listed == nobody


@pytest.mark.parametrize(("page", "data"), PROBES)
def test_an_account_in_a_course_gets_the_answer_of_one_in_none(page, data, presenter, stranger):
    enrolled = answer(page, {"email": presenter.person.email, **data})
    alone = answer(page, {"email": stranger.email, **data})
    assert enrolled == alone


@pytest.mark.parametrize(("page", "data"), PROBES)
def test_an_address_with_an_account_gets_the_same_page_as_one_without(page, data, stranger):
    known = answer(page, {"email": stranger.email, **data})
    unknown = answer(page, {"email": "unknown@mail.example", **data})
    assert known[:5] == unknown[:5]
    assert known[4] == 1


def test_a_wrong_password_and_an_unknown_address_read_alike(stranger):
    def said(email):
        html = sign_in(Client(), email, "wrong").content.decode()
        return VARIABLE.sub("", html)

    assert said(stranger.email) == said("unknown@mail.example")


def test_an_account_in_no_course_is_told_of_none(client_of, stranger, seminar):
    seminar.is_public = False
    seminar.save()
    response = client_of(stranger).get(reverse("home"))
    assert response.status_code == 200
    assert seminar.title not in response.content.decode()


ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://testserver/home/",
    "http://127.0.0.1/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "\t//evil.example",
    " //evil.example",
    "/\t/evil.example",
    "ftp://evil.example",
    "%2f%2fevil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("how", ["get", "post"])
def test_next_never_leads_elsewhere(client, presenter, target, how):
    data = {"login": presenter.person.email, "password": PASSWORD}
    if how == "get":
        response = client.post(LOGIN, data, query_params={"next": target})
    else:
        response = client.post(LOGIN, {**data, "next": target})
    assert response.status_code == 302
    assert response.url == reverse("home")


def test_next_leads_to_a_page_of_this_site(client, presenter):
    data = {"login": presenter.person.email, "password": PASSWORD, "next": "/c/seminar/home/"}
    assert client.post(LOGIN, data).url == "/c/seminar/home/"


def test_a_thousand_forged_addresses_do_not_get_round_the_limit(stranger):
    tried = 0
    for number in range(1000):
        forged = f"10.{number // 256}.{number % 256}.1"
        html = sign_in(
            Client(), stranger.email, "wrong",
            HTTP_X_FORWARDED_FOR=forged, HTTP_X_REAL_IP=forged, HTTP_FORWARDED=f"for={forged}",
        ).content.decode()  # fmt: skip
        if "Too many failed login attempts" in html:
            break
        tried += 1
    assert tried <= 10


class TestUniversitySignIn:
    """OIDC: the university's verified address decides, never one that is only claimed."""

    def found(self, email, *, verified=True):
        request = RequestFactory().get("/")
        login = SocialLogin(
            user=Person(email=email),
            account=SocialAccount(provider="university", uid="1"),
            email_addresses=[EmailAddress(email=email, verified=verified, primary=True)],
        )
        found = SocialAccountAdapter(request).authenticate_by_email(login)
        return found and found[0]

    def test_it_signs_in_to_the_account_with_that_verified_address(self, presenter):
        assert self.found(presenter.person.email) == presenter.person

    def test_an_address_the_university_has_not_verified_finds_nobody(self, presenter):
        assert self.found(presenter.person.email, verified=False) is None

    def test_an_unknown_address_is_a_new_account(self):
        assert self.found("new@uni.example") is None

    def test_an_account_that_only_claims_the_address_is_not_signed_in_to(self, stranger):
        EmailAddress.objects.create(user=stranger, email="noone@uni.example", verified=False)
        assert self.found("noone@uni.example") is None

    def test_an_account_on_which_nothing_was_ever_verified_is_taken_over(self):
        squatted = account("noone@uni.example", verified=False)
        assert self.found("noone@uni.example") == squatted


def test_signing_up_without_end_is_answered_by_a_page_of_ours(client):
    for _ in range(20):
        client.post(SIGNUP, {"email": "no address"})
    answer = client.post(SIGNUP, {"email": "no address"})
    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.content.decode()


@pytest.mark.parametrize("address", ["stranger@elsewhere.example", "unknown@mail.example"])
def test_nobodys_mailbox_is_filled_with_codes(stranger, address):
    for _ in range(10):
        Client().post(CODE, {"email": address})
    assert len(mail.outbox) == 3


class BrokenServer(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("no server")


@pytest.mark.parametrize(("page", "data"), PROBES)
@pytest.mark.parametrize("address", ["stranger@elsewhere.example", "unknown@mail.example"])
def test_a_broken_mail_server_is_said_and_tells_nothing_else(
    client, settings, stranger, page, data, address
):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    html = client.post(page, {"email": address, **data}, follow=True).content.decode()
    assert "The mail could not be sent just now." in html


def test_the_demo_offers_each_person_with_one_click(client, settings, presenter, monkeypatch):
    from courseapp.demo import people

    listed = [{"pk": 7, "email": "presa@uni.example", "name": "Presa Holt", "label": "a presenter"}]
    monkeypatch.setattr(people, "featured", lambda: listed)
    settings.DEMO = False
    assert "Presa Holt" not in client.get(LOGIN).content.decode()
    settings.DEMO = True
    settings.ROOT_URLCONF = __name__
    html = client.get(LOGIN).content.decode()
    assert '<input type="hidden" name="person" value="7">' in html
    assert 'Sign in<span class="vh"> as <bdi>Presa Holt</bdi>, a presenter</span>' in html


@pytest.mark.django_db
def test_nobody_signs_up_with_letters_that_count_as_others(client):
    """PostgreSQL takes a long s for an S where it ignores capitals."""
    account("kiss@uni.example")
    typed = {"email": "ki\u017fs@uni.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", typed)
    assert [one.email for one in Person.objects.all()] == ["kiss@uni.example"]
    assert Person.objects.get_by_natural_key("KISS@uni.example ").email == "kiss@uni.example"
