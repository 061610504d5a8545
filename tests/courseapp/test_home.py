"""A person's home: what is due next stands first, and every duty stands in one place."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from courseapp.pages.home import Member, groups_for, sort_duties
from courseapp.pages.teaching import teaching_of
from schedule.queries import plan_of
from submissions.duties import State
from submissions.queries import duties_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def titles(duties):
    return [duty.title for duty in duties]


@pytest.fixture
def later_lecture(seminar, section):
    """The next week's lecture, with one required reading."""
    week = timedelta(weeks=1)
    meeting = make.MeetingFactory(
        course=seminar,
        section=section,
        on=(make.CLASS_STARTS + week).date(),
        starts_at=make.CLASS_STARTS + week,
        topic="Next Week",
    )
    make.ReadingFactory(meeting=meeting, title="Read This Later")
    return meeting


def owed_by(enrolment, at):
    return sort_duties(duties_of(enrolment, at), at)


def test_what_is_due_first_comes_first_and_what_is_far_comes_later(
    lecture, later_lecture, student_without_group
):
    owed = owed_by(student_without_group, make.BEFORE_CLASS)
    assert owed.first.title == "Question on Pages of Attention"
    assert titles(owed.soon) == ["Question on Swapping Revisited"]
    assert titles(owed.later) == ["Question on Read This Later"]
    assert (owed.late, owed.done, owed.missed) == ([], [], [])


def test_what_is_handed_in_is_done_and_what_is_not_is_missed(
    lecture, reading, student_without_group
):
    make.QuestionFactory(reading=reading, author=student_without_group)
    owed = owed_by(student_without_group, make.CLASS_STARTS)
    assert owed.first is None
    assert titles(owed.done) == ["Question on Pages of Attention"]
    assert titles(owed.missed) == ["Question on Swapping Revisited"]


@pytest.mark.parametrize(
    "at",
    [
        make.TERM_BEGINS,
        make.SLIDES_DUE - make.MICROSECOND,
        make.SLIDES_DUE,
        make.BEFORE_CLASS,
        make.CLASS_STARTS - make.MICROSECOND,
        make.CLASS_STARTS,
        make.SUMMARY_DUE - make.MICROSECOND,
        make.SUMMARY_DUE,
    ],
)
@pytest.mark.parametrize("is_in", [False, True])
def test_every_duty_stands_in_one_list(
    lecture, later_lecture, reading, presenter, presenter_group, companion_group, at, is_in
):
    """And in the right one, whatever is in already and whenever one looks."""
    make.in_group(companion_group, presenter)
    if is_in:
        by = {"meeting": lecture, "receipt__handed_in_by": presenter}
        make.QuestionFactory(reading=reading, author=presenter)
        make.SlidesFactory(group=presenter_group, **by)
        make.SummaryFactory(group=companion_group, **by)
    owed, duties = owed_by(presenter, at), duties_of(presenter, at)
    lists = (owed.late, owed.soon, owed.later, owed.done, owed.missed)
    found = [
        *(one for one in (owed.first, owed.question) if one),
        *(d for one in lists for d in one),
    ]
    assert sorted(one.anchor for one in found) == sorted(one.anchor for one in duties)
    assert {one.anchor for one in owed.done} == {one.anchor for one in duties if one.receipt}
    for one in found:
        if one in owed.late or one in owed.missed:
            assert (one.is_done, at >= one.due_at) == (False, True)
            assert one.can_act(at) is (one in owed.late)
        elif one not in owed.done:
            assert (one.is_done, at < one.due_at) == (False, True)
    week = at + timedelta(days=7)
    assert all(one.due_at < week for one in owed.soon)
    assert all(one.due_at >= week for one in owed.later)


