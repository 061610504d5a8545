"""Rules U1, U3: five answers or a PDF, within 24 hours after class, late ones not counted."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from schedule.deadlines import NotOpenYet
from submissions.errors import (
    FileRefused,
    Incomplete,
    NotYourDuty,
    StaleVersion,
    TooLong,
)
from submissions.models import Receipt, StoredFile
from tests import factories as make
from tests.courses.test_texts import NOTHING_TO_SEE
from tests.handing_in import ANSWER_LENGTH, counting_summary, hand_in_summary, summaries_of
from tests.submissions import uploads
from tests.submissions.conftest import ANSWERS, a_key
from tests.works import Summary


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (make.CLASS_STARTS, "on_time"),
        (make.SUMMARY_DUE - make.MICROSECOND, "on_time"),
        (make.SUMMARY_DUE, "late_not_counted"),
        (make.SUMMARY_DUE + timedelta(days=60), "late_not_counted"),
    ],
)
def test_summary_is_taken_from_class_start_on_and_not_counted_once_due(
    summarise, companion, at, verdict
):
    receipt = summarise(companion, at=at)
    assert (receipt.verdict, receipt.due_at) == (verdict, make.SUMMARY_DUE)


def test_summary_before_class_is_not_open_yet(summarise, companion):
    with pytest.raises(NotOpenYet):
        summarise(companion, at=make.CLASS_STARTS - make.MICROSECOND)
    assert not Receipt.objects.exists()


def test_summary_keeps_the_five_answers(summarise, companion, companion_group, lecture):
    receipt = summarise(companion)
    summary = Summary.objects.get()
    assert {name: getattr(summary, name) for name, _ in Summary.FIELDS} == ANSWERS
    assert (summary.meeting, summary.group, summary.receipt, summary.file) == (
        lecture,
        companion_group,
        receipt,
        None,
    )


def test_reviewer_group_summarises_too(summarise, reviewer, reviewer_group):
    assert summarise(reviewer, group=reviewer_group).group == reviewer_group


@pytest.mark.parametrize("who", ["presenter", "student_without_group", "ta"])
def test_who_is_neither_companion_nor_reviewer_hands_in_no_summary(
    summarise, cast, who, presenter_group
):
    for group in (None, presenter_group):
        with pytest.raises(NotYourDuty):
            summarise(cast[who], group=group)


def test_summary_as_pdf(summarise, companion):
    receipt = summarise(companion, upload=uploads.pdf("Ours.pdf"))
    summary = Summary.objects.get()
    assert (summary.file.name, summary.file.sha256, summary.problem) == (
        "Ours.pdf",
        receipt.sha256,
        "",
    )


def test_summary_as_another_kind_of_file_is_refused(summarise, companion):
    with pytest.raises(FileRefused):
        summarise(companion, upload=uploads.pptx("summary.pptx"))


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
@pytest.mark.parametrize("name", [name for name, _ in Summary.FIELDS])
def test_summary_without_one_of_its_answers_is_refused(summarise, companion, name, text):
    with pytest.raises(Incomplete) as caught:
        summarise(companion, answers=ANSWERS | {name: text})
    assert caught.value.fields == (name,)
    assert not Summary.objects.exists()


def test_summary_with_nothing_at_all_is_refused(summarise, companion):
    with pytest.raises(Incomplete):
        summarise(companion, answers=None)


def test_answer_of_the_greatest_length_is_taken_and_one_more_is_not(summarise, companion):
    summarise(companion, answers=ANSWERS | {"solution": "x" * ANSWER_LENGTH})
    with pytest.raises(TooLong) as caught:
        summarise(companion, answers=ANSWERS | {"solution": "x" * (ANSWER_LENGTH + 1)})
    assert caught.value.field == "solution"


def test_newest_summary_on_time_counts_and_a_late_one_never_replaces_it(
    summarise, companion, companion_group, lecture
):
    def counting():
        return counting_summary(summaries_of(lecture, companion_group)).version

    summarise(companion, at=make.CLASS_STARTS)
    summarise(companion, at=make.SUMMARY_DUE - make.MICROSECOND)
    assert counting() == 2
    summarise(companion, at=make.SUMMARY_DUE)
    assert counting() == 2


def test_newest_late_summary_stands_where_none_was_on_time(
    summarise, companion, companion_group, lecture
):
    summarise(companion, at=make.SUMMARY_DUE)
    summarise(companion, at=make.SUMMARY_DUE + timedelta(hours=1))
    counting = counting_summary(summaries_of(lecture, companion_group))
    assert (counting.version, counting.receipt.verdict) == (2, "late_not_counted")


def test_repeated_key_gives_the_first_receipt(summarise, companion):
    key = a_key()
    first = summarise(companion, key=key)
    again = summarise(companion, key=key, at=make.SUMMARY_DUE)
    assert again == first
    assert Summary.objects.count() == 1


@pytest.mark.parametrize("second", ["answers", "upload"])
def test_other_content_with_a_used_key_is_refused(summarise, companion, second):
    key = a_key()
    summarise(companion, key=key)
    other = {"answers": ANSWERS | {"future": "More."}, "upload": uploads.pdf()}
    with pytest.raises(StaleVersion):
        summarise(companion, key=key, **{second: other[second]})
    assert Summary.objects.count() == 1


OTHERS = {name: f"Another answer: {label}" for name, label in Summary.FIELDS}


@pytest.fixture
def second_member(seminar, companion_group):
    member = make.claimed(seminar, "wyn")
    make.in_group(companion_group, member)
    return member


def test_version_from_the_newest_one_is_taken(summarise, companion, second_member):
    summarise(companion, base_version=0)
    summarise(second_member, answers=OTHERS, base_version=1)
    assert list(Summary.objects.values_list("version", "problem")) == [
        (1, ANSWERS["problem"]),
        (2, OTHERS["problem"]),
    ]


@pytest.mark.parametrize("base_version", [0, 1, 3])
@pytest.mark.parametrize("at", [make.AFTER_CLASS, make.SUMMARY_DUE])
def test_version_from_another_than_the_newest_is_refused_with_both(
    summarise, companion, second_member, base_version, at
):
    summarise(companion)
    summarise(companion, answers=OTHERS)
    with pytest.raises(StaleVersion) as caught:
        summarise(second_member, base_version=base_version, at=at)
    assert (caught.value.stored, caught.value.offered) == (
        Summary.objects.get(version=2),
        ANSWERS,
    )
    assert Summary.objects.count() == Receipt.objects.count() == 2


def test_pdf_from_an_older_version_is_refused_and_not_kept(summarise, companion, second_member):
    summarise(companion, upload=uploads.pdf("Ours.pdf"), base_version=0)
    with pytest.raises(StaleVersion) as caught:
        summarise(second_member, upload=uploads.pdf("Mine.pdf"), base_version=0)
    assert caught.value.stored.stored_files["upload"].name == "Ours.pdf"
    assert list(StoredFile.objects.values_list("name", flat=True)) == ["Ours.pdf"]


def test_stale_is_said_before_what_is_incomplete(summarise, companion, second_member):
    summarise(companion)
    with pytest.raises(StaleVersion):
        summarise(second_member, answers=ANSWERS | {"future": ""}, base_version=0)


def test_versions_of_other_groups_are_not_compared(summarise, companion, reviewer, reviewer_group):
    summarise(companion, base_version=0)
    assert summarise(reviewer, group=reviewer_group, base_version=0).version == 1


def test_version_that_came_while_the_file_arrived_is_seen(
    summarise, companion, second_member, monkeypatch
):
    """The race: all is well when the upload begins, and stale when its row is made."""
    from submissions.actions import hand_in as module

    real = module.kept

    @contextmanager
    def slow(*args, **kwargs):
        with real(*args, **kwargs) as file:
            summarise(companion)
            yield file

    monkeypatch.setattr(module, "kept", slow)
    with pytest.raises(StaleVersion):
        summarise(second_member, upload=uploads.pdf(), base_version=0)
    assert Summary.objects.get().receipt.handed_in_by == companion
    assert not StoredFile.objects.exists()


def test_repeated_key_from_an_older_version_gives_the_first_receipt(summarise, companion):
    key = a_key()
    first = summarise(companion, key=key, base_version=0)
    summarise(companion, answers=OTHERS, base_version=1)
    assert summarise(companion, key=key, base_version=0) == first


def test_other_answers_from_a_form_that_was_used_are_stale(summarise, companion):
    key = a_key()
    summarise(companion, key=key, base_version=0)
    with pytest.raises(StaleVersion):
        summarise(companion, key=key, answers=OTHERS, base_version=0)


def test_verdict_stays_when_the_meeting_moves(summarise, companion, lecture):
    receipt = summarise(companion, at=make.SUMMARY_DUE - make.MICROSECOND)
    lecture.starts_at -= timedelta(days=2)
    lecture.ends_at -= timedelta(days=2)
    lecture.save()
    receipt.refresh_from_db()
    assert (receipt.verdict, receipt.due_at) == ("on_time", make.SUMMARY_DUE)


def test_the_same_pdf_again_is_answered_with_its_first_receipt(summarise, companion):
    key = a_key()
    first = summarise(companion, key=key, upload=uploads.pdf())
    summarise(companion, base_version=1)
    assert summarise(companion, key=key, upload=uploads.pdf()) == first


def test_the_same_pdf_with_answers_beside_it_is_something_else(
    summarise, companion, companion_group, lecture
):
    key = a_key()
    summarise(companion, key=key, upload=uploads.pdf())
    with pytest.raises(StaleVersion):
        hand_in_summary(
            meeting=lecture,
            group=companion_group,
            by=companion,
            answers=ANSWERS,
            upload=uploads.pdf(),
            at=make.AFTER_CLASS,
            key=key,
        )
