"""What the gradebook finds: who owes what, who is credited, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grading.gradebook import State
from grading.queries import component_for, gradebook_of, history_of
from tests import factories as make
from tests.factories import (
    AFTER_CLASS,
    CLASS_STARTS,
    MICROSECOND,
    SLIDES_DUE,
    SUMMARY_DUE,
)

LATER = SUMMARY_DUE + timedelta(days=1)


def cell_of(student, component, at=LATER):
    book = gradebook_of(student.course, at, only=student)
    (row,) = book.rows
    return row.cells[[one.pk for one in book.components].index(component.pk)]


def states(cell):
    return [piece.state for piece in cell.pieces]


class TestParticipation:
    """Rule P2: a piece per required reading of a student lecture that has begun."""

    def test_nothing_is_due_before_class_starts(self, companion, lecture, participation):
        cell = cell_of(companion, participation, CLASS_STARTS - MICROSECOND)
        assert (cell.state, cell.pieces) == (State.NOT_DUE, ())

    def test_unasked_questions_are_missing_from_class_start_on(
        self, companion, lecture, participation
    ):
        cell = cell_of(companion, participation, CLASS_STARTS)
        assert states(cell) == [State.MISSING, State.MISSING]

    def test_the_presenter_owes_questions_too(self, presenter, lecture, participation):
        assert cell_of(presenter, participation).missing == 2

    def test_an_asked_question_waits_for_a_grade(self, companion, reading, participation):
        make.QuestionFactory(reading=reading, author=companion)
        assert states(cell_of(companion, participation)) == [State.NOT_GRADED, State.MISSING]

    def test_a_graded_question_counts_its_score(self, companion, ta, reading, participation):
        question = make.QuestionFactory(reading=reading, author=companion)
        change = make.GradeChangeFactory(
            component=participation,
            enrolment=None,
            version=question,
            score=1,
            out_of=2,
            comment="Say which cache.",
            made_by=ta,
        )
        cell = cell_of(companion, participation)
        assert (cell.current, states(cell)) == (25, [State.GRADED, State.MISSING])
        entry = cell.pieces[0].entry
        assert (entry.id, entry.by, entry.comment, entry.at) == (
            change.pk,
            "Tamsel Ardo",
            "Say which cache.",
            AFTER_CLASS,
        )

    def test_a_withdrawn_question_is_missing(self, companion, reading, participation):
        make.QuestionFactory(reading=reading, author=companion, withdrawn_at=make.BEFORE_CLASS)
        assert states(cell_of(companion, participation)) == [State.MISSING, State.MISSING]

    def test_another_students_question_changes_nothing(
        self, companion, reviewer, reading, participation
    ):
        make.QuestionFactory(reading=reading, author=reviewer)
        assert cell_of(companion, participation).missing == 2

    def test_optional_readings_and_other_meetings_ask_for_nothing(
        self, seminar, companion, participation
    ):
        staff_lecture = make.MeetingFactory(course=seminar, kind="staff_lecture")
        make.ReadingFactory(meeting=staff_lecture)
        student_lecture = make.MeetingFactory(course=seminar)
        make.ReadingFactory(meeting=student_lecture, is_required=False)
        assert cell_of(companion, participation).pieces == ()

    def test_who_joined_after_class_owes_nothing_from_before(
        self, student_without_group, lecture, participation
    ):
        student_without_group.created_at = CLASS_STARTS
        student_without_group.save()
        assert cell_of(student_without_group, participation).pieces == ()
        student_without_group.created_at = CLASS_STARTS - MICROSECOND
        student_without_group.save()
        assert len(cell_of(student_without_group, participation).pieces) == 2

    def test_who_dropped_before_class_owes_nothing(self, dropped_student, lecture, participation):
        assert cell_of(dropped_student, participation).pieces == ()

    def test_excused_from_a_reading(self, companion, lecture, reading, participation):
        make.excuse(participation, companion, reading)
        assert states(cell_of(companion, participation)) == [State.EXCUSED, State.MISSING]


class TestSlides:
    """Rule T3: the presenter group's slides; late ones count."""

    def test_nothing_is_missing_until_they_are_due(self, presenter, lecture, presentation):
        assert cell_of(presenter, presentation, SLIDES_DUE - MICROSECOND).pieces == ()

    def test_missing_from_the_due_time_on(self, presenter, lecture, presentation):
        assert states(cell_of(presenter, presentation, SLIDES_DUE)) == [State.MISSING]

    def test_only_the_presenter_group_owes_them(self, companion, lecture, presentation):
        assert cell_of(companion, presentation).state is State.NOT_DUE

    @pytest.mark.parametrize("verdict", ["on_time", "late"])
    def test_the_groups_grade_reaches_its_members(
        self, verdict, presenter, presenter_group, lecture, presentation
    ):
        slides = make.SlidesFactory(
            meeting=lecture,
            group=presenter_group,
            receipt__handed_in_by=presenter,
            receipt__verdict=verdict,
        )
        make.GradeChangeFactory(component=presentation, enrolment=None, version=slides)
        assert cell_of(presenter, presentation).current == 80

    def test_excused_from_one_meetings_slides_is_excused_from_these_alone(
        self, seminar, presenter, presenter_group, lecture, presentation
    ):
        other = make.MeetingFactory(course=seminar, starts_at=CLASS_STARTS - timedelta(days=7))
        make.RoleAssignmentFactory(meeting=other, group=presenter_group)
        make.excuse(presentation, presenter, lecture)
        pieces = {
            piece.owed.label: piece.state for piece in cell_of(presenter, presentation).pieces
        }
        assert pieces == {other.heading: State.MISSING, lecture.heading: State.EXCUSED}

    def test_who_came_after_the_hand_in_is_not_credited(
        self, presenter, student_without_group, presenter_group, lecture, presentation
    ):
        make.SlidesFactory(meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter)
        make.MembershipFactory(
            group=presenter_group, enrolment=student_without_group, joined_at=AFTER_CLASS
        )
        assert cell_of(student_without_group, presentation).pieces == ()

    def test_who_left_after_the_hand_in_keeps_the_credit(
        self, presenter, presenter_group, lecture, presentation
    ):
        make.SlidesFactory(meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter)
        presenter.memberships.update(left_at=SLIDES_DUE)
        assert states(cell_of(presenter, presentation)) == [State.NOT_GRADED]

    def test_a_group_that_loses_its_role_keeps_what_it_handed_in(
        self, presenter, presenter_group, lecture, presentation
    ):
        make.SlidesFactory(meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter)
        lecture.assignments.all().delete()
        assert states(cell_of(presenter, presentation)) == [State.NOT_GRADED]

    def test_who_left_before_the_due_time_misses_nothing(self, presenter, lecture, presentation):
        presenter.memberships.update(left_at=SLIDES_DUE)
        assert cell_of(presenter, presentation).pieces == ()

    @pytest.mark.parametrize(
        ("fields", "pieces"),
        [
            ({"dropped_at": SLIDES_DUE}, []),
            ({"dropped_at": SLIDES_DUE + MICROSECOND}, [State.MISSING]),
            ({"created_at": SLIDES_DUE}, []),
            ({"created_at": SLIDES_DUE - MICROSECOND}, [State.MISSING]),
        ],
    )
    def test_only_who_is_on_the_roster_when_they_are_due_misses_them(
        self, presenter, lecture, presentation, fields, pieces
    ):
        for name, at in fields.items():
            setattr(presenter, name, at)
        presenter.save()
        assert states(cell_of(presenter, presentation)) == pieces

    def test_a_group_recorded_after_the_due_time_is_taken_as_first_recorded(
        self, student_without_group, seminar, presentation
    ):
        group = make.StudentGroupFactory(course=seminar, number=9, created_at=AFTER_CLASS)
        make.MembershipFactory(group=group, enrolment=student_without_group, joined_at=AFTER_CLASS)
        meeting = make.MeetingFactory(course=seminar)
        make.RoleAssignmentFactory(meeting=meeting, group=group, role="presenter")
        assert states(cell_of(student_without_group, presentation)) == [State.MISSING]