def test_what_is_handed_in_stands_newest_first_and_what_is_missed_last_first(
    lecture, reading, second_reading, presenter, companion, later_lecture
):
    for number, one in enumerate((reading, second_reading)):
        at = make.BEFORE_CLASS + timedelta(minutes=number)
        make.QuestionFactory(reading=one, author=presenter, asked_at=at)
    at = later_lecture.starts_at
    assert titles(owed_by(presenter, at).done) == [
        "Question on Swapping Revisited",
        "Question on Pages of Attention",
    ]
    assert titles(owed_by(companion, at).missed) == [
        "Question on Read This Later",
        "Question on Swapping Revisited",
        "Question on Pages of Attention",
    ]


def test_a_summary_is_not_first_before_class_has_begun(lecture, reviewer):
    at = make.BEFORE_CLASS
    assert titles(owed_by(reviewer, at).soon) == [
        "Question on Swapping Revisited",
        "Summary as reviewer",
    ]
    assert owed_by(reviewer, make.CLASS_STARTS).first.title == "Summary as reviewer"


def test_what_is_not_open_yet_is_never_first(lecture, reading, second_reading, reviewer):
    for one in (reading, second_reading):
        make.QuestionFactory(reading=one, author=reviewer)
    owed = owed_by(reviewer, make.CLASS_STARTS - make.MICROSECOND)
    assert (owed.first, titles(owed.soon)) == (None, ["Summary as reviewer"])


@pytest.mark.parametrize(
    ("offset", "title"), [(0 * make.MICROSECOND, None), (make.MICROSECOND, "Pages of Attention")]
)
def test_the_next_question_is_at_hand_within_seven_days(lecture, presenter, offset, title):
    owed = owed_by(presenter, make.CLASS_STARTS - timedelta(days=7) + offset)
    assert owed.first.title == "Slides"
    assert (owed.question and owed.question.reading.title) == title
    assert len(owed.later) == (0 if title else 2)


def test_the_next_question_is_at_hand_even_when_slides_are_due_first(lecture, presenter):
    owed = owed_by(presenter, make.SLIDES_DUE - make.MICROSECOND)
    assert (owed.first.title, owed.question.title) == ("Slides", "Question on Pages of Attention")
    assert titles(owed.soon) == ["Question on Swapping Revisited"]


def test_slides_that_are_late_are_still_asked_for(lecture, presenter):
    before = owed_by(presenter, make.SLIDES_DUE - make.MICROSECOND)
    assert (before.first.title, before.late) == ("Slides", [])
    after = owed_by(presenter, make.SLIDES_DUE)
    assert titles(after.late) == ["Slides"]
    assert after.late[0].state(make.SLIDES_DUE) is State.MISSING


def test_only_ones_own_groups_are_listed(lecture, presenter, companion, reviewer, presenter_group):
    [mine] = groups_for(presenter, make.BEFORE_CLASS, plan_of(lecture.course))
    assert (mine.group.id, mine.people) == (
        presenter_group.pk,
        [Member(presenter.label, is_me=True)],
    )
    assert [one.meeting.id for one in mine.roles] == [lecture.pk]


def test_the_group_is_listed_with_its_people_and_roles(lecture, presenter, presenter_group):
    make.in_group(presenter_group, make.EnrolmentFactory(course=lecture.course, name="Zuzu Yll"))
    [mine] = groups_for(presenter, make.BEFORE_CLASS, plan_of(lecture.course))
    assert [who.label for who in mine.people] == ["Presa Holt", "Zuzu Yll"]
    assert [(one.words, one.is_over) for one in mine.roles] == [("presenter", False)]


@pytest.mark.parametrize(
    ("at", "is_over"), [(make.CLASS_ENDS - make.MICROSECOND, False), (make.CLASS_ENDS, True)]
)
def test_a_role_is_past_when_its_class_has_ended(lecture, presenter, at, is_over):
    [mine] = groups_for(presenter, at, plan_of(lecture.course))
    assert [one.is_over for one in mine.roles] == [is_over]


