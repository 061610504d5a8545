"""Signing in through the university (OIDC), from the button to the home page.

The university is a fake one: it answers what a test says about who is signing in there.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.urls import reverse

from courses.accounts import SocialAccountAdapter
from courses.models import Person
from tests.factories import account

pytestmark = pytest.mark.django_db
ISSUER = "https://idp.uni.example"


class Answer:
    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, data):
        self.data = data

    def json(self):
        return self.data

    def raise_for_status(self):
        pass


class University:
    """Stands where `requests.Session` does."""

    def __init__(self, claims):
        self.claims = claims

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def get(self, url, **kwargs):
        return self.request("GET", url)

    def request(self, method, url, **kwargs):
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "userinfo_endpoint": f"{ISSUER}/userinfo",
                "jwks_uri": f"{ISSUER}/keys",
            },
            "/token": {"access_token": "token", "token_type": "Bearer"},
            "/userinfo": self.claims,
        }
        return Answer(pages[url.removeprefix(ISSUER)])


@pytest.fixture
def sign_in(settings, monkeypatch, client):
    """`sign_in(email, verified)` goes the whole way and returns the last answer."""
    app = {
        "provider_id": "university",
        "name": "University sign-in",
        "client_id": "rostrum",
        "secret": "not a secret",
        "settings": {"server_url": ISSUER},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }

    def go(email, *, verified=True, name="Noone Yett"):
        claims = {"sub": f"id-{email}", "email": email, "email_verified": verified, "name": name}
        monkeypatch.setattr(
            SocialAccountAdapter, "get_requests_session", lambda self: University(claims)
        )
        there = client.post(reverse("openid_connect_login", args=["university"]))
        asked = parse_qs(urlsplit(there.url).query)
        assert there.url.startswith(f"{ISSUER}/authorize?")
        assert asked["code_challenge_method"] == ["S256"]
        return client.get(
            reverse("openid_connect_callback", args=["university"]),
            {"code": "code", "state": asked["state"][0]},
        )

    return go


def signed_in(client):
    number = client.session.get("_auth_user_id")
    return number and Person.objects.get(pk=number)


def test_the_sign_in_page_offers_it_only_when_it_is_set_up(client, sign_in):
    assert "University sign-in" in client.get("/accounts/login/").content.decode()


def test_without_settings_there_is_no_button(client):
    assert "University sign-in" not in client.get("/accounts/login/").content.decode()


def test_a_name_that_shows_nothing_is_none(client, sign_in):
    sign_in("NoOne@Uni.Example", name="\u200b\u2060")
    assert str(signed_in(client)) == "noone@uni.example"


def test_a_new_person_gets_an_account_and_their_entries(client, sign_in, unclaimed_student):
    response = sign_in("NoOne@Uni.Example")
    assert response.url == reverse("home")
    person = signed_in(client)
    unclaimed_student.refresh_from_db()
    assert (person.email, person.name) == ("noone@uni.example", "Noone Yett")
    assert unclaimed_student.person == person
    assert not person.has_usable_password()


def test_a_verified_address_signs_in_to_the_account_that_has_it(client, sign_in, presenter):
    sign_in(presenter.person.email)
    assert signed_in(client) == presenter.person
    assert Person.objects.count() == 1


def test_an_unverified_address_signs_in_to_nothing(client, sign_in, presenter):
    sign_in(presenter.person.email, verified=False)
    assert signed_in(client) is None
    assert Person.objects.count() == 1


def test_an_unverified_new_address_claims_nothing_before_its_code(
    client, sign_in, unclaimed_student
):
    response = sign_in("noone@uni.example", verified=False)
    assert signed_in(client) is None
    assert response.url == reverse("account_email_verification_sent")
    assert [message.to for message in mail.outbox] == [["noone@uni.example"]]
    unclaimed_student.refresh_from_db()
    assert unclaimed_student.person is None


def test_an_account_made_in_somebodys_name_is_theirs_without_its_password(
    client, sign_in, unclaimed_student
):
    squatted = account("noone@uni.example", verified=False)
    sign_in("noone@uni.example")
    squatted.refresh_from_db()
    assert not squatted.has_usable_password()
    [code] = re.findall(r"^[A-Z0-9]{3,}-?[A-Z0-9]*$", mail.outbox[0].body, re.MULTILINE)
    client.post("/accounts/confirm-email/", {"code": code})
    unclaimed_student.refresh_from_db()
    assert signed_in(client) == squatted == unclaimed_student.person


def test_an_account_with_another_verified_address_is_not_taken_over(client, sign_in, stranger):
    EmailAddress.objects.create(user=stranger, email="noone@uni.example", verified=False)
    sign_in("noone@uni.example")
    assert signed_in(client) is None
    stranger.refresh_from_db()
    assert stranger.has_usable_password()


def test_the_second_time_leads_to_the_same_account(client, sign_in):
    sign_in("noone@uni.example")
    first = signed_in(client)
    client.logout()
    sign_in("noone@uni.example")
    assert signed_in(client) == first
    assert SocialAccount.objects.count() == 1


def test_a_switched_off_account_stays_out(client, sign_in, presenter):
    presenter.person.is_active = False
    presenter.person.save()
    sign_in(presenter.person.email)
    assert signed_in(client) is None
