"""Rule P2: one question per required reading of a student lecture, until class starts."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from courses.models import Notice
from schedule.deadlines import DeadlinePassed
from schedule.models import Meeting
from submissions.errors import (
    Incomplete,
    KeyReused,
    NotAsked,
    NothingHandedIn,
    NotYourDuty,
    StaleVersion,
    TooLong,
)
from submissions.models import Receipt
from tests import factories as make
from tests.courses.test_texts import NOTHING_TO_SEE
from tests.handing_in import QUESTION_LENGTH, ask_question, withdraw_question
from tests.submissions.conftest import a_key
from tests.works import Question, QuestionVersion


def test_question_gives_a_receipt_with_all_that_proves_it(ask, student_without_group, reading):
    receipt = ask(student_without_group, "  Why blocks?\r\nWhy not pages?  ")
    stored = "Why blocks?\nWhy not pages?"
    assert Question.objects.get().text == stored
    assert (
        receipt.work,
        receipt.course,
        receipt.meeting,
        receipt.reading,
        receipt.group,
        receipt.handed_in_by,
        list(receipt.members.all()),
        receipt.version,
        receipt.at,
        receipt.due_at,
        receipt.verdict,
        receipt.sha256,
        receipt.size,
    ) == (
        "question",
        reading.meeting.course,
        reading.meeting,
        reading,
        None,
        student_without_group,
        [student_without_group],
        1,
        make.BEFORE_CLASS,
        make.CLASS_STARTS,
        "on_time",
        hashlib.sha256(stored.encode()).hexdigest(),
        len(stored),
    )


def test_question_is_taken_one_microsecond_before_class(ask, presenter):
    receipt = ask(presenter, at=make.CLASS_STARTS - make.MICROSECOND)
    assert receipt.verdict == "on_time"


@pytest.mark.parametrize("after", [timedelta(0), make.MICROSECOND, timedelta(days=30)])
def test_question_at_class_start_or_later_is_refused(ask, presenter, after):
    with pytest.raises(DeadlinePassed):
        ask(presenter, at=make.CLASS_STARTS + after)
    assert not Question.objects.exists()
    assert not Receipt.objects.exists()
    assert not Notice.objects.exists()


def test_edit_keeps_every_version_with_its_receipt(ask, student_without_group):
    first = ask(student_without_group, "First.", base_version=0)
    second = ask(student_without_group, "Second.", base_version=1)
    assert list(
        QuestionVersion.objects.order_by("number").values_list("number", "text", "receipt")
    ) == [(1, "First.", first.pk), (2, "Second.", second.pk)]
    question = Question.objects.get()
    assert (question.text, question.version, second.version) == ("Second.", 2, 2)


def test_edit_at_class_start_is_refused_and_changes_nothing(ask, student_without_group):
    ask(student_without_group, "First.")
    with pytest.raises(DeadlinePassed):
        ask(student_without_group, "Second.", at=make.CLASS_STARTS)
    assert list(Question.objects.values_list("text", "version")) == [("First.", 1)]


def test_stale_edit_carries_both_texts_and_changes_nothing(ask, student_without_group):
    ask(student_without_group, "First.")
    ask(student_without_group, "Second.", base_version=1)
    with pytest.raises(StaleVersion) as caught:
        ask(student_without_group, "Third.", base_version=1)
    assert (caught.value.stored.texts, caught.value.stored.number) == ({"text": "Second."}, 2)
    assert caught.value.offered == {"text": "Third."}
    assert QuestionVersion.objects.count() == 2


def test_first_question_from_two_windows_is_not_overwritten(ask, student_without_group):
    ask(student_without_group, "From one window.", base_version=0)
    with pytest.raises(StaleVersion):
        ask(student_without_group, "From the other.", base_version=0)
    assert Question.objects.get().text == "From one window."


def test_repeated_key_gives_the_first_receipt_even_after_the_deadline(ask, student_without_group):
    key = a_key()
    first = ask(student_without_group, "First.", key=key)
    again = ask(student_without_group, " First.\r\n", key=key, at=make.CLASS_STARTS)
    assert again == first
    assert list(Question.objects.values_list("text", "version")) == [("First.", 1)]
    assert Receipt.objects.count() == Notice.objects.count() == 1


def test_other_text_with_a_used_key_is_never_taken_for_the_first(ask, student_without_group):
    """Back to a form that the browser kept, and on: what is typed there is not passed over."""
    key = a_key()
    ask(student_without_group, "First.", key=key, base_version=0)
    for base in (0, 1, None):
        with pytest.raises(StaleVersion) as caught:
            ask(student_without_group, "Changed.", key=key, base_version=base)
        assert caught.value.stored.texts == {"text": "First."}
        assert caught.value.offered == {"text": "Changed."}
    with pytest.raises(DeadlinePassed):
        ask(student_without_group, "Changed.", key=key, at=make.CLASS_STARTS)
    assert list(Question.objects.values_list("text", "version")) == [("First.", 1)]


def test_key_of_another_reading_is_refused(ask, student_without_group, second_reading):
    key = a_key()
    ask(student_without_group, key=key)
    with pytest.raises(KeyReused):
        ask(student_without_group, key=key, on=second_reading)
    assert Question.objects.count() == 1


def test_same_key_of_two_students_is_two_receipts(ask, presenter, companion):
    assert ask(presenter, key="k" * 20) != ask(companion, key="k" * 20)


def test_fifty_keys_posted_three_times_each_are_fifty_receipts(ask, student_without_group):
    keys = [a_key() for _ in range(50)]
    receipts = {ask(student_without_group, f"Text {key}", key=key).pk for key in keys * 3}
    assert len(receipts) == Receipt.objects.count() == QuestionVersion.objects.count() == 50


@pytest.mark.parametrize("text", [*NOTHING_TO_SEE, "   \r\n \t ", "\x00"])
def test_question_that_shows_nothing_is_refused(ask, student_without_group, text):
    with pytest.raises(Incomplete):
        ask(student_without_group, text)
    assert not Question.objects.exists()
    assert not Receipt.objects.exists()


def test_question_of_the_greatest_length_is_taken_and_one_more_is_not(ask, student_without_group):
    ask(student_without_group, " " + "ü" * QUESTION_LENGTH + " ")
    with pytest.raises(TooLong) as caught:
        ask(student_without_group, "ü" * (QUESTION_LENGTH + 1))
    assert str(caught.value) == "Your question has 2,001 characters; 2,000 are allowed."


def test_optional_reading_takes_no_question(ask, student_without_group, optional_reading):
    with pytest.raises(NotAsked):
        ask(student_without_group, on=optional_reading)


@pytest.mark.parametrize(
    "kind", [kind for kind in Meeting.Kind if kind != Meeting.Kind.STUDENT_LECTURE]
)
def test_reading_of_another_kind_of_meeting_takes_no_question(ask, student_without_group, kind):
    times = {"starts_at": None, "ends_at": None} if kind == Meeting.Kind.NO_CLASS else {}
    meeting = make.MeetingFactory(course=student_without_group.course, kind=kind, **times)
    with pytest.raises(NotAsked):
        ask(student_without_group, on=make.ReadingFactory(meeting=meeting))


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("instructor", NotYourDuty),
        ("ta", NotYourDuty),
        ("dropped_student", NotYourDuty),
        ("outsider", NotAsked),  # their course has no such reading
        ("other_instructor", NotAsked),
    ],
)
def test_who_owes_no_question_is_refused(ask, cast, who, refused):
    with pytest.raises(refused):
        ask(cast[who])
    assert not Receipt.objects.exists()


def test_student_who_drops_later_still_asks_before_that(ask, dropped_student):
    receipt = ask(dropped_student, at=dropped_student.dropped_at - make.MICROSECOND)
    assert receipt.verdict == "on_time"


def test_withdrawn_question_keeps_its_versions(ask, student_without_group, reading):
    ask(student_without_group)
    question = withdraw_question(
        reading=reading,
        author=student_without_group,
        at=make.CLASS_STARTS - make.MICROSECOND,
    )
    assert question.withdrawn_at == make.CLASS_STARTS - make.MICROSECOND
    assert QuestionVersion.objects.count() == Receipt.objects.count() == 1


def test_withdrawal_at_class_start_is_refused(ask, student_without_group, reading):
    ask(student_without_group)
    with pytest.raises(DeadlinePassed):
        withdraw_question(reading=reading, author=student_without_group, at=make.CLASS_STARTS)
    assert Question.objects.get().withdrawn_at is None


def test_second_withdrawal_changes_nothing(ask, student_without_group, reading):
    ask(student_without_group)
    for later in range(3):
        withdraw_question(
            reading=reading,
            author=student_without_group,
            at=make.BEFORE_CLASS + timedelta(minutes=later),
        )
    assert Question.objects.get().withdrawn_at == make.BEFORE_CLASS


def test_withdrawing_nothing_is_refused(student_without_group, reading):
    with pytest.raises(NothingHandedIn):
        withdraw_question(reading=reading, author=student_without_group, at=make.BEFORE_CLASS)


def test_asking_after_withdrawal_is_the_next_version(ask, student_without_group, reading):
    ask(student_without_group, "First.")
    withdraw_question(reading=reading, author=student_without_group, at=make.BEFORE_CLASS)
    receipt = ask(student_without_group, "Again.", base_version=1)
    question = Question.objects.get()
    assert (receipt.version, question.version, question.text) == (2, 2, "Again.")
    assert question.withdrawn_at is None


def test_receipt_is_mailed_once_to_the_author(ask, student_without_group):
    receipt = ask(student_without_group)
    notice = Notice.objects.get()
    assert (notice.key, notice.recipient) == (f"receipt:{receipt.pk}", student_without_group)
    for fact in (
        str(receipt.pk),
        receipt.sha256,
        "In, on time",
        "Wed, Feb 19, 2025, 10:30:00 AM CST",
        "Wed, Feb 19, 2025, 12:30:00 PM CST",
        f"/c/seminar/receipts/{receipt.pk}/",
    ):
        assert fact in notice.body


def test_entry_without_a_known_address_gets_its_receipt_all_the_same(ask, unclaimed_student):
    assert ask(unclaimed_student).verdict == "on_time"
    assert not Notice.objects.exists()


def test_failed_hand_in_leaves_nothing_behind(monkeypatch, reading, student_without_group):
    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("submissions.actions.receipts.post_notices", fail)
    with pytest.raises(RuntimeError):
        ask_question(
            reading=reading,
            author=student_without_group,
            text="Why?",
            at=make.BEFORE_CLASS,
            key=a_key(),
        )
    assert not Question.objects.exists()
    assert not Receipt.objects.exists()