# The pages.


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_home_leads_to_the_only_course(client_of, seminar, student_without_group):
    response = client_of(student_without_group).get("/home/")
    assert (response.status_code, response["Location"]) == (302, "/c/seminar/home/")


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_home_of_who_is_in_no_course_says_what_will_appear(client_of, stranger):
    response = client_of(stranger).get("/home/")
    assert "You are in no course." in response.content.decode()


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_the_form_of_the_next_question_is_right_there(client_of, lecture, student_without_group):
    html = client_of(student_without_group).get("/c/seminar/home/").content.decode()
    assert html.count("<textarea") == 1
    assert "today at 12:30 PM CST, in 2 h" in html
    assert "Hand in question" in html


@time_machine.travel(make.BEFORE_CLASS, tick=False)
@pytest.mark.parametrize("who", ["stranger", "outsider", "other_instructor", "dropped_student"])
def test_the_home_of_a_course_is_not_there_for_who_is_not_in_it(client_of, cast, lecture, who):
    assert client_of(cast[who]).get("/c/seminar/home/").status_code == 404


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_a_day_one_home_has_a_sentence_for_every_empty_list(
    client_of, seminar, student_without_group
):
    html = client_of(student_without_group).get("/c/seminar/home/").content.decode()
    assert "Nothing is due" in html
    assert "You are in no group yet." in html


@pytest.mark.parametrize("lectures", [1, 3])
def test_the_home_has_a_fixed_number_of_queries(
    client_of, seminar, presenter, presenter_group, django_assert_num_queries, lectures
):
    for number in range(lectures):
        starts = make.CLASS_STARTS + timedelta(weeks=number)
        meeting = make.MeetingFactory(course=seminar, on=starts.date(), starts_at=starts)
        make.ReadingFactory(meeting=meeting)
        make.RoleAssignmentFactory(meeting=meeting, group=presenter_group)
    client = client_of(presenter)
    with time_machine.travel(make.BEFORE_CLASS, tick=False), django_assert_num_queries(HOME):
        client.get("/c/seminar/home/")


HOME = 20  # session, person, enrolment with course, 14 for the plan, two for deeds, one for names


# What staff sees.


@time_machine.travel(make.AFTER_CLASS, tick=False)
def test_staff_sees_what_is_in_and_what_is_missing(
    lecture, reading, presenter, companion, companion_group, student_without_group, ta
):
    make.QuestionFactory(reading=reading, author=presenter)
    make.SummaryFactory(meeting=lecture, group=companion_group)
    [found] = teaching_of(lecture.course, make.AFTER_CLASS).lectures
    [counted] = found.counted
    assert (counted.asked, counted.expected) == (1, 2 * 4)  # one more handed in the summary
    assert [(one.duty.role, one.state) for one in found.work] == [
        ("presenter", State.MISSING),
        ("companion", State.ON_TIME),
        ("reviewer", State.NOT_DUE),
    ]


@time_machine.travel(make.AFTER_CLASS, tick=False)
def test_staff_counts_the_questions_that_the_class_owes(
    lecture, reading, optional_reading, presenter, companion, dropped_student
):
    """One that was withdrawn, came from who dropped or is on a reading now optional is none."""
    make.QuestionFactory(reading=reading, author=presenter)
    make.QuestionFactory(reading=reading, author=companion, withdrawn_at=make.BEFORE_CLASS)
    make.QuestionFactory(reading=reading, author=dropped_student)
    make.QuestionFactory(reading=optional_reading, author=presenter)
    [found] = teaching_of(lecture.course, make.AFTER_CLASS).lectures
    [counted] = found.counted
    assert (counted.asked, counted.expected) == (1, 2 * 2)
    assert counted.unasked == [(companion, 2), (presenter, 1)]  # by name: Comyn, Presa


def test_staff_counts_nobody_for_what_was_due_before_they_joined(
    lecture, reading, presenter, companion, ta
):
    make.QuestionFactory(reading=reading, author=presenter)
    for one in (presenter, companion):
        one.created_at = make.CLASS_STARTS
        one.save()
    [found] = teaching_of(lecture.course, make.AFTER_CLASS).lectures
    [counted] = found.counted
    assert (counted.asked, counted.expected, counted.unasked) == (1, 1, [])