class TestSummary:
    """Rule U3: companion and reviewer groups; what is late is not counted."""

    def test_a_group_with_both_roles_owes_one(
        self, companion, companion_group, lecture, summary_component
    ):
        make.RoleAssignmentFactory(meeting=lecture, group=companion_group, role="reviewer")
        assert states(cell_of(companion, summary_component)) == [State.MISSING]

    @pytest.mark.parametrize("who", ["companion", "reviewer"])
    def test_missing_from_the_due_time_on(self, who, cast, lecture, summary_component):
        student = cast[who]
        assert cell_of(student, summary_component, SUMMARY_DUE - MICROSECOND).pieces == ()
        assert states(cell_of(student, summary_component, SUMMARY_DUE)) == [State.MISSING]

    def test_late_only_is_not_counted(self, companion, companion_group, lecture, summary_component):
        make.SummaryFactory(
            meeting=lecture,
            group=companion_group,
            receipt__handed_in_by=companion,
            receipt__at=SUMMARY_DUE,
            receipt__verdict="late_not_counted",
        )
        cell = cell_of(companion, summary_component)
        assert (states(cell), cell.current) == ([State.LATE_NOT_COUNTED], 0)

    def test_a_late_version_does_not_touch_the_one_on_time(
        self, companion, companion_group, lecture, summary_component
    ):
        on_time = make.SummaryFactory(
            meeting=lecture, group=companion_group, receipt__handed_in_by=companion
        )
        make.SummaryFactory(
            meeting=lecture,
            group=companion_group,
            version=2,
            receipt__handed_in_by=companion,
            receipt__at=SUMMARY_DUE,
            receipt__verdict="late_not_counted",
        )
        make.GradeChangeFactory(component=summary_component, enrolment=None, version=on_time)
        cell = cell_of(companion, summary_component)
        assert cell.current == 80
        assert [piece.owed.things for piece in cell.pieces] == [(("version", on_time.pk),)]

    def test_one_members_own_grade_goes_before_the_groups(
        self, companion, student_without_group, companion_group, lecture, summary_component
    ):
        make.in_group(companion_group, student_without_group)
        summary = make.SummaryFactory(
            meeting=lecture,
            group=companion_group,
            receipt__handed_in_by=companion,
            receipt__members=[companion, student_without_group],
        )
        make.GradeChangeFactory(component=summary_component, enrolment=None, version=summary)
        make.GradeChangeFactory(
            component=summary_component, enrolment=companion, version=summary, score=3
        )
        assert cell_of(companion, summary_component).current == 30
        assert cell_of(student_without_group, summary_component).current == 80


