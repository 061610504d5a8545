"""Two at once. On SQLite one writer waits for the other; on PostgreSQL the row locks order them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections

from submissions.errors import StaleVersion
from submissions.models import Receipt
from tests import factories as make
from tests.handing_in import ask_question, hand_in_slides, hand_in_summary
from tests.submissions import uploads
from tests.submissions.conftest import ANSWERS, a_key
from tests.works import Question, QuestionVersion

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'",
        reason="the tests' SQLite lies in memory, where threads share one connection",
    ),
]


@pytest.fixture
def at_once(student_without_group, reading):
    """Posts in several threads at once; gives back receipts and refusals in the order posted."""

    def post(arguments):
        def one(more):
            try:
                return ask_question(
                    reading=reading,
                    author=student_without_group,
                    at=make.BEFORE_CLASS,
                    **more,
                ).pk
            except StaleVersion:
                return "stale"
            except IntegrityError:
                return "collision"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(one, arguments))

    return post


def test_fifty_keys_posted_twenty_times_at_once_are_fifty_receipts(at_once):
    keys = [a_key() for _ in range(50)]
    receipts = at_once([{"text": key, "key": key} for key in keys for _ in range(20)])
    assert len(set(receipts)) == Receipt.objects.count() == QuestionVersion.objects.count() == 50
    assert sorted(QuestionVersion.objects.values_list("number", flat=True)) == list(range(1, 51))


def test_of_two_editors_one_is_told_of_the_other(at_once):
    assert connection.vendor != "sqlite"
    for version in range(20):
        answers = at_once(
            [{"text": f"{who} {version}", "key": a_key(), "base_version": version} for who in "ab"]
        )
        assert answers.count("stale") == 1
    assert Question.objects.get().version == 20


def test_without_the_lock_the_race_is_there(at_once, monkeypatch):
    """The control: these tests would see two writers get through."""
    monkeypatch.setattr("submissions.actions.hand_in.in_line", lambda enrolment: enrolment)
    collisions = 0
    for _ in range(30):
        key = a_key()
        collisions += at_once([{"text": key, "key": key} for _ in range(8)]).count("collision")
    assert collisions > 0


def test_two_members_at_once_make_two_versions(companion, companion_group, lecture, seminar):
    second = make.claimed(seminar, "second")
    make.in_group(companion_group, second)

    def one(by):
        try:
            return hand_in_summary(
                meeting=lecture,
                group=companion_group,
                by=by,
                answers=ANSWERS,
                upload=None,
                at=make.AFTER_CLASS,
                key=a_key(),
            ).version
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(one, [companion, second] * 10))
    assert sorted(versions) == list(range(1, 21))


def test_two_members_slides_at_once_are_two_versions(presenter, presenter_group, lecture, seminar):
    second = make.claimed(seminar, "second")
    make.in_group(presenter_group, second)

    def one(by):
        try:
            return hand_in_slides(
                meeting=lecture,
                group=presenter_group,
                by=by,
                upload=uploads.pptx(),
                at=make.BEFORE_CLASS,
                key=a_key(),
            ).version
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(one, [presenter, second] * 10))
    assert sorted(versions) == list(range(1, 21))