def test_a_group_with_two_roles_stands_once_at_the_staffs_home(
    client_of, lecture, companion, companion_group, ta
):
    make.RoleAssignmentFactory(meeting=lecture, group=companion_group, role="reviewer")
    with time_machine.travel(make.AFTER_CLASS, tick=False):
        html = client_of(ta).get("/c/seminar/home/").content.decode()
    assert html.count(f"by <bdi>{companion_group}</bdi>") == 1
    assert f"Summary by <bdi>{companion_group}</bdi> (companion and reviewer)" in html


@time_machine.travel(make.AFTER_CLASS, tick=False)
def test_staff_and_student_see_the_same_version(lecture, presenter, presenter_group, ta):
    """The newest, also where its request began before that of the one before it."""
    for version, at in ((1, make.BEFORE_CLASS), (2, make.BEFORE_CLASS - make.MICROSECOND)):
        make.SlidesFactory(
            meeting=lecture,
            group=presenter_group,
            version=version,
            receipt__version=version,
            receipt__at=at,
            receipt__handed_in_by=presenter,
        )
    [found] = teaching_of(lecture.course, make.AFTER_CLASS).lectures
    seen_by_staff = next(one for one in found.work if one.duty.role == "presenter")
    [slides] = [one for one in duties_of(presenter, make.AFTER_CLASS) if one.work == "slides"]
    assert seen_by_staff.duty.receipt == slides.receipt
    assert slides.receipt.version == 2


def test_staff_see_the_next_lecture_first(seminar, lecture):
    after, before = (
        make.MeetingFactory(
            course=seminar, on=lecture.on + days, starts_at=lecture.starts_at + days
        )
        for days in (timedelta(days=7), timedelta(days=-7))
    )
    found = teaching_of(seminar, make.BEFORE_CLASS).lectures
    assert [one.meeting.id for one in found] == [lecture.pk, after.pk, before.pk]


def test_staff_see_two_lectures_ahead_and_three_behind_of_their_own_course(seminar, other_course):
    at = make.CLASS_ENDS
    week = timedelta(weeks=1)
    held = {
        n: make.MeetingFactory(
            course=seminar, on=(make.CLASS_STARTS + n * week).date(),
            starts_at=make.CLASS_STARTS + n * week,
        )
        for n in range(-4, 4)
    }  # fmt: skip
    make.MeetingFactory(course=other_course, starts_at=at)
    make.MeetingFactory(course=seminar, starts_at=at, kind="guest_lecture")
    found = [one.meeting.id for one in teaching_of(seminar, at).lectures]
    assert found == [held[n].pk for n in (1, 2, 0, -1, -2)]
    found = [one.meeting.id for one in teaching_of(seminar, at - make.MICROSECOND).lectures]
    assert found == [held[n].pk for n in (0, 1, -1, -2, -3)]


def test_staff_grade_one_course_from_its_home(client_of, lecture, ta):
    """All that feeds a part of the grade; of the rest there is nothing to grade."""
    for kind in ("participation", "presentation"):
        make.GradeComponentFactory(course=lecture.course, kind=kind)
    html = client_of(ta).get("/c/seminar/home/").content.decode()
    where = f"{reverse('admin:submissions_version_sheet')}?graded=no"
    for key, is_graded in (("question", True), ("slides", True), ("summary", False)):
        work = make.work_at(lecture.course, key)
        link = f'href="{where}&amp;piece__work__id__exact={work.pk}"'
        assert (link in html) is is_graded


@pytest.mark.parametrize("students", [1, 3])
def test_the_staff_home_has_a_fixed_number_of_queries(
    client_of, lecture, reading, ta, django_assert_num_queries, students
):
    for _ in range(students):
        make.QuestionFactory(reading=reading)
    client = client_of(ta)
    with time_machine.travel(make.AFTER_CLASS, tick=False), django_assert_num_queries(21):
        client.get("/c/seminar/home/")
