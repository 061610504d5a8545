"""Other class times, or another zone, lay the rows ahead anew: page and rows never disagree."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.errors import PlanChanged
from courses.models import Course
from schedule.actions.class_times import change_class_times, plan_class_times
from schedule.actions.meetings import move_meeting, move_milestone
from schedule.deadlines import end_of_day
from schedule.errors import TimesDoNotFit
from schedule.models import Meeting, Milestone
from schedule.queries import effective_deadline
from tests import factories as make

AT = datetime(2025, 2, 28, 12, tzinfo=UTC)
USUAL = {"class_starts": time(12, 30), "class_ends": time(13, 45)}
BERLIN = {"timezone": "Europe/Berlin", **USUAL}
LATER = {"timezone": "America/Chicago", "class_starts": time(14), "class_ends": time(15, 15)}


@pytest.fixture
def rows(seminar) -> dict[str, Meeting | Milestone]:
    """A row of each kind by name: the past, what is ahead at class times, what is not."""

    def meeting(topic, on, starts=None, ends=None, kind="staff_lecture"):
        found = Meeting(course=seminar, kind=kind, topic=topic, on=on)
        move_meeting(meeting=found, on=on, starts=starts, ends=ends)
        return found

    def milestone(title, on, clock):
        found = Milestone(course=seminar, kind="other", title=title, on=on)
        move_milestone(milestone=found, on=on, clock=clock)
        return found

    return {
        "past": meeting("Past", date(2025, 2, 19)),
        "past evening": meeting("Late", date(2025, 2, 26), time(20), time(21)),
        "ahead": meeting("Ahead", date(2025, 3, 5)),
        "summer": meeting("Summer", date(2025, 4, 2)),
        "by hand": meeting("By hand", date(2025, 3, 7), time(9), time(10)),
        "break": meeting("Break", date(2025, 3, 14), kind="no_class"),
        "groups": milestone("Groups", date(2025, 1, 31), None),
        "proposal": milestone("Proposal", date(2025, 3, 26), None),
        "report": milestone("Report", date(2025, 5, 15), time(18)),
    }


def stored(rows, name):
    row = rows[name]
    row.refresh_from_db()
    return row


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_another_zone_keeps_the_wall_clock_of_what_lies_ahead(rows, seminar):
    change_class_times(course=seminar, at=AT, **BERLIN)
    assert {
        name: stored(rows, name).starts_at for name in ("ahead", "summer", "by hand", "break")
    } == {
        "ahead": utc(2025, 3, 5, 11, 30),
        "summer": utc(2025, 4, 2, 10, 30),  # Berlin's clocks went forward on March 30
        "by hand": utc(2025, 3, 7, 8),
        "break": None,
    }
    assert (stored(rows, "proposal").due_at, stored(rows, "report").due_at) == (
        utc(2025, 3, 26, 23),
        utc(2025, 5, 15, 16),
    )
    seminar.refresh_from_db()
    assert (seminar.timezone, seminar.class_starts) == ("Europe/Berlin", time(12, 30))


def test_what_is_past_keeps_its_instant_and_says_its_date_on_the_new_clocks(rows, seminar):
    before = {name: stored(rows, name).starts_at for name in ("past", "past evening")}
    change_class_times(course=seminar, at=AT, **BERLIN)
    assert {name: stored(rows, name).starts_at for name in before} == before
    # 8 PM in Chicago is 3 AM of the next day in Berlin, midnight there 7 AM here.
    assert (rows["past"].on, rows["past evening"].on) == (date(2025, 2, 19), date(2025, 2, 27))
    groups = stored(rows, "groups")
    assert (groups.due_at, groups.on, groups.has_time) == (
        utc(2025, 2, 1, 6), date(2025, 2, 1), True,
    )  # fmt: skip


def test_other_class_times_move_what_stands_at_the_former_ones_alone(rows, seminar):
    before = {name: vars(stored(rows, name)) | {"_state": None} for name in rows}
    change_class_times(course=seminar, at=AT, **LATER)
    changed = {name for name in rows if vars(stored(rows, name)) | {"_state": None} != before[name]}
    assert changed == {"ahead", "summer"}
    assert (rows["ahead"].starts_at, rows["ahead"].ends_at) == (
        utc(2025, 3, 5, 20), utc(2025, 3, 5, 21, 15),
    )  # fmt: skip


def test_what_was_moved_by_hand_is_not_even_reckoned_anew_in_the_same_zone(rows, seminar):
    # From 1:30 AM to 1:15 AM on the second round of the clocks: nobody could type it.
    odd = make.MeetingFactory(
        course=seminar, on=date(2025, 11, 2),
        starts_at=utc(2025, 11, 2, 6, 30), ends_at=utc(2025, 11, 2, 7, 15),
    )  # fmt: skip
    plan = change_class_times(course=seminar, at=AT, **LATER)
    assert [one.pk for one in plan.by_hand] == [rows["by hand"].pk, odd.pk]
    odd.refresh_from_db()
    assert (odd.starts_at, odd.ends_at) == (utc(2025, 11, 2, 6, 30), utc(2025, 11, 2, 7, 15))


def test_the_plan_says_what_happens_and_changes_nothing(rows, seminar):
    before = (list(Meeting.objects.values()), list(Milestone.objects.values()))
    plan = plan_class_times(course=seminar, at=AT, **BERLIN)
    assert (
        [one.topic for one in plan.usual],
        [one.topic for one in plan.by_hand],
        [one.title for one in plan.milestones],
        plan.stays,
    ) == (["Ahead", "Summer"], ["By hand"], ["Proposal", "Report"], 3)
    assert (list(Meeting.objects.values()), list(Milestone.objects.values())) == before


@pytest.mark.parametrize(
    ("at", "usual"),
    [
        (utc(2025, 3, 5, 18, 30) - make.MICROSECOND, ["Ahead", "Summer"]),
        (utc(2025, 3, 5, 18, 30), ["Summer"]),
    ],
)
def test_what_has_begun_is_past_to_the_microsecond(rows, seminar, at, usual):
    plan = plan_class_times(course=seminar, at=at, **LATER)
    assert [one.topic for one in plan.usual] == usual


@pytest.mark.parametrize(
    ("at", "laid"),
    [
        (utc(2025, 5, 15, 23) - make.MICROSECOND, ["Report"]),
        (utc(2025, 5, 15, 23), []),
    ],
)
def test_what_was_due_is_past_to_the_microsecond(rows, seminar, at, laid):
    plan = plan_class_times(course=seminar, at=at, **BERLIN)
    assert [one.title for one in plan.milestones] == laid


def test_without_class_times_each_meeting_keeps_its_own(rows, seminar):
    plan = change_class_times(
        course=seminar, at=AT, timezone="Europe/Berlin", class_starts=None, class_ends=None
    )
    assert (len(plan.usual), len(plan.by_hand)) == (0, 3)
    assert stored(rows, "ahead").starts_at == utc(2025, 3, 5, 11, 30)
    seminar.refresh_from_db()
    assert (seminar.class_starts, seminar.class_ends) == (None, None)


def test_deadlines_follow(lecture, seminar):
    change_class_times(course=seminar, at=make.BEFORE_CLASS - timedelta(days=2), **LATER)
    lecture.refresh_from_db()
    deadline = effective_deadline(work="slides", meeting=lecture)
    assert deadline.due_at == utc(2025, 2, 18, 20)


def test_times_that_one_row_cannot_have_are_refused_with_its_date(rows, seminar):
    move_meeting(
        meeting=rows["by hand"], on=date(2025, 3, 30), starts=time(2, 30), ends=time(3, 15)
    )
    before = (list(Meeting.objects.values()), Course.objects.values().get())
    with pytest.raises(TimesDoNotFit, match="Europe/Berlin are put forward on Mar 30, 2025"):
        change_class_times(course=seminar, at=AT, **BERLIN)
    assert (list(Meeting.objects.values()), Course.objects.values().get()) == before


@pytest.mark.parametrize("times", [(time(14), time(14)), (time(14), time(9)), (time(14), None)])
def test_class_times_that_run_backwards_are_refused(rows, seminar, times):
    with pytest.raises(TimesDoNotFit):
        change_class_times(
            course=seminar, at=AT, timezone="UTC", class_starts=times[0], class_ends=times[1]
        )
    assert Course.objects.get().timezone == "America/Chicago"


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda rows: move_meeting(meeting=rows["ahead"], on=date(2025, 3, 6)),
        lambda rows: move_milestone(milestone=rows["report"], on=date(2025, 5, 16), clock=None),
        lambda rows: rows["by hand"].delete(),
        lambda rows: Course.objects.update(class_starts=time(12)),
    ],
)
def test_what_was_seen_is_what_is_done(rows, seminar, meanwhile):
    seen = plan_class_times(course=seminar, at=AT, **BERLIN).fingerprint
    meanwhile(rows)
    before = (list(Meeting.objects.values()), Course.objects.values().get())
    with pytest.raises(PlanChanged):
        change_class_times(course=seminar, at=AT, seen=seen, **BERLIN)
    assert (list(Meeting.objects.values()), Course.objects.values().get()) == before
    seen = plan_class_times(course=seminar, at=AT, **BERLIN).fingerprint
    change_class_times(course=seminar, at=AT, seen=seen, **BERLIN)
    assert Course.objects.get().timezone == "Europe/Berlin"


def test_of_another_course_nothing_moves(rows, seminar, other_course):
    theirs = make.MeetingFactory(
        course=other_course, on=date(2025, 3, 5), starts_at=AT + timedelta(5)
    )
    change_class_times(course=seminar, at=AT, **BERLIN)
    before = theirs.starts_at
    theirs.refresh_from_db()
    assert theirs.starts_at == before


def test_there_and_back_again_is_where_one_was(rows, seminar):
    before = (list(Meeting.objects.values()), list(Milestone.objects.values()))
    at = utc(2025, 1, 1)
    change_class_times(course=seminar, at=at, **BERLIN)
    assert list(Meeting.objects.values()) != before[0]
    change_class_times(course=seminar, at=at, timezone="America/Chicago", **USUAL)
    assert (list(Meeting.objects.values()), list(Milestone.objects.values())) == before


PLACES = ["America/Chicago", "Asia/Tokyo", "Pacific/Kiritimati", "Australia/Lord_Howe", "UTC"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(PLACES),
            st.sampled_from([(None, None), (time(2, 30), time(3, 15)), (time(9), time(23, 59))]),
            st.datetimes(datetime(2025, 1, 1), datetime(2025, 6, 1), timezones=st.just(UTC)),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_after_any_changes_each_row_stands_at_its_date_in_the_courses_zone(rows, seminar, changes):
    with transaction.atomic():
        for zone, (starts, ends), at in changes:
            change_and_look(seminar, zone, starts, ends, at)
        transaction.set_rollback(True)


def change_and_look(seminar, zone, starts, ends, at):
    ahead = dict(Meeting.objects.filter(starts_at__gt=at).values_list("pk", "on"))
    try:
        plan = change_class_times(
            course=seminar, timezone=zone, class_starts=starts, class_ends=ends, at=at
        )
    except TimesDoNotFit:
        return
    course = Course.objects.get()
    assert (course.timezone, course.class_starts, course.class_ends) == (zone, starts, ends)
    here = ZoneInfo(zone)
    for meeting in Meeting.objects.exclude(kind="no_class"):
        assert meeting.starts_at < meeting.ends_at
        assert meeting.starts_at.astimezone(here).date() == meeting.on
        assert meeting.on == ahead.get(meeting.pk, meeting.on)
    for meeting in Meeting.objects.filter(pk__in=[one.pk for one in plan.usual]):
        clocks = [one.astimezone(here).time() for one in (meeting.starts_at, meeting.ends_at)]
        assert clocks == [starts, ends]
    for milestone in Milestone.objects.all():
        if milestone.has_time:
            assert milestone.due_at.astimezone(here).date() == milestone.on
        else:
            assert milestone.due_at == end_of_day(milestone.on, here)
