"""A course out of a page: every row of it, once, and nothing when it cannot be."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress

from coursepage.apply import create_course
from coursepage.apply.people import store_groups, store_students
from coursepage.errors import CourseExists
from coursepage.models import ImportedPage
from courses.addresses import clashes
from courses.models import Course, CourseText, Enrolment
from courses.queries import addresses_in
from grading.models import GradeComponent
from groups.models import Membership, StudentGroup
from schedule.models import Meeting, Milestone, Reading, RoleAssignment, Section
from tests import factories as make
from tests.coursepage.pages import page_of, table

AT = make.TERM_BEGINS
WARNINGS_OF_SAMPLE = 23


@pytest.fixture
def course(db, sample, sample_text) -> Course:
    return create_course(
        page=sample, source=sample_text, by=None, at=AT, email_domain="Aldermere.edu"
    )


def created_from(text: str, **more) -> Course:
    return create_course(page=page_of(text), source=text, by=None, at=AT, **more)


def everything() -> list[int]:
    """How many rows there are of each thing that an import creates."""
    models = (Course, CourseText, Enrolment, GradeComponent, Membership, StudentGroup, Meeting,
              Milestone, Reading, RoleAssignment, Section, ImportedPage)  # fmt: skip
    return [model.objects.count() for model in models]


def test_sample_becomes_a_whole_course(course):
    assert everything() == [1, 17, 93, 7, 91, 20, 29, 3, 75, 60, 5, 1]


def test_course_says_what_the_page_says(course):
    assert (course.slug, course.code, course.title) == (
        "cs-598-spring-2025", "CS 598", "Systems for Generative AI",
    )  # fmt: skip
    assert (course.timezone, course.room, course.weekdays) == (
        "America/Chicago", "0127 Harrow Hall", "2,4",
    )  # fmt: skip
    assert (course.class_starts, course.class_ends) == (dt.time(12, 30), dt.time(13, 45))
    assert (course.starts_on, course.ends_on) == (dt.date(2025, 1, 22), dt.date(2025, 5, 15))
    assert (course.contact_label, course.staff_email) == (
        "Forum", "cs598-staff@lists.aldermere.edu",
    )  # fmt: skip
    assert course.email_domain == "aldermere.edu"
    assert (course.group_size_min, course.group_size_max) == (4, 5)


def test_class_times_are_wall_clock_on_both_sides_of_the_change_of_clocks(course):
    starts = {meeting.on: meeting.starts_at for meeting in course.meetings.exclude(kind="no_class")}
    assert starts[dt.date(2025, 3, 7)] == dt.datetime(2025, 3, 7, 18, 30, tzinfo=dt.UTC)
    assert starts[dt.date(2025, 3, 12)] == dt.datetime(2025, 3, 12, 17, 30, tzinfo=dt.UTC)


def test_day_without_lecture_has_no_times_and_keeps_its_readings(course):
    day = course.meetings.get(kind="no_class")
    assert (day.on, day.starts_at, day.ends_at, day.readings.count()) == (
        dt.date(2025, 1, 31), None, None, 2,
    )  # fmt: skip


def test_people_are_entries_that_nobody_has_claimed(course):
    entries = course.enrolments.all()
    assert Counter(entry.role for entry in entries) == {"student": 90, "ta": 2, "instructor": 1}
    assert {entry.person for entry in entries} == {None}
    assert all(entry.netid for entry in entries)


@pytest.mark.part_of_an_action
def test_a_name_that_is_written_in_two_ways_is_one_person_and_stored_composed(seminar, sample):
    ways = ("Zoe\u0308 Bow", "Zo\u00eb Bow", "ZO\u00cb BOW")
    page = dataclasses.replace(sample, people=ways, groups=(ways,))
    found = store_students(seminar, page, [], AT)
    assert [entry.name for entry in found.values()] == ["Zo\u00eb Bow"]
    store_groups(seminar, page, found, AT)
    assert Membership.objects.filter(group__course=seminar).count() == 1


def test_lecturers_are_found_among_the_staff(course):
    lectures = course.meetings.filter(kind="staff_lecture")
    assert [lecture.lecturer.name for lecture in lectures] == [
        "Ingrid Thorne", "Malik Adeyemi", "Soo-ah Lindqvist",
    ]  # fmt: skip


def test_two_assistants_share_one_slot(course):
    own, shared = course.office_hours.all()
    assert [entry.netid for entry in own.staff.all()] == ["ithorne"]
    assert {entry.netid for entry in shared.staff.all()} == {"madeye2", "slindq3"}


def test_groups_are_numbered_in_order_of_appearance(course, sample):
    first = course.student_groups.get(number=1)
    members = [membership.enrolment.netid for membership in first.memberships.all()]
    assert members == list(sample.groups[0])


def test_one_person_stands_in_two_groups(course):
    twice = Counter(Membership.objects.values_list("enrolment__netid", flat=True))
    assert [netid for netid, count in twice.items() if count > 1] == ["nd4"]


@pytest.mark.parametrize("months_late", [0, 2, 20])
def test_groups_hold_from_the_first_day_of_term_however_late_the_import(
    db, sample, sample_text, months_late
):
    at = AT + dt.timedelta(days=30 * months_late)
    course = create_course(page=sample, source=sample_text, by=None, at=at)
    first_day = dt.datetime(2025, 1, 22, 6, 0, tzinfo=dt.UTC)
    since = min(at, first_day)
    assert set(course.student_groups.values_list("created_at", flat=True)) == {since}
    assert {one.joined_at for one in Membership.objects.all()} == {since}
    assert course.created_at == at


def test_roles_at_a_lecture(course, sample):
    lecture = course.meetings.get(on=dt.date(2025, 2, 5))
    roles = {one.role.key: one.group.number for one in lecture.assignments.all()}
    assert roles == {"presenter": 1, "companion": 2, "reviewer": 3}


def test_milestones_are_due_on_the_clocks_of_the_zone(course):
    assert [(m.kind, m.due_at, m.has_time, m.is_scheduled) for m in course.milestones.all()] == [
        ("groups", dt.datetime(2025, 2, 1, 6, tzinfo=dt.UTC), False, False),
        ("proposal", dt.datetime(2025, 2, 27, 6, tzinfo=dt.UTC), False, False),
        ("report", dt.datetime(2025, 5, 15, 23, tzinfo=dt.UTC), True, True),
    ]


def test_weights_are_fed_by_the_work_they_name(course):
    assert [
        ([work.key for work in c.works.all()], c.weight) for c in course.grade_components.all()
    ] == [
        (["question"], Decimal(15)),
        (["slides"], Decimal(15)),
        (["summary"], Decimal(10)),
        ([], Decimal(5)),
        ([], Decimal(10)),
        ([], Decimal(10)),
        ([], Decimal(35)),
    ]


def test_source_is_kept_with_its_warnings(course, sample_text):
    kept = course.imported_pages.get()
    assert kept.source == sample_text
    assert len(kept.warnings) == WARNINGS_OF_SAMPLE
    assert kept.warnings[0] == {
        "line": 7, "code": "unclosed-row", "message": "The row is not closed by a pipe.",
    }  # fmt: skip


def test_importing_twice_is_refused_and_changes_nothing(course, sample, sample_text):
    before = everything()
    with pytest.raises(CourseExists, match="/c/cs-598-spring-2025/") as refused:
        create_course(page=sample, source=sample_text, by=None, at=AT)
    assert refused.value.course == course
    assert everything() == before


def test_the_same_text_under_another_name_of_the_term_is_refused_too(course, sample_text):
    with pytest.raises(CourseExists):
        create_course(page=page_of(sample_text, term="S25"), source=sample_text, by=None, at=AT)


def test_the_next_year_is_another_course(course, sample_text):
    again = page_of(sample_text, term="Spring 2026")
    other = create_course(page=again, source=sample_text, by=None, at=AT)
    assert other.slug == "cs-598-spring-2026"
    assert Course.objects.count() == 2


def test_shifting_by_weeks_keeps_weekdays_and_wall_clock(db, sample, sample_text):
    course = create_course(page=sample, source=sample_text, by=None, at=AT, shift_weeks=10)
    first = course.meetings.first()
    assert (first.on, first.on.weekday()) == (dt.date(2025, 4, 2), 2)
    assert first.starts_at == dt.datetime(2025, 4, 2, 17, 30, tzinfo=dt.UTC)
    assert course.starts_on == dt.date(2025, 4, 2)
    assert course.milestones.get(kind="report").due_at.date() == dt.date(2025, 7, 24)


def test_creator_becomes_instructor_beside_the_pages(stranger, sample, sample_text):
    course = create_course(page=sample, source=sample_text, by=stranger, at=AT)
    mine = course.enrolments.get(person=stranger)
    assert (mine.role, mine.claimed_at) == ("instructor", AT)
    assert course.enrolments.filter(role="instructor").count() == 2
    assert course.imported_pages.get().imported_by == stranger


def test_creator_takes_the_entry_that_is_theirs(db, sample, sample_text):
    author = make.account("ithorne@aldermere.edu", name="Ingrid Thorne")
    course = create_course(
        page=sample, source=sample_text, by=author, at=AT, email_domain="aldermere.edu"
    )
    assert course.enrolments.get(role="instructor").person == author


@pytest.mark.parametrize(
    ("email", "second", "netid", "role"),
    [
        pytest.param("me@mail.example", "ithorne@aldermere.edu", "ithorne", "instructor", id="2nd"),
        pytest.param("madeye2@aldermere.edu", "", "madeye2", "instructor", id="a TA of the page"),
    ],
)
def test_the_creator_is_one_entry_by_whichever_address(
    db, sample, sample_text, email, second, netid, role
):
    author = make.account(email)
    if second:
        EmailAddress.objects.create(user=author, email=second, verified=True)
    course = create_course(
        page=sample, source=sample_text, by=author, at=AT, email_domain="aldermere.edu"
    )
    mine = course.enrolments.get(person=author)
    assert (mine.netid, mine.role) == (netid, role)
    assert list(clashes(addresses_in(course.pk))) == []


def test_a_creator_whom_the_page_has_in_a_group_is_no_second_entry(db, sample, sample_text):
    netid = sample.people[0]
    author = make.account(f"{netid}@aldermere.edu")
    course = create_course(
        page=sample, source=sample_text, by=author, at=AT, email_domain="aldermere.edu"
    )
    assert not course.enrolments.filter(netid=netid).exists()
    assert course.enrolments.filter(role="student").count() == 89
    assert course.enrolments.get(person=author).memberships.exists()
    assert list(clashes(addresses_in(course.pk))) == []


def test_who_has_the_verified_address_already_gets_their_entry(db, sample, sample_text):
    student = make.account(f"{sample.people[0]}@aldermere.edu", name="Early Bird")
    course = create_course(
        page=sample, source=sample_text, by=None, at=AT, email_domain="aldermere.edu"
    )
    assert course.enrolments.get(netid=sample.people[0]).person == student


def test_a_name_is_no_netid_that_a_namesake_could_claim(db):
    course = created_from(table("| Jan 22 | A | Steve, Ana Lund | | |"), email_domain="uni.example")
    assert [(e.netid, e.name) for e in course.enrolments.order_by("pk")] == [
        ("", "Steve"), ("", "Ana Lund"),
    ]  # fmt: skip


def test_a_page_without_class_time_meets_at_noon(db):
    course = created_from(table("| Jan 22 | A | ab1 | | |"))
    meeting = course.meetings.get()
    assert meeting.starts_at == dt.datetime(2025, 1, 22, 18, tzinfo=dt.UTC)
    assert meeting.ends_at == dt.datetime(2025, 1, 22, 19, tzinfo=dt.UTC)
    # So that setting the time later lays them anew, as it does meetings at any class time.
    assert (course.class_starts, course.class_ends) == (dt.time(12), dt.time(13))


def test_addresses_that_are_not_the_webs_are_not_stored(db):
    course = created_from(
        table(
            "| Jan 22 | [A](javascript:alert(1)) [B](data:text/html,x) | [ab1](javascript:x) | | |"
        )
    )
    assert [reading.url for reading in Reading.objects.all()] == ["", ""]
    assert course.meetings.get().lecture_url == ""


def test_a_span_of_days_is_one_row_without_class(db):
    course = created_from(table("| Mar 15 - 23 | **Spring Break** | | | |"))
    row = course.meetings.get()
    assert (row.kind, row.on, row.until) == (
        "no_class", dt.date(2025, 3, 15), dt.date(2025, 3, 23),
    )  # fmt: skip


def test_a_group_with_one_role_for_two_readings_has_it_once(db):
    course = created_from(
        table(
            "| Jan 22 | **Topic** | | |",
            "| | [A](https://a.example) | Ana | Bo |",
            "| | [B](https://b.example) | Ana | Cy |",
            header="| Date | Readings | Presenter | Reviewer |",
        )
    )
    roles = Counter(course.meetings.get().assignments.values_list("role__key", flat=True))
    assert roles == {"presenter": 1, "reviewer": 2}


def test_an_import_takes_a_bounded_number_of_queries(
    db, sample, sample_text, django_assert_max_num_queries
):
    with django_assert_max_num_queries(66):
        create_course(page=sample, source=sample_text, by=None, at=AT)


def test_texts_without_letters_of_ascii_have_an_address_too(db):
    course = created_from(table("| Jan 22 | A | | | |").replace("CS 900: A Seminar", "세미나"))
    assert course.slug == "spring-2025"
