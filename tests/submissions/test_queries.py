"""Each question is asked among rows of other people, groups, meetings and courses."""

from __future__ import annotations

import pytest

from submissions.models import Receipt, StoredFile
from submissions.queries import (
    files_of,
    question_duty,
    question_of,
    receipt_for,
    roles_at,
    slides_of,
    summaries_of,
    what_was_handed_in,
)
from tests import factories as make


def test_roles_are_those_of_ones_groups_at_this_meeting(
    seminar, lecture, presenter, presenter_group, companion_group
):
    elsewhere = make.MeetingFactory(course=seminar)
    make.RoleAssignmentFactory(meeting=elsewhere, group=presenter_group, role="reviewer")
    [role] = roles_at(lecture, presenter, make.BEFORE_CLASS)
    assert (role.group, role.role.key) == (presenter_group, "presenter")
    [role] = roles_at(elsewhere, presenter, make.BEFORE_CLASS)
    assert (role.group, role.role.key) == (presenter_group, "reviewer")
    make.in_group(companion_group, presenter)
    assert [one.role.key for one in roles_at(lecture, presenter, make.BEFORE_CLASS)] == [
        "presenter",
        "companion",
    ]


def test_a_question_is_owed_on_each_reading_by_itself(
    ask, student_without_group, ta, reading, second_reading, optional_reading
):
    ask(student_without_group, on=second_reading)
    found = [
        question_duty(student_without_group, one, make.BEFORE_CLASS)
        for one in (reading, second_reading)
    ]
    assert [(duty.reading.id, duty.is_done) for duty in found] == [
        (reading.pk, False),
        (second_reading.pk, True),
    ]
    assert question_duty(student_without_group, optional_reading, make.BEFORE_CLASS) is None
    assert question_duty(ta, reading, make.BEFORE_CLASS) is None


def test_the_newest_version_of_a_question_is_the_one_that_is_in(
    ask, student_without_group, reading
):
    ask(student_without_group, "First.")
    newest = ask(student_without_group, "Second.")
    duty = question_duty(student_without_group, reading, make.BEFORE_CLASS)
    assert (duty.receipt.pk, duty.text, duty.version) == (newest.pk, "Second.", 2)


def test_a_question_is_found_by_author_and_reading(presenter, companion, reading, second_reading):
    mine = make.QuestionFactory(author=presenter, reading=reading)
    make.QuestionFactory(author=presenter, reading=second_reading)
    make.QuestionFactory(author=companion, reading=reading)
    assert question_of(presenter, reading) == mine
    assert question_of(companion, second_reading) is None


@pytest.mark.parametrize(
    ("query", "factory"), [(slides_of, make.SlidesFactory), (summaries_of, make.SummaryFactory)]
)
def test_versions_are_those_of_one_group_at_one_meeting_newest_first(
    seminar, lecture, presenter_group, companion_group, query, factory
):
    first, second = (
        factory(meeting=lecture, group=presenter_group, version=version) for version in (1, 2)
    )
    factory(meeting=lecture, group=companion_group, version=3)
    factory(meeting=make.MeetingFactory(course=seminar), group=presenter_group, version=4)
    assert list(query(lecture, presenter_group)) == [second, first]


def test_files_of_a_course_are_those_of_its_slides_and_summaries(seminar, lecture, other_course):
    def handed_in(meeting):
        return {
            make.SlidesFactory(meeting=meeting).file,
            make.SummaryFactory(meeting=meeting, file=make.StoredFileFactory()).file,
        }

    own, other = handed_in(lecture), handed_in(make.MeetingFactory(course=other_course))
    make.StoredFileFactory()
    assert set(StoredFile.objects.filter(files_of(seminar))) == own
    assert set(StoredFile.objects.filter(files_of(other_course))) == other


def test_a_receipt_leads_to_what_it_is_for(lecture, presenter_group, reading):
    versions = [
        one
        for number in (1, 2)
        for one in (
            make.QuestionVersionFactory(
                question=make.QuestionFactory(reading=reading), number=number
            ),
            make.SlidesFactory(meeting=lecture, group=presenter_group, version=number),
            make.SummaryFactory(meeting=lecture, group=presenter_group, version=number),
        )
    ]
    assert [what_was_handed_in(one.receipt) for one in versions] == versions


def test_a_key_is_each_persons_own(presenter, companion, lecture):
    mine = make.ReceiptFactory(meeting=lecture, handed_in_by=presenter, key="the same")
    theirs = make.ReceiptFactory(meeting=lecture, handed_in_by=companion, key="the same")
    assert (receipt_for(presenter, "the same"), receipt_for(companion, "the same")) == (
        mine,
        theirs,
    )
    assert receipt_for(presenter, "another") is None


def test_two_people_with_one_key_have_a_receipt_each(ask, presenter, companion):
    assert ask(presenter, key="k" * 32) != ask(companion, key="k" * 32)
    assert Receipt.objects.count() == 2
