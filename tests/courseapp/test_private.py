"""What browsers and proxies may keep of it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/c/seminar/", "/c/seminar/home/", "/accounts/email/"])
def test_what_somebody_gets_who_is_signed_in_is_private(client_of, lecture, presenter, path):
    assert set(client_of(presenter).get(path)["Cache-Control"].split(", ")) >= {
        "private",
        "no-store",
    }


def test_signing_out_makes_the_browser_forget(client_of, presenter):
    response = client_of(presenter).post("/accounts/logout/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_the_public_page_says_nothing_of_it(client, lecture):
    response = client.get("/c/seminar/")
    assert not response.has_header("Cache-Control")
    assert not response.has_header("Clear-Site-Data")
