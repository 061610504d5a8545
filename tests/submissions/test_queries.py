"""Each question is asked among rows of other people, groups, meetings and courses."""

from __future__ import annotations

import pytest

from schedule.plan.asks import Owner
from schedule.queries import plan_of
from submissions.models import Receipt, StoredFile
from submissions.queries import duties_of, files_of, newest_version, piece_of
from tests import factories as make
from tests.handing_in import slides_of, summaries_of


def duty_on(reading, student):
    found = [
        one
        for one in duties_of(student, make.BEFORE_CLASS)
        if one.reading and one.reading.id == reading.pk
    ]
    return found[0] if found else None


def test_a_question_is_owed_on_each_reading_by_itself(
    ask, student_without_group, ta, reading, second_reading, optional_reading
):
    ask(student_without_group, on=second_reading)
    found = [duty_on(one, student_without_group) for one in (reading, second_reading)]
    assert [(duty.reading.id, duty.is_done) for duty in found] == [
        (reading.pk, False),
        (second_reading.pk, True),
    ]
    assert duty_on(optional_reading, student_without_group) is None
    assert duties_of(ta, make.BEFORE_CLASS) == []


def test_the_newest_version_of_a_question_is_the_one_that_is_in(
    ask, student_without_group, reading
):
    ask(student_without_group, "First.")
    newest = ask(student_without_group, "Second.")
    duty = duty_on(reading, student_without_group)
    assert (duty.receipt.pk, duty.version) == (newest.pk, 2)


def test_a_piece_is_found_by_owner_and_what_it_is_on(
    seminar, lecture, presenter, companion, presenter_group, reading, second_reading
):
    mine = make.QuestionFactory(author=presenter, reading=reading).piece
    make.QuestionFactory(author=presenter, reading=second_reading)
    make.QuestionFactory(author=companion, reading=reading)
    slides = make.SlidesFactory(meeting=lecture, group=presenter_group).piece
    asks = plan_of(seminar).asks
    on = asks["question", lecture.pk, reading.pk]
    assert piece_of(on, Owner(person=presenter.pk)) == mine
    there = asks["question", lecture.pk, second_reading.pk]
    assert piece_of(there, Owner(person=companion.pk)) is None
    of_group = Owner(group=presenter_group.pk)
    assert piece_of(asks["slides", lecture.pk, 0], of_group) == slides
    assert piece_of(asks["summary", lecture.pk, 0], of_group) is None


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
    assert [one.pk for one in query(lecture, presenter_group)] == [second.pk, first.pk]


def test_files_of_a_course_are_those_of_its_work(seminar, lecture, other_course):
    def handed_in(meeting):
        versions = (
            make.SlidesFactory(meeting=meeting),
            make.SummaryFactory(meeting=meeting, file=make.StoredFileFactory()),
        )
        return {one.stored_files["upload"] for one in versions}

    own, other = handed_in(lecture), handed_in(make.MeetingFactory(course=other_course))
    make.StoredFileFactory()
    assert set(StoredFile.objects.filter(files_of(seminar))) == own
    assert set(StoredFile.objects.filter(files_of(other_course))) == other


def test_a_receipt_leads_to_what_it_is_for(lecture, presenter_group, reading):
    versions = [
        one
        for number in (1, 2)
        for one in (
            make.QuestionFactory(reading=reading, number=number),
            make.SlidesFactory(meeting=lecture, group=presenter_group, version=number),
            make.SummaryFactory(meeting=lecture, group=presenter_group, version=number),
        )
    ]
    assert [newest_version(None, receipt=one.receipt) for one in versions] == versions


def test_two_people_with_one_key_have_a_receipt_each(ask, presenter, companion):
    assert ask(presenter, key="k" * 32) != ask(companion, key="k" * 32)
    assert Receipt.objects.count() == 2