def test_work_feeds_the_first_component_that_names_it_in_its_own_course(
    seminar, other_course, components
):
    make.GradeComponentFactory(course=other_course, kind="summary", position=0)
    make.GradeComponentFactory(course=seminar, kind="summary", position=99)
    assert component_for(make.work_at(seminar, "summary")) == components["summary"]
    assert component_for(make.work_at(other_course, "question")) is None


def test_history_is_of_one_thing_newest_first(
    lecture, companion, reading, second_reading, components
):
    by = {"receipt__handed_in_by": companion, "meeting": lecture}
    things = {
        "question": [
            make.QuestionFactory(reading=one, author=companion) for one in (reading, second_reading)
        ],
        "slides": [make.SlidesFactory(**by) for _ in range(2)],
        "summary": [make.SummaryFactory(**by) for _ in range(2)],
    }
    kinds = {"question": "participation", "slides": "presentation", "summary": "summary"}
    entries = {
        (name, number, at): make.GradeChangeFactory(
            component=components[kinds[name]], enrolment=None, at=at, version=thing
        )
        for name, pair in things.items()
        for number, thing in enumerate(pair)
        for at in (AFTER_CLASS, LATER)
    }
    for name, pair in things.items():
        for number, thing in enumerate(pair):
            assert list(history_of(thing)) == [
                entries[name, number, LATER],
                entries[name, number, AFTER_CLASS],
            ]


