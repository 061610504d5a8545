"""Who sees what: each visibility is compared with the whole set of what there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import Enrolment
from submissions.models import Receipt, StoredFile
from submissions.permissions import (
    files_visible_to,
    receipts_visible_to,
    versions_visible_to,
)
from tests import factories as make
from tests.handing_in import (
    questions_visible_to,
    release_slides,
    slides_visible_to,
    summaries_visible_to,
    withdraw_question,
)
from tests.submissions import uploads
from tests.works import Question, Slides, Summary

EVERYBODY = {
    "instructor", "ta", "presenter", "companion", "reviewer", "student_without_group",
    "dropped_student", "outsider", "other_instructor", "stranger", "operator", "visitor",
}  # fmt: skip
CLASS = {"instructor", "ta", "presenter", "companion", "reviewer", "student_without_group"}
STAFF = {"instructor", "ta", "operator"}
PANEL = {"presenter", "companion", "reviewer"}


@pytest.fixture
def seen_by(cast):
    """`seen_by(visible_to, row, at)`: the names of those who see the row."""

    def names(visible_to, row, at):
        people = {
            name: who.person if isinstance(who, Enrolment) else who for name, who in cast.items()
        } | {"visitor": AnonymousUser()}
        return {name for name, who in people.items() if visible_to(who, at).contains(row)}

    return names


def test_question_is_seen_by_its_author_and_staff_and_from_class_start_by_the_panel(
    seen_by, ask, student_without_group
):
    ask(student_without_group)
    question = Question.objects.get()
    before = make.CLASS_STARTS - make.MICROSECOND
    assert seen_by(questions_visible_to, question, before) == {"student_without_group"} | STAFF
    assert (
        seen_by(questions_visible_to, question, make.CLASS_STARTS)
        == {"student_without_group"} | STAFF | PANEL
    )


def test_withdrawn_question_is_seen_by_its_author_and_staff(
    seen_by, ask, student_without_group, reading
):
    ask(student_without_group)
    withdraw_question(reading=reading, author=student_without_group, at=make.BEFORE_CLASS)
    assert (
        seen_by(questions_visible_to, Question.objects.get(), make.AFTER_CLASS)
        == {"student_without_group"} | STAFF
    )


def test_panel_of_another_meeting_reads_no_questions(
    seen_by, ask, student_without_group, seminar, companion_group
):
    meeting = make.MeetingFactory(course=seminar, starts_at=make.CLASS_STARTS)
    ask(student_without_group, on=make.ReadingFactory(meeting=meeting))
    make.RoleAssignmentFactory(meeting=meeting, group=companion_group, role="companion")
    assert (
        seen_by(questions_visible_to, Question.objects.get(), make.AFTER_CLASS)
        == {"student_without_group", "companion"} | STAFF
    )


def test_who_has_left_the_panels_group_reads_no_questions(
    seen_by, ask, student_without_group, presenter
):
    ask(student_without_group)
    presenter.memberships.update(left_at=make.AFTER_CLASS)
    question = Question.objects.get()
    before = make.AFTER_CLASS - make.MICROSECOND
    assert "presenter" in seen_by(questions_visible_to, question, before)
    assert "presenter" not in seen_by(questions_visible_to, question, make.AFTER_CLASS)


def test_an_entry_that_nobody_has_claimed_opens_nothing_to_visitors(
    seen_by, presenter, unclaimed_student, lecture, reading, presenter_group, companion_group
):
    """Who has no account is nobody in particular, not everybody without an account."""
    for group in (presenter_group, companion_group):
        make.in_group(group, unclaimed_student)
    make.QuestionFactory(reading=reading, author=unclaimed_student)
    by = {"receipt__handed_in_by": unclaimed_student}
    make.SlidesFactory(meeting=lecture, group=presenter_group, **by)
    summary = make.SummaryFactory(
        meeting=lecture, group=companion_group, file=make.StoredFileFactory(), **by
    )
    for visible_to, row in (
        (questions_visible_to, Question.objects.get()),
        (slides_visible_to, Slides.objects.get()),
        (summaries_visible_to, summary),
        (files_visible_to, summary.stored_files["upload"]),
        *((receipts_visible_to, receipt) for receipt in Receipt.objects.all()),
    ):
        seen = seen_by(visible_to, row, make.AFTER_CLASS)
        assert seen >= STAFF
        assert not seen & {"visitor", "stranger", "outsider", "other_instructor"}


def test_a_summary_is_seen_by_who_joined_the_group_since(
    seen_by, summarise, companion, student_without_group, companion_group
):
    summarise(companion)
    make.MembershipFactory(
        group=companion_group, enrolment=student_without_group, joined_at=make.SUMMARY_DUE
    )
    summary = Summary.objects.get()
    before = make.SUMMARY_DUE - make.MICROSECOND
    assert seen_by(summaries_visible_to, summary, before) == {"companion"} | STAFF
    assert (
        seen_by(summaries_visible_to, summary, make.SUMMARY_DUE)
        == {
            "companion",
            "student_without_group",
        }
        | STAFF
    )


def test_slides_are_seen_by_the_class_and_once_released_by_all(
    seen_by, hand_in, presenter, seminar
):
    hand_in(presenter)
    slides = Slides.objects.get()
    file = StoredFile.objects.get()
    for visible_to, row in ((slides_visible_to, slides), (files_visible_to, file)):
        assert seen_by(visible_to, row, make.AFTER_CLASS) == CLASS | {"operator"}
    release_slides(slides=slides, at=make.AFTER_CLASS)
    for visible_to, row in ((slides_visible_to, slides), (files_visible_to, file)):
        assert seen_by(visible_to, row, make.AFTER_CLASS) == EVERYBODY
        before = make.AFTER_CLASS - make.MICROSECOND
        assert seen_by(visible_to, row, before) == CLASS | {"operator"}
    seminar.is_public = False
    seminar.save()
    for visible_to, row in ((slides_visible_to, slides), (files_visible_to, file)):
        assert seen_by(visible_to, row, make.AFTER_CLASS) == CLASS | {"operator"}


def test_summary_and_its_file_are_seen_by_the_group_and_staff(seen_by, summarise, companion):
    summarise(companion, upload=uploads.pdf())
    for visible_to, row in (
        (summaries_visible_to, Summary.objects.get()),
        (files_visible_to, StoredFile.objects.get()),
    ):
        assert seen_by(visible_to, row, make.AFTER_CLASS) == {"companion"} | STAFF


def test_who_was_credited_sees_the_summary_after_leaving_the_group(seen_by, summarise, companion):
    summarise(companion)
    companion.memberships.update(left_at=make.AFTER_CLASS)
    later = make.AFTER_CLASS + timedelta(days=1)
    assert seen_by(summaries_visible_to, Summary.objects.get(), later) == {"companion"} | STAFF


def test_receipt_is_seen_by_who_made_it_who_is_credited_and_staff(
    seen_by, hand_in, presenter, presenter_group, student_without_group
):
    make.in_group(presenter_group, student_without_group)
    hand_in(presenter)
    receipt = Receipt.objects.get()
    expected = {"presenter", "student_without_group"} | STAFF
    assert seen_by(receipts_visible_to, receipt, make.AFTER_CLASS) == expected
    presenter.memberships.update(left_at=make.AFTER_CLASS)
    assert seen_by(receipts_visible_to, receipt, make.AFTER_CLASS) == expected


def test_receipt_is_seen_by_who_made_it_for_others_alone(seen_by, lecture, companion, reviewer):
    receipt = make.ReceiptFactory(meeting=lecture, handed_in_by=companion, members=[reviewer])
    assert (
        seen_by(receipts_visible_to, receipt, make.AFTER_CLASS)
        == {
            "companion",
            "reviewer",
        }
        | STAFF
    )


def test_receipt_of_a_question_is_seen_by_its_author_and_staff(seen_by, ask, companion):
    ask(companion)
    assert (
        seen_by(receipts_visible_to, Receipt.objects.get(), make.AFTER_CLASS)
        == {"companion"} | STAFF
    )


def test_who_drops_sees_nothing_from_then_on(seen_by, ask, summarise, companion):
    ask(companion)
    summarise(companion)
    companion.dropped_at = make.AFTER_CLASS
    companion.save()
    for visible_to, row, others in (
        (questions_visible_to, Question.objects.get(), STAFF | PANEL - {"companion"}),
        (summaries_visible_to, Summary.objects.get(), STAFF),
        (receipts_visible_to, Receipt.objects.filter(work="question").get(), STAFF),
    ):
        assert seen_by(visible_to, row, make.AFTER_CLASS) == others
        assert "companion" in seen_by(visible_to, row, make.AFTER_CLASS - make.MICROSECOND)


def test_the_class_sees_the_version_that_counts_and_not_those_before_it(
    lecture, presenter, presenter_group, companion, ta
):
    """A wrong upload is taken back by the next one; who owns it and who teaches see both."""
    before = make.SlidesFactory(meeting=lecture, group=presenter_group)
    newest = make.SlidesFactory(meeting=lecture, group=presenter_group, version=2)
    late = make.SlidesFactory(
        meeting=lecture, group=presenter_group, version=3, receipt__verdict="late_not_counted"
    )
    at = make.AFTER_CLASS
    every = {before, newest, late}
    assert set(versions_visible_to(presenter.person, at)) == every
    assert set(versions_visible_to(ta.person, at)) == every
    assert set(versions_visible_to(companion.person, at)) == {newest}
    files = {one.files.get().stored for one in (newest,)}
    assert set(files_visible_to(companion.person, at)) == files


def test_of_late_work_alone_the_class_sees_the_newest(lecture, presenter_group, companion, seminar):
    for version in (1, 2):
        newest = make.SlidesFactory(
            meeting=lecture, group=presenter_group, version=version,
            receipt__verdict="late_not_counted",
        )  # fmt: skip
    assert set(versions_visible_to(companion.person, make.AFTER_CLASS)) == {newest}


def test_what_was_released_stays_public_when_a_newer_one_is_not(lecture, presenter_group):
    at = make.AFTER_CLASS
    released = make.SlidesFactory(meeting=lecture, group=presenter_group, released_at=at)
    make.SlidesFactory(meeting=lecture, group=presenter_group, version=2)
    assert set(versions_visible_to(AnonymousUser(), at)) == {released}
