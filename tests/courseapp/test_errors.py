"""What somebody sees when nothing can be shown: calm, in our look, and nothing given away."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

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


def test_a_form_without_its_token_is_refused_with_advice(presenter, reading):
    client = Client(enforce_csrf_checks=True)
    client.force_login(presenter.person)
    response = client.post(f"/c/seminar/readings/{reading.pk}/question/", {"text": "Why?"})
    assert response.status_code == 403
    assert "Nothing was changed." in response.content.decode()


def test_the_page_for_our_own_faults_needs_nothing_to_render():
    assert "take it as not handed in" in render_to_string("500.html")