class TestCourse:
    def test_lists_the_students_of_this_course_by_name(self, seminar, cast, components, lecture):
        book = gradebook_of(seminar, LATER)
        assert [(row.student.name, row.student.group) for row in book.rows] == [
            ("Comyn Vale", "Group 2"),
            ("Presa Holt", "Group 1"),
            ("Revka Moss", "Group 3"),
            ("Solen Quay", ""),
        ]
        assert [one.name for one in book.components] == [
            "Participation",
            "Presentation",
            "Summary",
            "Report",
        ]

    def test_lines_are_in_order_of_names_whatever_the_netids(self, seminar, components):
        for netid, name in (
            ("a", "zoe"),
            ("b", "Adam"),
            ("c", "Mia"),
            ("e", "adam"),
            ("d", "adam"),
        ):
            make.EnrolmentFactory(course=seminar, netid=netid, name=name)
        rows = gradebook_of(seminar, LATER).rows
        assert [row.student.netid for row in rows] == ["b", "d", "e", "c", "a"]

    def test_another_courses_work_is_not_asked_for(
        self, seminar, other_course, companion, companion_group, components
    ):
        meeting = make.MeetingFactory(course=other_course)
        make.ReadingFactory(meeting=meeting)
        for role in ("presenter", "companion", "reviewer"):
            make.RoleAssignmentFactory(meeting=meeting, group=companion_group, role=role)
        (row,) = gradebook_of(seminar, LATER).rows
        assert [cell.pieces for cell in row.cells] == [(), (), (), ()]

    def test_an_entry_names_its_grader_by_what_there_is(self, seminar, companion, components):
        graders = {
            "Ada": make.EnrolmentFactory(course=seminar, role="ta", name="Ada"),
            "By Account": make.EnrolmentFactory(
                course=seminar, role="ta", name="", person=make.PersonFactory(name="By Account")
            ),
            "grader9": make.EnrolmentFactory(course=seminar, role="ta", name="", netid="grader9"),
            "staff": make.EnrolmentFactory(course=seminar, role="ta", name="", netid=""),
        }
        for said, grader in graders.items():
            make.GradeChangeFactory(
                component=components["direct"], enrolment=companion, made_by=grader, at=LATER
            )
            assert cell_of(companion, components["direct"]).whole.by == said

    @pytest.mark.parametrize(("at", "is_dropped"), [(-MICROSECOND, False), (0 * MICROSECOND, True)])
    def test_who_drops_is_marked_from_that_instant_on(
        self, seminar, dropped_student, components, at, is_dropped
    ):
        (row,) = gradebook_of(seminar, dropped_student.dropped_at + at, dropped=True).rows
        assert row.student.is_dropped is is_dropped

    def test_shows_who_dropped_when_asked_to(self, seminar, dropped_student, components):
        assert gradebook_of(seminar, LATER).rows == ()
        (row,) = gradebook_of(seminar, LATER, dropped=True).rows
        assert (row.student.name, row.student.is_dropped) == ("Dropa Lund", True)

    def test_groups_are_those_at_the_instant_under_their_names(
        self, seminar, companion, companion_group, reviewer, presenter_group, components
    ):
        companion_group.name = "The Pagers"
        companion_group.save()
        make.MembershipFactory(group=presenter_group, enrolment=companion, joined_at=AFTER_CLASS)
        reviewer.memberships.update(left_at=AFTER_CLASS)

        def groups(at):
            return [row.student.group for row in gradebook_of(seminar, at).rows]

        assert groups(AFTER_CLASS - MICROSECOND) == ["The Pagers", "Group 3"]
        assert groups(AFTER_CLASS) == ["Group 1, The Pagers", ""]

    def test_a_member_who_dropped_is_no_line_and_no_obstacle(
        self, seminar, presenter, companion, companion_group, lecture, components
    ):
        make.in_group(companion_group, presenter)
        companion.dropped_at = AFTER_CLASS
        companion.save()
        (row,) = gradebook_of(seminar, LATER).rows
        assert row.student.name == "Presa Holt"

    def test_who_has_no_name_is_shown_by_what_there_is(self, seminar, components):
        person = make.account("signed@mail.example", name="By Account")
        make.EnrolmentFactory(course=seminar, name="", netid="x1", person=person)
        make.EnrolmentFactory(course=seminar, name="", netid="bynetid")
        make.EnrolmentFactory(course=seminar, name="", netid="", email="by@address.example")
        make.EnrolmentFactory(course=seminar, name="", netid="")
        nameless = make.account("no@name.example", name="")
        make.EnrolmentFactory(course=seminar, name="", netid="", person=nameless)
        rows = gradebook_of(seminar, LATER).rows
        labels = {one.pk: one.label for one in seminar.enrolments.all()}
        assert all(row.student.name == labels[row.student.enrolment] for row in rows)
        assert sorted((row.student.name, row.student.email) for row in rows) == [
            ("bynetid", ""),
            ("no@name.example", "no@name.example"),
            ("unnamed", ""),
            ("unnamed", "by@address.example"),
            ("x1", "signed@mail.example"),
        ]

    def test_one_students_row_is_their_row_in_the_whole(self, seminar, cast, components, lecture):
        make.QuestionFactory(reading=lecture.readings.first(), author=cast["companion"])
        make.GradeChangeFactory(component=components["direct"], enrolment=cast["companion"])
        whole = {row.student.enrolment: row for row in gradebook_of(seminar, LATER).rows}
        for who in ("presenter", "companion", "reviewer", "student_without_group"):
            (row,) = gradebook_of(seminar, LATER, only=cast[who]).rows
            assert row == whole[cast[who].pk]

    def test_released_holds_only_what_is_released_by_then(self, companion, components, report):
        report.released_at = AFTER_CLASS
        report.save()
        before = gradebook_of(
            companion.course, AFTER_CLASS - MICROSECOND, only=companion, released=True
        )
        after = gradebook_of(companion.course, AFTER_CLASS, only=companion, released=True)
        assert (before.components, after.components) == ((), (report,))

    def test_totals_weigh_the_components(self, companion, components, lecture):
        make.GradeChangeFactory(component=components["direct"], enrolment=companion, score=10)
        (row,) = gradebook_of(companion.course, LATER, only=companion).rows
        # Participation 0 of 15, summary 0 of 10, report 60 of 60; no presentation asked yet.
        assert row.totals.current == Fraction(6000, 85)
        assert row.totals.final == 60

    @pytest.mark.django_db
    def test_cost_does_not_grow_with_the_class(self):
        counts = {size: cost(class_of(size, lectures=2)) for size in (1, 3, 500)}
        assert counts == {1: 20, 3: 20, 500: 20}


