"""The schedule as the course page shows it: sections, folds, the now line, roles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from courseapp.pages.programme import programme_of
from schedule.models import Meeting
from tests import factories as make

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def term(seminar):
    """Six weekly lectures on Wednesdays from Feb 5 on, two under each of three sections."""
    meetings = []
    for week in range(6):
        if week % 2 == 0:
            section = make.SectionFactory(course=seminar, title=f"Part {week // 2 + 1}")
        starts = datetime(2025, 2, 5, 18, 30, tzinfo=UTC) + timedelta(weeks=week)
        meetings.append(
            make.MeetingFactory(
                course=seminar,
                section=section,
                on=starts.date(),
                starts_at=starts,
                topic=f"Week {week + 1}",
            )
        )
    return meetings


def shape(parts):
    """Parts as (section title, topics) pairs."""
    return [
        (
            part.section.title if part.section else None,
            [row.meeting.heading if row.meeting else row.milestone.title for row in part.rows],
        )
        for part in parts
    ]


def test_weeks_before_this_one_are_folded(seminar, term):
    tuesday_of_week_3 = term[2].starts_at - timedelta(days=1)
    programme = programme_of(seminar, NOBODY, None, tuesday_of_week_3)
    assert shape(programme.past) == [("Part 1", ["Week 1", "Week 2"])]
    assert shape(programme.current) == [
        ("Part 2", ["Week 3", "Week 4"]),
        ("Part 3", ["Week 5", "Week 6"]),
    ]
    assert programme.now_before.meeting.id == term[2].pk


def test_a_week_of_which_nothing_is_ahead_is_folded_too(seminar, term):
    thursday_of_week_3 = term[2].starts_at + timedelta(days=1)
    programme = programme_of(seminar, NOBODY, None, thursday_of_week_3)
    assert programme.past_rows == 3
    assert programme.now_before.meeting.id == term[3].pk


def test_a_section_cut_by_the_fold_says_that_it_goes_on(seminar, term):
    programme = programme_of(seminar, NOBODY, None, term[1].starts_at - timedelta(hours=3))
    assert shape(programme.past) == [("Part 1", ["Week 1"])]
    assert [part.is_continued for part in programme.current] == [True, False, False]


@pytest.mark.parametrize(
    ("offset", "marks"),
    [
        (timedelta(days=-1), ["", "", "next", "", "", ""]),
        (timedelta(hours=-1), ["", "", "today", "", "", ""]),
        (timedelta(minutes=75) - make.MICROSECOND, ["", "", "today", "", "", ""]),
        (timedelta(minutes=75), ["", "", "", "next", "", ""]),
    ],
)
def test_the_meeting_ahead_stands_out_until_it_has_ended(seminar, term, offset, marks):
    programme = programme_of(seminar, NOBODY, None, term[2].starts_at + offset)
    rows = [row for part in programme.past + programme.current for row in part.rows]
    assert [row.mark for row in rows] == marks


@pytest.mark.parametrize("at", [datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)])
def test_a_term_not_begun_or_over_is_shown_whole_without_a_now_line(seminar, term, at):
    programme = programme_of(seminar, NOBODY, None, at)
    assert programme.past == []
    assert sum(len(part.rows) for part in programme.current) == 6
    assert programme.shows_now is False


def test_a_course_without_dates_has_an_empty_programme(seminar):
    programme = programme_of(seminar, NOBODY, None, make.BEFORE_CLASS)
    assert (programme.past, programme.current, programme.first_on) == ([], [], None)


def test_a_due_date_stands_where_it_falls(seminar, term):
    make.MilestoneFactory(course=seminar, on=date(2025, 2, 21), title="Proposal", is_scheduled=True)
    make.MilestoneFactory(course=seminar, on=date(2025, 2, 22), title="Not a row of the schedule")
    programme = programme_of(seminar, NOBODY, None, datetime(2025, 1, 2, tzinfo=UTC))
    assert shape(programme.current)[1] == ("Part 2", ["Week 3", "Proposal", "Week 4"])


def test_the_public_sees_groups_and_no_names(seminar, lecture, presenter):
    programme = programme_of(seminar, NOBODY, None, make.BEFORE_CLASS)
    [row] = [row for part in programme.current for row in part.rows]
    assert [(role.words, role.name, role.people) for role in row.roles] == [
        ("presented by", "Group\u00a01", []),
        ("authors", "Group\u00a02", []),
        ("reviewers", "Group\u00a03", []),
    ]


def test_the_public_sees_names_once_the_course_says_so(seminar, lecture, presenter):
    seminar.show_student_names = True
    programme = programme_of(seminar, NOBODY, None, make.BEFORE_CLASS)
    [row] = [row for part in programme.current for row in part.rows]
    assert [role.people for role in row.roles] == [["Presa Holt"], [], []]


def test_a_student_sees_names_and_which_role_is_theirs(seminar, lecture, presenter, reviewer):
    programme = programme_of(seminar, presenter.person, presenter, make.BEFORE_CLASS)
    [row] = [row for part in programme.current for row in part.rows]
    assert [(role.people, role.is_mine) for role in row.roles] == [
        (["Presa Holt"], True),
        ([], False),
        (["Revka Moss"], False),
    ]


def test_who_has_dropped_is_not_named(seminar, lecture, presenter, companion):
    companion.dropped_at = make.BEFORE_CLASS
    companion.save()
    programme = programme_of(seminar, presenter.person, presenter, make.BEFORE_CLASS)
    [row] = [row for part in programme.current for row in part.rows]
    assert [role.people for role in row.roles] == [["Presa Holt"], [], []]


def test_slides_are_public_once_released(seminar, lecture, presenter_group):
    slides = make.SlidesFactory(meeting=lecture, group=presenter_group)
    at = make.AFTER_CLASS

    def shown():
        [row] = [r for part in programme_of(seminar, NOBODY, None, at).current for r in part.rows]
        return row.files

    assert shown() == []
    slides.released_at = at
    slides.save()
    assert shown() == [("Slides", slides.stored_files["upload"].pk)]


def test_a_day_without_class_keeps_its_readings(seminar):
    day = make.MeetingFactory(
        course=seminar, kind=Meeting.Kind.NO_CLASS, starts_at=None, ends_at=None, title="No lecture"
    )
    make.ReadingFactory(meeting=day)
    programme = programme_of(seminar, NOBODY, None, make.BEFORE_CLASS)
    [row] = [row for part in programme.current for row in part.rows]
    assert (row.meeting.is_held, len(row.meeting.readings), row.mark) == (False, 1, "")


def test_the_class_sees_the_files_of_the_version_that_counts(seminar, lecture, presenter_group):
    make.set_work(seminar, "slides", after="late_not_counted")

    def slides(**said):
        return make.SlidesFactory(meeting=lecture, group=presenter_group, **said)

    on_time = slides()
    slides(version=2, receipt__verdict="late_not_counted")
    me = make.claimed(seminar, "reader")
    parts = programme_of(seminar, me.person, me, make.AFTER_CLASS).current
    [row] = [row for part in parts for row in part.rows if row.meeting.id == lecture.pk]
    assert row.files == [("Slides", on_time.files.get().stored_id)]


def test_a_file_that_a_text_took_the_place_of_is_gone(seminar, lecture, presenter_group):
    make.SlidesFactory(meeting=lecture, group=presenter_group)
    newer = make.SlidesFactory(meeting=lecture, group=presenter_group, version=2)
    newer.files.all().delete()
    me = make.claimed(seminar, "reader")
    parts = programme_of(seminar, me.person, me, make.AFTER_CLASS).current
    assert [row.files for part in parts for row in part.rows] == [[]]
