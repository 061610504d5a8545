"""What the server could not keep whole is taken by nothing, and its text is given back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from courseapp.server.body import TOO_LARGE
from courseapp.server.requests import ARRIVED_AT, BEGAN_AT
from submissions.links import work_path
from submissions.models import Receipt
from submissions.uploading import LOST, NO_ROOM
from tests.submissions.uploads import pptx

pytestmark = pytest.mark.django_db
TEXT = "Why is a page sixteen tokens long?"
KEY = "0123456789abcdef" * 2
BEFORE_CLASS = datetime(2025, 2, 17, 12, tzinfo=UTC).timestamp()
WHOLE = {BEGAN_AT: BEFORE_CLASS, ARRIVED_AT: BEFORE_CLASS + 2}


@pytest.fixture
def post_question(client_of, presenter, reading):
    path = work_path("seminar", ("question", 0, reading.pk))
    form = {"text": TEXT, "key": KEY, "base_version": "0"}
    return lambda **lost: client_of(presenter).post(path, form, **WHOLE, **lost)


@pytest.fixture
def post_slides(client_of, presenter, lecture):
    path = work_path("seminar", ("slides", lecture.pk, 0))
    return lambda **lost: client_of(presenter).post(
        path, {"upload": pptx(), "key": KEY[::-1]}, **WHOLE, **lost
    )


@pytest.mark.parametrize(("lost", "status"), [(NO_ROOM, 503), (TOO_LARGE, 413)])
def test_question_is_given_back(post_question, lost, status):
    answer = post_question(**{LOST: lost})
    assert answer.status_code == status
    assert TEXT in answer.content.decode()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(("lost", "status"), [(NO_ROOM, 503), (TOO_LARGE, 413)])
def test_half_a_file_is_not_handed_in(post_slides, lost, status):
    assert post_slides(**{LOST: lost}).status_code == status
    assert not Receipt.objects.exists()


def test_what_is_whole_is_taken_as_of_when_it_began(post_question, post_slides):
    assert [post(**{LOST: ""}).status_code for post in (post_question, post_slides)] == [303, 303]
    instants = {receipt.at.timestamp() for receipt in Receipt.objects.all()}
    assert instants == {BEFORE_CLASS}


def test_text_that_took_longer_than_the_grace_counts_from_when_it_came(
    client_of, presenter, reading, settings
):
    path = work_path("seminar", ("question", 0, reading.pk))
    arrived = BEFORE_CLASS + settings.TEXT_GRACE_SECONDS + 7
    form = {"text": TEXT, "key": KEY, "base_version": "0"}
    instants = {BEGAN_AT: BEFORE_CLASS, ARRIVED_AT: arrived, LOST: ""}
    assert client_of(presenter).post(path, form, **instants).status_code == 303
    assert Receipt.objects.get().at.timestamp() == BEFORE_CLASS + 7


def test_signed_out_visitor_is_told_too(client, lecture):
    path = work_path("seminar", ("slides", lecture.pk, 0))
    assert client.post(path, {"key": KEY}, **{LOST: TOO_LARGE}).status_code == 413
