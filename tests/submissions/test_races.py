"""Two at once. On SQLite one writer waits for the other; on PostgreSQL the row locks order them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from submissions.actions.questions import ask_question
from submissions.errors import StaleVersion
from submissions.models import Question, QuestionVersion, Receipt
from tests import factories as make
from tests.submissions.conftest import a_key

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
