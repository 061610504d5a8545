"""What can happen to a schedule: dates that move."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Course
from schedule.actions.meetings import move_meeting, move_milestone
from schedule.errors import TimesDoNotFit
from schedule.models import Meeting, Milestone
from schedule.queries import effective_deadline
from tests import factories as make


class TestMoveMeeting:
    def test_keeps_the_courses_class_times_on_the_wall_clock(self, lecture):
        # Clocks change on March 9: 12:30 PM is CDT from then on.
        move_meeting(meeting=lecture, on=date(2025, 3, 12))
        lecture.refresh_from_db()
        assert (lecture.on, lecture.starts_at, lecture.ends_at) == (
            date(2025, 3, 12),
            datetime(2025, 3, 12, 17, 30, tzinfo=UTC),
            datetime(2025, 3, 12, 18, 45, tzinfo=UTC),
        )

    def test_its_deadlines_move_with_it(self, lecture):
        move_meeting(meeting=lecture, on=date(2025, 2, 21), starts=time(9), ends=time(10))
        deadline = effective_deadline(work="slides", meeting=lecture)
        assert deadline.due_at == datetime(2025, 2, 20, 15, 0, tzinfo=UTC)

    def test_a_day_without_class_has_no_times(self, lecture):
        lecture.kind = Meeting.Kind.NO_CLASS
        move_meeting(meeting=lecture, on=lecture.on, starts=time(9), ends=time(10))
        lecture.refresh_from_db()
        assert (lecture.starts_at, lecture.ends_at) == (None, None)

    @pytest.mark.parametrize("ends", [time(9), time(8, 59)])
    def test_ends_after_it_starts(self, lecture, ends):
        with pytest.raises(TimesDoNotFit):
            move_meeting(meeting=lecture, on=lecture.on, starts=time(9), ends=ends)
        lecture.refresh_from_db()
        assert lecture.starts_at == make.CLASS_STARTS

    def test_on_the_night_that_clocks_go_forward_it_ends_after_it_starts_as_instants(self, lecture):
        before = Meeting.objects.values().get()
        with pytest.raises(TimesDoNotFit, match="put forward on Mar 9, 2025"):
            move_meeting(meeting=lecture, on=date(2025, 3, 9), starts=time(2, 30), ends=time(3, 15))
        assert Meeting.objects.values().get() == before

    @pytest.mark.parametrize(("until", "fits"), [(19, True), (18, False)])
    def test_its_last_day_does_not_come_before_the_first(self, lecture, until, fits):
        lecture.until = date(2025, 2, until)
        if fits:
            move_meeting(meeting=lecture, on=date(2025, 2, 19))
        else:
            with pytest.raises(TimesDoNotFit, match="The last day must not come before the first"):
                move_meeting(meeting=lecture, on=date(2025, 2, 19))

    def test_without_class_times_it_says_so(self, lecture):
        Course.objects.update(class_starts=None, class_ends=None)
        with pytest.raises(TimesDoNotFit, match="has no class times"):
            move_meeting(meeting=lecture, on=lecture.on)

    def test_goes_by_the_zone_that_the_course_has_by_now(self, lecture):
        Course.objects.update(timezone="Europe/Berlin")  # somebody else, a moment ago
        assert lecture.course.timezone == "America/Chicago"
        move_meeting(meeting=lecture, on=lecture.on, starts=time(9), ends=time(10))
        lecture.refresh_from_db()
        assert lecture.starts_at == datetime(2025, 2, 19, 8, tzinfo=UTC)

    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        zone=st.sampled_from(["America/Chicago", "America/Nuuk", "Australia/Lord_Howe", "UTC"]),
        on=st.one_of(
            st.dates(),
            st.dates(date(2025, 3, 7), date(2025, 3, 30)),
            st.dates(date(2025, 11, 1), date(2025, 11, 3)),
        ),
        starts=st.one_of(st.none(), st.times()),
        ends=st.one_of(st.none(), st.times()),
        until=st.one_of(st.none(), st.dates()),
    )
    def test_stores_what_ends_after_it_starts_or_changes_nothing(
        self, lecture, zone, on, starts, ends, until
    ):
        with transaction.atomic():
            Course.objects.update(timezone=zone)
            before = Meeting.objects.values().get()
            lecture.until = until
            try:
                move_meeting(meeting=lecture, on=on, starts=starts, ends=ends)
            except TimesDoNotFit:
                assert Meeting.objects.values().get() == before
            else:
                stored = Meeting.objects.get()
                assert stored.starts_at < stored.ends_at
                assert stored.starts_at.astimezone(ZoneInfo(zone)).date() == stored.on == on
                assert stored.until is None or stored.until >= on
            transaction.set_rollback(True)

    @pytest.mark.parametrize("missing", ["class_starts", "class_ends"])
    def test_a_course_without_class_times_needs_them_told(self, lecture, missing):
        setattr(lecture.course, missing, None)
        lecture.course.save()
        with pytest.raises(TimesDoNotFit):
            move_meeting(meeting=lecture, on=lecture.on)
        move_meeting(meeting=lecture, on=lecture.on, starts=time(9), ends=time(10))
        assert lecture.starts_at == datetime(2025, 2, 19, 15, 0, tzinfo=UTC)


class TestMoveMilestone:
    @pytest.mark.parametrize(
        ("clock", "due_at"),
        [
            (time(18), datetime(2025, 5, 15, 23, 0, tzinfo=UTC)),
            (None, datetime(2025, 5, 16, 5, 0, tzinfo=UTC)),
        ],
    )
    def test_is_due_on_the_courses_wall_clock_or_when_the_day_ends(self, db, clock, due_at):
        milestone = make.MilestoneFactory()
        move_milestone(milestone=milestone, on=date(2025, 5, 15), clock=clock)
        milestone.refresh_from_db()
        assert (milestone.due_at, milestone.has_time) == (due_at, clock is not None)

    @pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2100, 1, 1), date.max])
    def test_a_year_that_is_no_courses_is_refused(self, db, day):
        milestone = make.MilestoneFactory()
        with pytest.raises(TimesDoNotFit, match="is not the year of a course"):
            move_milestone(milestone=milestone, on=day, clock=None)
        milestone.refresh_from_db()
        assert milestone.on == date(2025, 5, 15)


def test_a_date_at_a_time_that_clocks_skip_is_refused_and_stays(db):
    milestone = make.MilestoneFactory()
    before = Milestone.objects.values().get()
    with pytest.raises(TimesDoNotFit, match="put forward on Mar 14, 2027, and skip 2:30 AM"):
        move_milestone(milestone=milestone, on=date(2027, 3, 14), clock=time(2, 30))
    assert Milestone.objects.values().get() == before
