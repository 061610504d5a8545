"""The log names no address that is a secret itself."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client

from courseapp.logs import HideSecrets


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/invitations/s3cr-et_/", "/invitations/…/"),
        ("/accounts/password/reset/key/1-abc/", "/accounts/password/reset/key/…/"),
        ("/accounts/confirm-email/abc:def/", "/accounts/confirm-email/…/"),
        ("/c/seminar/invitations/", "/c/seminar/invitations/"),
    ],
)
def test_a_secret_address_is_logged_without_its_secret(path, logged):
    record = logging.makeLogRecord({"msg": "%s: %s", "args": ("Forbidden", path)})
    assert HideSecrets().filter(record) is True
    assert record.getMessage() == f"Forbidden: {logged}"


@pytest.mark.django_db
def test_a_refused_invitation_is_logged_without_its_secret(caplog):
    caplog.handler.addFilter(HideSecrets())
    Client(enforce_csrf_checks=True).post("/invitations/still-good/")
    assert "/invitations/…/" in caplog.text
    assert "still-good" not in caplog.text


def test_every_handler_has_the_filter():
    handlers = settings.LOGGING["handlers"].values()
    assert [handler["filters"] for handler in handlers] == [["hide secrets"]]
    assert settings.LOGGING["filters"]["hide secrets"]["()"] is HideSecrets