def class_of(size: int, *, lectures: int):
    """A course with `size` students in groups of five, two readings a lecture, all handed in."""
    course = make.CourseFactory()
    kinds = {
        kind: make.GradeComponentFactory(course=course, kind=kind, weight=25)
        for kind in ("participation", "presentation", "summary", "direct")
    }
    students = make.EnrolmentFactory.create_batch(size, course=course)
    groups = [
        make.in_group(make.StudentGroupFactory(course=course), *students[start : start + 5])
        for start in range(0, size, 5)
    ]
    for number in range(lectures):
        meeting = make.MeetingFactory(
            course=course, starts_at=CLASS_STARTS - timedelta(days=number)
        )
        make.RoleAssignmentFactory(meeting=meeting, group=groups[0], role="presenter")
        for _ in range(2):
            ask_all(
                make.ReadingFactory(meeting=meeting),
                students,
                kinds["participation"],
            )
        make.SlidesFactory(meeting=meeting, group=groups[0], receipt__handed_in_by=students[0])
    return course


def ask_all(reading, students, component):
    """A graded question on the reading by every student."""
    questions = make.questions(reading, students)
    make.GradeChangeFactory._meta.model.objects.bulk_create(
        make.GradeChangeFactory.build(
            component=component,
            enrolment=None,
            version=question,
            score=2,
            out_of=2,
            made_by=students[0],
        )
        for question in questions
    )


def cost(course) -> int:
    """How many queries the gradebook of the course takes."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        book = gradebook_of(course, LATER)
    assert {row.cells[0].current for row in book.rows} == {100}
    return len(queries)
