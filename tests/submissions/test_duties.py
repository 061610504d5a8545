"""What a student owes, and in which words it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schedule.models import Meeting
from submissions.duties import State
from submissions.queries import duties_of
from tests import factories as make
from tests.handing_in import withdraw_question


def owed(enrolment, at=make.BEFORE_CLASS):
    return [
        (duty.work, duty.reading.title if duty.reading else duty.role)
        for duty in duties_of(enrolment, at)
    ]


QUESTIONS = [("question", "Pages of Attention"), ("question", "Swapping Revisited")]


@pytest.mark.parametrize(
    ("who", "duties"),
    [
        ("student_without_group", QUESTIONS),
        ("presenter", [("slides", "presenter"), *QUESTIONS]),
        ("companion", [*QUESTIONS, ("summary", "companion")]),
        ("reviewer", [*QUESTIONS, ("summary", "reviewer")]),
        ("ta", []),
        ("instructor", []),
        ("outsider", []),
    ],
)
def test_each_owes_what_their_role_asks_in_order_of_time(cast, lecture, who, duties):
    assert owed(cast[who]) == duties


def test_no_question_is_owed_at_other_meetings(student_without_group, seminar):
    for kind in set(Meeting.Kind) - {Meeting.Kind.STUDENT_LECTURE}:
        times = {"starts_at": None, "ends_at": None} if kind == Meeting.Kind.NO_CLASS else {}
        make.ReadingFactory(meeting=make.MeetingFactory(course=seminar, kind=kind, **times))
    assert owed(student_without_group) == []


def states(enrolment, at):
    return [str(duty.state(at)) for duty in duties_of(enrolment, at)]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2025, 2, 19, 5, 59, 59, 999999, tzinfo=UTC), "Not due"),  # 11:59 PM CST before
        (datetime(2025, 2, 19, 6, 0, tzinfo=UTC), "Due today"),  # midnight in Chicago
        (make.CLASS_STARTS - make.MICROSECOND, "Due today"),
        (make.CLASS_STARTS, "Missing"),
    ],
)
def test_what_is_not_in_stands_by_the_courses_calendar(student_without_group, lecture, at, state):
    assert states(student_without_group, at) == [state, state]


def test_what_is_in_keeps_its_verdict(ask, hand_in, summarise, presenter, companion):
    ask(presenter)
    hand_in(presenter, at=make.SLIDES_DUE)
    summarise(companion, at=make.SUMMARY_DUE)
    later = make.SUMMARY_DUE + timedelta(days=1)
    assert states(presenter, later) == ["In, late", "In, on time", "Missing"]
    assert states(companion, later) == ["Missing", "Missing", "Late: not counted"]


def test_late_summary_does_not_hide_the_one_on_time(summarise, companion):
    first = summarise(companion)
    summarise(companion, at=make.SUMMARY_DUE)
    duty = duties_of(companion, make.SUMMARY_DUE)[-1]
    assert (duty.receipt.pk, duty.state(make.SUMMARY_DUE)) == (first.pk, State.ON_TIME)


def test_newest_slides_count(hand_in, presenter):
    hand_in(presenter)
    late = hand_in(presenter, at=make.SLIDES_DUE)
    assert duties_of(presenter, make.SLIDES_DUE)[0].receipt.pk == late.pk


def test_withdrawn_question_is_owed_again_with_its_text(ask, student_without_group, reading):
    ask(student_without_group, "Why?")
    withdraw_question(reading=reading, author=student_without_group, at=make.BEFORE_CLASS)
    duty = duties_of(student_without_group, make.BEFORE_CLASS)[0]
    assert (duty.withdrawn, duty.is_done, duty.text, duty.version) == (True, False, "Why?", 1)
    assert duty.state(make.BEFORE_CLASS) is State.DUE_TODAY
    assert duty.state(make.CLASS_STARTS) is State.MISSING


@pytest.mark.parametrize(
    ("at", "can"),
    [
        (make.CLASS_STARTS - make.MICROSECOND, (True, True, False)),
        (make.CLASS_STARTS, (True, False, True)),
        (make.SUMMARY_DUE, (True, False, True)),
    ],
)
def test_what_can_be_done_when(presenter, companion, lecture, at, can):
    slides, question = duties_of(presenter, at)[:2]
    summary = duties_of(companion, at)[-1]
    assert (slides.can_act(at), question.can_act(at), summary.can_act(at)) == can


def test_group_work_is_owed_by_who_is_in_the_group_when_it_is_due(
    seminar, presenter_group, lecture
):
    def member(name, **dates):
        enrolment = make.claimed(seminar, name)
        make.MembershipFactory(group=presenter_group, enrolment=enrolment, **dates)
        return enrolment

    left_before = member("before", left_at=make.SLIDES_DUE)
    left_after = member("after", left_at=make.SLIDES_DUE + make.MICROSECOND)
    joined_in_time = member("intime", joined_at=make.SLIDES_DUE)
    joined_late = member("late", joined_at=make.SLIDES_DUE + make.MICROSECOND)
    later = make.SUMMARY_DUE
    owing = [
        ("slides", "presenter") in owed(one, later)
        for one in (left_before, left_after, joined_in_time, joined_late)
    ]
    assert owing == [False, True, True, False]


def test_a_summary_without_a_role_any_more_is_just_a_summary(summarise, companion, lecture):
    summarise(companion)
    assert duties_of(companion, make.AFTER_CLASS)[-1].title == "Summary as companion"
    lecture.assignments.all().delete()
    assert duties_of(companion, make.AFTER_CLASS)[-1].title == "Summary"


def test_who_was_credited_keeps_the_work_after_leaving(hand_in, presenter):
    receipt = hand_in(presenter, at=make.SLIDES_DUE - timedelta(days=2))
    presenter.memberships.update(left_at=make.SLIDES_DUE - timedelta(days=1))
    assert duties_of(presenter, make.SUMMARY_DUE)[0].receipt.pk == receipt.pk


def test_group_recorded_after_its_deadline_still_owes(presenter_group, presenter, lecture):
    later = make.SUMMARY_DUE + timedelta(days=30)
    presenter_group.created_at = later
    presenter_group.save()
    presenter.memberships.update(joined_at=later)
    assert ("slides", "presenter") in owed(presenter, later)


def test_student_in_two_groups_owes_for_both(presenter, companion_group, lecture):
    make.in_group(companion_group, presenter)
    assert owed(presenter) == [
        ("slides", "presenter"),
        *QUESTIONS,
        ("summary", "companion"),
    ]


def test_duties_of_one_instant_stand_by_reading_and_group(
    seminar, presenter, presenter_group, companion_group, lecture
):
    """By their places on the page, not in the order in which they were stored."""
    lecture.readings.filter(title="Pages of Attention").update(position=9)
    assert owed(presenter)[1:] == QUESTIONS[::-1]
    first = make.StudentGroupFactory(course=seminar, number=0)
    make.in_group(first, presenter)
    make.RoleAssignmentFactory(meeting=lecture, group=first)
    slides = [duty for duty in duties_of(presenter, make.BEFORE_CLASS) if duty.work == "slides"]
    assert [duty.group.id for duty in slides] == [first.pk, presenter_group.pk]
    assert len({duty.anchor for duty in slides}) == 2


def test_another_courses_work_is_not_mixed_in(presenter, lecture, other_course):
    make.ReadingFactory(meeting=make.MeetingFactory(course=other_course))
    assert len(duties_of(presenter, make.BEFORE_CLASS)) == 3


def test_queries_do_not_grow_with_class_and_term(
    django_assert_num_queries, ask, presenter, presenter_group, seminar
):
    ask(presenter)
    with django_assert_num_queries(16):
        assert len(duties_of(presenter, make.BEFORE_CLASS)) == 3
    for week in range(1, 9):
        meeting = make.MeetingFactory(
            course=seminar, starts_at=make.CLASS_STARTS + timedelta(weeks=week)
        )
        make.RoleAssignmentFactory(meeting=meeting, group=presenter_group, role="companion")
        make.ReadingFactory.create_batch(3, meeting=meeting)
        ask(make.claimed(seminar, f"more{week}"))
    with django_assert_num_queries(16):
        assert len(duties_of(presenter, make.BEFORE_CLASS)) == 3 + 8 * 4


def test_who_joined_after_class_owes_no_question_from_before(lecture, student_without_group):
    student_without_group.created_at = make.CLASS_STARTS
    student_without_group.save()
    assert duties_of(student_without_group, make.AFTER_CLASS) == []
    student_without_group.created_at = make.CLASS_STARTS - make.MICROSECOND
    student_without_group.save()
    assert len(duties_of(student_without_group, make.AFTER_CLASS)) == 2
