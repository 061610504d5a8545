"""Two at once. On SQLite one writer waits for the other; on PostgreSQL the row locks order them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from threading import Event

import pytest
from django.db import IntegrityError, connection, connections

from courseapp.rules import as_object, set_all
from courses.models import Enrolment
from submissions.actions import hand_in as actions
from submissions.errors import AskChanged, StaleVersion, TooLong
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
    monkeypatch.setattr("submissions.actions.hand_in.in_line", lambda by, group: by)
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


def test_what_is_answered_while_its_prompt_goes_is_not_asked_any_more(
    seminar, student_without_group, reading, monkeypatch
):
    """The database sees it at the one's COMMIT, when the other's is done."""
    stored, changed = Event(), Event()
    real = actions._store_content

    def store_and_wait(*about):
        real(*about)
        stored.set()
        assert changed.wait(20)

    monkeypatch.setattr(actions, "_store_content", store_and_wait)

    def one():
        try:
            by = Enrolment.objects.get(pk=student_without_group.pk)
            ask_question(reading=reading, author=by, at=make.BEFORE_CLASS, text="Why?", key=a_key())
        finally:
            connections.close_all()

    said = as_object(seminar)
    said["works"][0]["prompts"] = [{"key": "idea", "label": "Your idea"}]
    with ThreadPoolExecutor(1) as pool:
        handing_in = pool.submit(one)
        assert stored.wait(20)
        set_all(course=seminar, said=said, at=make.TERM_BEGINS)
        changed.set()
        with pytest.raises(AskChanged):
            handing_in.result()
    assert not Receipt.objects.exists()
    assert not QuestionVersion.objects.exists()


def test_a_hand_in_that_races_changes_of_rules_is_judged_by_one_revision(
    seminar, student_without_group, reading
):
    """By the one, a text this long is refused; by the other it is late. By none it is on time."""
    meeting = reading.meeting
    at = meeting.starts_at - timedelta(hours=1)
    strict, lenient = as_object(seminar), as_object(seminar)
    strict["works"][0]["prompts"][0]["longest"] = 10
    lenient["works"][0] |= {"due_minutes": -120, "after": "late"}
    set_all(course=seminar, said=strict, at=make.TERM_BEGINS)
    is_over = Event()

    def change():
        try:
            for said in cycle((lenient, strict)):
                if is_over.is_set():
                    return
                set_all(course=seminar, said=said, at=make.TERM_BEGINS)
        finally:
            connections.close_all()

    def one(_):
        try:
            by = Enrolment.objects.get(pk=student_without_group.pk)
            ask_question(reading=reading, author=by, at=at, text="x" * 500, key=a_key())
        except TooLong:
            return "too long"
        else:
            return "taken"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        changing = pool.submit(change)
        try:
            said: set[str] = set()
            for _ in range(20):
                said |= set(pool.map(one, range(20)))
                if len(said) == 2:
                    break
        finally:
            is_over.set()
        changing.result()
    assert said == {"too long", "taken"}, "both revisions were met"
    taken = set(Receipt.objects.values_list("verdict", "due_at"))
    assert taken == {("late", meeting.starts_at - timedelta(hours=2))}
