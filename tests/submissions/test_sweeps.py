"""What people are told: found from the database, each thing once, nothing that is over."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from courses.models import Notice
from groups.actions import join_group
from schedule.actions.meetings import move_meeting
from submissions.sweeps import note_missing, remind, tell_questions_open
from submissions.sweeps.before import stage
from tests import factories as make
from tests.handing_in import withdraw_question

H = timedelta(hours=1)
CLASS = ("presenter", "companion", "reviewer", "student_without_group")


@pytest.fixture(autouse=True)
def _everybody(cast, lecture):
    """The whole cast is there, and the lecture."""


def told(kind=""):
    """Who was told what: NetID -> key, without the numbers that name rows."""
    rows = Notice.objects.filter(key__startswith=kind).order_by("recipient__netid", "key")
    return [
        (
            notice.recipient.netid,
            ":".join(part for part in notice.key.split(":") if not part.isdigit()),
        )
        for notice in rows
    ]


def told_names(kind):
    return sorted(netid for netid, _ in told(kind))


STUDENTS = sorted(["presa", "comyn", "revka", "solen"])


# Before.


@pytest.mark.parametrize(
    ("before", "hours"),
    [
        (25 * H, None),
        (24 * H + make.MICROSECOND, None),
        (24 * H, 24),
        (2 * H + make.MICROSECOND, 24),
        (2 * H, 2),
        (make.MICROSECOND, 2),
        (0 * H, None),
        (-H, None),
    ],
)
def test_each_reminder_covers_the_time_up_to_the_next(before, hours):
    assert stage(make.CLASS_STARTS, (24, 2), make.CLASS_STARTS - before) == hours


def test_question_is_reminded_of_a_day_and_two_hours_before(reading, second_reading):
    remind(at=make.CLASS_STARTS - 24 * H)
    assert told("remind:question") == [(one, "remind:question:24h") for one in STUDENTS]
    remind(at=make.CLASS_STARTS - 2 * H)
    assert Counter(told("remind:question")) == Counter(
        [(one, f"remind:question:{hours}h") for one in STUDENTS for hours in (24, 2)]
    )
    body = Notice.objects.first().body
    assert reading.title in body
    assert second_reading.title in body
    assert "Wed, Feb 19, 12:30 PM CST" in body


def test_reminder_lists_only_what_is_not_yet_asked(
    ask, student_without_group, reading, second_reading
):
    ask(student_without_group, at=make.TERM_BEGINS)
    remind(at=make.CLASS_STARTS - 2 * H)
    body = Notice.objects.get(
        recipient=student_without_group, key__startswith="remind:question"
    ).body
    assert reading.title not in body
    assert second_reading.title in body


def test_who_has_asked_everything_is_not_reminded_and_who_withdrew_is(
    ask, student_without_group, presenter, reading, second_reading
):
    for student in (student_without_group, presenter):
        for on in (reading, second_reading):
            ask(student, on=on, at=make.TERM_BEGINS)
    withdraw_question(reading=reading, author=presenter, at=make.TERM_BEGINS)
    remind(at=make.CLASS_STARTS - 2 * H)
    assert told_names("remind:question") == ["comyn", "presa", "revka"]


def test_slides_are_reminded_of_by_group(hand_in, presenter):
    for before in (25 * H, 24 * H, 3 * H, make.MICROSECOND):
        remind(at=make.SLIDES_DUE - before)
    assert told("remind:slides") == [
        ("presa", "remind:slides:24h"),
        ("presa", "remind:slides:3h"),
    ]


def test_slides_that_are_in_are_not_reminded_of(hand_in, presenter):
    hand_in(presenter, at=make.SLIDES_DUE - 5 * H)
    remind(at=make.SLIDES_DUE - 3 * H)
    assert told("remind:slides") == []


def test_summary_is_reminded_of_after_class_and_four_hours_before():
    remind(at=make.CLASS_ENDS - make.MICROSECOND)
    assert told("remind:summary") == []
    remind(at=make.CLASS_ENDS)
    assert told("remind:summary") == [
        ("comyn", "remind:summary:after-class"),
        ("revka", "remind:summary:after-class"),
    ]
    remind(at=make.SUMMARY_DUE - 4 * H)
    assert Counter(key for _, key in told("remind:summary")) == {
        "remind:summary:after-class": 2,
        "remind:summary:4h": 2,
    }


def test_reminder_whose_time_has_passed_is_not_sent():
    remind(at=make.CLASS_STARTS - H)
    assert {key for _, key in told("remind:question")} == {"remind:question:2h"}
    Notice.objects.all().delete()
    remind(at=make.CLASS_STARTS)
    assert told("remind:question") == []


def test_nobody_outside_the_roster_is_reminded():
    remind(at=make.CLASS_STARTS - 2 * H)
    assert set(told_names("remind")) == set(STUDENTS)


# When questions open.


def test_panel_is_told_from_class_start_on(ask, student_without_group, lecture):
    ask(student_without_group)
    tell_questions_open(at=make.CLASS_STARTS - make.MICROSECOND)
    assert told() == [("solen", told()[0][1])]  # the receipt of the question, nothing more
    assert tell_questions_open(at=make.CLASS_STARTS) == 3
    assert told_names("open") == ["comyn", "presa", "revka"]
    body = Notice.objects.filter(kind="questions-open").first().body
    assert "1 question on Pages of Attention" in body
    assert "0 questions on Swapping Revisited" in body
    assert f"/c/seminar/meetings/{lecture.pk}/#question" in body


def test_member_of_two_panel_groups_is_told_once(presenter, companion_group):
    make.in_group(companion_group, presenter)
    tell_questions_open(at=make.CLASS_STARTS)
    assert told_names("open") == ["comyn", "presa", "revka"]


# After.


def test_missing_questions_are_noted_from_class_start_on(ask, student_without_group, reading):
    ask(student_without_group)
    note_missing(at=make.CLASS_STARTS - make.MICROSECOND)
    assert told("missing:question") == []
    note_missing(at=make.CLASS_STARTS)
    assert told_names("missing:question") == STUDENTS
    body = Notice.objects.get(
        recipient=student_without_group, key__startswith="missing:question"
    ).body
    assert "Swapping Revisited" in body
    assert reading.title not in body


def test_who_joined_after_the_deadline_is_not_told_that_it_was_missed(seminar):
    make.claimed(seminar, "newcomer")
    seminar.enrolments.filter(netid="newcomer").update(created_at=make.CLASS_STARTS)
    note_missing(at=make.CLASS_STARTS)
    assert "newcomer" not in told_names("missing:question")


def test_who_joined_the_group_after_its_deadline_is_not_told_that_it_was_missed(
    presenter_group, student_without_group
):
    join_group(
        group=presenter_group,
        enrolment=student_without_group,
        at=make.SLIDES_DUE + make.MICROSECOND,
    )
    note_missing(at=make.SLIDES_DUE + H)
    assert told_names("missing:slides") == ["presa"]


def test_who_has_left_the_group_since_is_told_without_a_way_to_hand_in(
    presenter, presenter_group, student_without_group, lecture
):
    make.in_group(presenter_group, student_without_group)
    presenter.memberships.update(left_at=make.SLIDES_DUE + make.MICROSECOND)
    note_missing(at=make.SLIDES_DUE + H)
    bodies = {
        one.recipient: one.body for one in Notice.objects.filter(key__startswith="missing:slides")
    }
    assert set(bodies) == {presenter, student_without_group}
    assert f"meetings/{lecture.pk}/slides/?group=" in bodies[student_without_group]
    assert "have left it since" in bodies[presenter]
    assert "slides/?group=" not in bodies[presenter]


def test_missing_slides_and_summaries_are_noted_once_due():
    note_missing(at=make.SLIDES_DUE - make.MICROSECOND)
    assert told("missing") == []
    note_missing(at=make.SLIDES_DUE)
    assert told("missing") == [("presa", "missing:slides")]
    note_missing(at=make.SUMMARY_DUE - make.MICROSECOND)
    assert told("missing:summary") == []
    note_missing(at=make.SUMMARY_DUE)
    assert told_names("missing:summary") == ["comyn", "revka"]


def test_late_work_that_is_in_is_not_missing(hand_in, summarise, presenter, companion):
    hand_in(presenter, at=make.SLIDES_DUE + H)
    summarise(companion, at=make.SUMMARY_DUE)
    note_missing(at=make.SUMMARY_DUE + H)
    assert told("missing:slides") == []
    assert told_names("missing:summary") == ["revka"]


def test_staff_gets_one_digest_after_the_last_deadline(
    ask, hand_in, summarise, student_without_group, presenter, companion
):
    ask(student_without_group)
    hand_in(presenter, at=make.SLIDES_DUE)
    summarise(companion, at=make.SUMMARY_DUE)
    note_missing(at=make.SUMMARY_DUE - make.MICROSECOND)
    assert told("missing:digest") == []
    note_missing(at=make.SUMMARY_DUE)
    assert told_names("missing:digest") == ["inaru", "tamsel"]
    lines = Notice.objects.filter(kind="digest").first().body.splitlines()
    assert lines[:5] == [
        "Questions on Pages of Attention: 1 of 4 in, 3 missing",
        "Questions on Swapping Revisited: 0 of 4 in, 4 missing",
        "Slides of Group 1: in, late",
        "Summary of Group 2: late: not counted",
        "Summary of Group 3: missing",
    ]


def test_digest_counts_who_owes_a_question_or_has_asked(ask, student_without_group, presenter):
    ask(student_without_group)
    student_without_group.created_at = presenter.created_at = make.CLASS_STARTS
    student_without_group.save()
    presenter.save()
    note_missing(at=make.SUMMARY_DUE)
    lines = Notice.objects.filter(kind="digest").first().body.splitlines()
    assert lines[:2] == [
        "Questions on Pages of Attention: 1 of 3 in, 2 missing",
        "Questions on Swapping Revisited: 0 of 2 in, 2 missing",
    ]


def test_digest_with_nothing_to_tell_is_not_sent(seminar, lecture):
    lecture.readings.all().delete()
    lecture.assignments.all().delete()
    note_missing(at=make.SUMMARY_DUE)
    assert told("missing") == []


# Any sweep.


def everything(at):
    return remind(at=at) + tell_questions_open(at=at) + note_missing(at=at)


EVENTS = [
    make.SLIDES_DUE - 24 * H,
    make.SLIDES_DUE,
    make.CLASS_STARTS - 2 * H,
    make.CLASS_STARTS,
    make.CLASS_ENDS,
    make.SUMMARY_DUE,
]


@pytest.mark.parametrize("at", EVENTS)
def test_five_sweeps_are_one_effect(at):
    assert everything(at) > 0
    before = set(Notice.objects.values_list("key", flat=True))
    assert [everything(at + later * timedelta(seconds=30)) for later in range(5)] == [0] * 5
    assert set(Notice.objects.values_list("key", flat=True)) == before


def test_a_meeting_that_is_moved_is_told_of_anew(lecture):
    """Whoever was reminded of the old date is reminded of the new one."""
    for at in EVENTS:
        everything(at)
    before = Counter(told())
    Notice.objects.all().update(kind="before")
    move_meeting(meeting=lecture, on=lecture.on + timedelta(weeks=1))
    for at in EVENTS:
        everything(at + timedelta(weeks=1))
    Notice.objects.filter(kind="before").delete()
    assert Counter(told()) == before


def test_worker_that_was_off_for_25_hours_catches_up_without_stale_reminders():
    everything(make.CLASS_STARTS - 3 * H)
    Notice.objects.all().delete()
    everything(make.CLASS_STARTS - 3 * H + 25 * H)
    assert Counter(key for _, key in told()) == {
        "open:questions": 3,
        "missing:question": 4,
        "missing:slides": 1,
        "remind:summary:4h": 2,
    }


def test_what_is_older_than_a_week_is_not_told():
    everything(make.SUMMARY_DUE + timedelta(days=7))
    assert told() == []
    note_missing(at=make.SUMMARY_DUE + timedelta(days=7) - make.MICROSECOND)
    assert {key for _, key in told()} == {"missing:summary", "missing:digest"}


def test_what_was_due_when_the_course_was_set_up_is_not_told(seminar):
    seminar.created_at = make.CLASS_STARTS
    seminar.save()
    everything(make.SUMMARY_DUE)
    assert {key for _, key in told()} == {"missing:summary", "missing:digest"}


def test_a_sweep_as_of_an_instant_before_the_course_was_set_up_tells_all(seminar):
    seminar.created_at = make.SUMMARY_DUE + make.MICROSECOND
    seminar.save()
    everything(make.SUMMARY_DUE)
    assert {key for _, key in told()} >= {"missing:question", "missing:slides"}


def test_who_dropped_is_told_nothing(companion):
    companion.dropped_at = make.CLASS_STARTS - 2 * H
    companion.save()
    for at in (make.CLASS_STARTS - 2 * H, make.CLASS_STARTS, make.SUMMARY_DUE):
        everything(at)
    assert "comyn" not in told_names("")


def test_longer_lead_and_lag_of_a_course_are_reached(seminar):
    make.set_work(seminar, "slides", due_minutes=-60 * 24 * 10)
    make.set_work(seminar, "summary", due_minutes=60 * 24 * 20)
    remind(at=make.CLASS_STARTS - timedelta(days=11))
    assert told() == [("presa", "remind:slides:24h")]
    note_missing(at=make.CLASS_ENDS + timedelta(days=20))
    assert told_names("missing:summary") == ["comyn", "revka"]


@pytest.mark.parametrize("sweep", [remind, tell_questions_open, note_missing])
def test_queries_do_not_grow_with_class_and_meetings(sweep, seminar, django_assert_max_num_queries):
    counts = []
    at = make.SUMMARY_DUE - 4 * H
    for size in (0, 12):
        for number in range(size):
            student = make.claimed(seminar, f"more{number}")
            group = make.in_group(
                make.StudentGroupFactory(course=seminar, number=50 + number), student
            )
            meeting = make.MeetingFactory(
                course=seminar, starts_at=make.CLASS_STARTS + timedelta(hours=number / 10)
            )
            make.ReadingFactory(meeting=meeting)
            make.RoleAssignmentFactory(meeting=meeting, group=group, role="presenter")
        with django_assert_max_num_queries(24) as queries:
            assert sweep(at=at) > 0
        reads = [
            one["sql"] for one in queries.captured_queries if "courses_notice" not in one["sql"]
        ]
        counts.append(sum(sql.startswith("SELECT") for sql in reads))
        Notice.objects.all().delete()
    assert counts[0] == counts[1]
