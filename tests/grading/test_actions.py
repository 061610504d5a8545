"""What can happen to grades, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from grading import actions
from grading.errors import GradedMeanwhile, GradeRefused, ScoreOutOfRange, WeightsDoNotSum
from grading.models import ExportRecord, GradeChange, GradeComponent
from submissions.models import Version
from tests import factories as make
from tests.courses.test_texts import NOTHING_TO_SEE
from tests.factories import AFTER_CLASS, MICROSECOND, SUMMARY_DUE
from tests.handing_in import on

SCORED, EXCUSED, CLEARED = "scored", "excused", "cleared"


@pytest.fixture
def question(companion, reading):
    return make.QuestionFactory(reading=reading, author=companion)


@pytest.fixture
def summary(companion, companion_group, lecture):
    return make.SummaryFactory(
        meeting=lecture, group=companion_group, receipt__handed_in_by=companion
    )


@pytest.fixture
def late_summary(companion, companion_group, lecture):
    return make.SummaryFactory(
        meeting=lecture,
        group=companion_group,
        receipt__handed_in_by=companion,
        receipt__at=SUMMARY_DUE,
        receipt__verdict="late_not_counted",
    )


@pytest.fixture
def grade(participation, ta, question):
    """`grade(score)`: the TA grades the companion's question; any argument can be replaced."""

    def record(score=None, **changes):
        said = {
            "component": participation,
            "by": ta,
            "at": AFTER_CLASS,
            "state": SCORED,
            "score": None if score is None else Decimal(score),
            "version": question,
        }
        return actions.record_grade(**(said | changes))

    return record


class TestRecordGrade:
    def test_appends_who_said_what_when(self, grade, ta, question, participation):
        change = grade("1.5", comment="  Sharper. ")
        assert GradeChange.objects.get() == change
        assert (change.component, change.version, change.enrolment) == (
            participation,
            question,
            None,
        )
        assert (change.score, change.out_of, change.comment) == (Decimal("1.5"), 2, "Sharper.")
        assert (change.made_by, change.at) == (ta, AFTER_CLASS)

    def test_a_regrade_is_appended_and_the_first_stays(self, grade):
        grade(1)
        grade(2, at=AFTER_CLASS + MICROSECOND)
        assert list(GradeChange.objects.values_list("score", flat=True)) == [1, 2]

    def test_the_same_again_appends_nothing(self, grade):
        first = grade(1, comment="Good.")
        again = grade(1, comment="Good.", at=AFTER_CLASS + timedelta(minutes=1))
        assert (again, GradeChange.objects.count()) == (first, 1)

    @pytest.mark.parametrize("comment", NOTHING_TO_SEE)
    def test_a_comment_that_shows_nothing_is_none(self, grade, comment):
        assert grade(1, comment=comment).comment == ""

    def test_another_comment_is_appended(self, grade):
        grade(1)
        grade(1, comment="Good.")
        assert GradeChange.objects.count() == 2

    def test_an_entry_never_stands_before_the_one_that_it_replaces(self, grade):
        grade(1)
        change = grade(2, at=AFTER_CLASS - MICROSECOND)
        assert change.at == AFTER_CLASS
        assert GradeChange.objects.last() == change

    @pytest.mark.parametrize("score", ["0", "0.01", "2"])
    def test_takes_scores_from_zero_to_all_points(self, grade, score):
        assert grade(score).score == Decimal(score)

    @pytest.mark.parametrize("score", ["-0.01", "2.01", "1.005", "NaN", "Infinity", "1E+9"])
    def test_refuses_other_numbers_and_names_them(self, grade, score):
        with pytest.raises(ScoreOutOfRange) as refusal:
            grade(score)
        assert str(refusal.value) == (
            f"{score} is not a score from 0 to 2 with at most two decimals."
        )
        assert not GradeChange.objects.exists()

    def test_refuses_a_grade_without_a_score(self, grade):
        with pytest.raises(GradeRefused, match=r"^A score from 0 to 2 is missing.$"):
            grade()

    def test_excuses_without_a_score(self, grade):
        change = grade(2, state=EXCUSED)
        assert (change.state, change.score, change.out_of) == (EXCUSED, None, None)

    def test_takes_a_grade_back(self, grade):
        grade(1)
        assert grade(state=CLEARED).score is None

    def test_refuses_to_take_back_what_is_not_there(self, grade):
        with pytest.raises(GradeRefused, match="no grade to take back"):
            grade(state=CLEARED)

    @pytest.mark.parametrize("who", ["presenter", "companion", "other_instructor", "outsider"])
    def test_only_who_teaches_the_course_grades(self, grade, cast, who):
        with pytest.raises(GradeRefused, match=r"^Only who teaches this course grades in it.$"):
            grade(1, by=cast[who])

    def test_a_ta_who_has_left_does_not_grade(self, grade, ta):
        ta.dropped_at = AFTER_CLASS
        with pytest.raises(GradeRefused):
            grade(1, by=ta)
        assert grade(1, by=ta, at=AFTER_CLASS - MICROSECOND).score == 1

    def test_a_withdrawn_question_is_not_graded(self, grade, question):
        question.piece.withdrawn_at = make.BEFORE_CLASS
        with pytest.raises(GradeRefused, match=r"^This was withdrawn"):
            grade(1)

    def test_a_late_summary_is_never_graded(self, grade, summary_component, late_summary):
        with pytest.raises(GradeRefused, match="came in late and is not counted"):
            grade(1, component=summary_component, version=late_summary)

    def test_one_member_may_be_excused_from_a_late_summary(
        self, grade, summary_component, late_summary, companion
    ):
        change = grade(
            component=summary_component,
            version=late_summary,
            enrolment=companion,
            state=EXCUSED,
        )
        assert change.enrolment == companion

    def test_a_group_and_one_member_have_their_own_entries(
        self, grade, summary_component, summary, companion
    ):
        about = {"component": summary_component, "version": summary}
        grade(8, **about)
        grade(5, **about, enrolment=companion)
        assert list(GradeChange.objects.values_list("enrolment", "score", "out_of")) == [
            (None, 8, 10),
            (companion.pk, 5, 10),
        ]

    def test_who_is_not_credited_has_no_own_entry(
        self, grade, summary_component, summary, reviewer
    ):
        with pytest.raises(GradeRefused, match=r"^Revka Moss is not credited"):
            grade(5, component=summary_component, version=summary, enrolment=reviewer)

    def test_a_question_has_one_grade_whether_its_author_is_named_or_not(self, grade, companion):
        """Else the sheet, which names nobody, could neither see nor replace the author's own."""
        first = grade(1, enrolment=companion)
        second = grade(2, at=AFTER_CLASS + MICROSECOND, based_on=first.pk)
        assert list(GradeChange.objects.values_list("pk", "enrolment", "score")) == [
            (first.pk, None, 1),
            (second.pk, None, 2),
        ]

    def test_a_question_does_not_feed_the_summary(self, grade, summary_component):
        with pytest.raises(GradeRefused, match="does not belong to Summary"):
            grade(1, component=summary_component)

    def test_work_of_another_course_is_refused(self, grade):
        with pytest.raises(GradeRefused, match="does not belong to Participation"):
            grade(1, version=make.QuestionFactory())

    def test_a_whole_component_is_graded_in_percent(self, grade, report, companion):
        change = grade("87.5", component=report, version=None, enrolment=companion)
        assert (change.score, change.out_of) == (Decimal("87.5"), 100)

    def test_a_whole_component_needs_a_student(self, grade, report):
        with pytest.raises(GradeRefused, match=r"^Say whose grade this is.$"):
            grade(80, component=report, version=None)

    @pytest.mark.parametrize("who", ["outsider", "instructor"])
    def test_only_students_of_the_course_have_grades(self, grade, report, cast, who):
        with pytest.raises(GradeRefused, match="is not a student of this course"):
            grade(80, component=report, version=None, enrolment=cast[who])

    def test_excuses_a_student_from_what_was_not_handed_in(self, grade, second_reading, companion):
        change = grade(state=EXCUSED, version=None, duty=on(second_reading), enrolment=companion)
        assert (change.reading, change.enrolment) == (second_reading, companion)

    def test_gives_no_score_for_what_was_not_handed_in(self, grade, second_reading, companion):
        with pytest.raises(GradeRefused, match="can only be excused"):
            grade(2, version=None, duty=on(second_reading), enrolment=companion)

    def test_refuses_to_overwrite_what_the_grader_has_not_seen(self, grade, ta):
        seen = grade(1)
        by_another = grade(2, at=AFTER_CLASS + MICROSECOND)
        with pytest.raises(GradedMeanwhile) as refusal:
            grade(0, based_on=seen.pk)
        assert refusal.value.change == by_another
        assert str(refusal.value).startswith("Tamsel Ardo graded this meanwhile: 2 of 2.")
        assert GradeChange.objects.count() == 2

    def test_refuses_a_first_grade_that_is_not_the_first(self, grade):
        grade(1)
        with pytest.raises(GradedMeanwhile):
            grade(2, based_on=None)

    def test_a_comment_has_a_longest_length(self, grade):
        longest = actions.LONGEST_COMMENT
        assert grade(1, comment="x" * longest).comment == "x" * longest
        with pytest.raises(GradeRefused, match=f"at most {longest} characters"):
            grade(2, comment="x" * (longest + 1))
        assert GradeChange.objects.count() == 1

    @pytest.mark.parametrize("state", ["graded", "", "Scored"])
    def test_a_grade_is_a_score_an_excuse_or_taken_back(self, grade, state):
        with pytest.raises(GradeRefused, match="a score, excused, or taken back"):
            grade(1, state=state)

    def test_one_entry_grades_one_thing(self, grade, lecture, reading):
        with pytest.raises(GradeRefused, match="one thing"):
            grade(1, duty=("question", lecture.pk, reading.pk))

    def test_what_feeds_another_component_is_not_graded_here(self, grade, summary):
        with pytest.raises(GradeRefused, match=r"^This does not belong to Participation.$"):
            grade(1, version=summary)

    @pytest.mark.parametrize("points", ["0", "0.00"])
    def test_a_work_that_gives_no_points_has_no_scores(self, grade, seminar, points):
        make.set_work(seminar, "question", points=Decimal(points))
        question = Version.objects.get()
        with pytest.raises(GradeRefused, match="out of more than zero"):
            grade(0, version=question)

    @pytest.mark.parametrize("kind", ["participation", "presentation", "summary"])
    def test_any_component_as_a_whole_is_graded_in_percent(
        self, grade, components, companion, kind
    ):
        whole = {"component": components[kind], "version": None, "enrolment": companion}
        assert grade("66.67", **whole).out_of == 100

    def test_pieces_are_graded_out_of_the_courses_points(self, grade, summary_component, summary):
        one = grade(7, component=summary_component, version=summary)
        assert (one.score, one.out_of) == (7, 10)

    def test_what_holds_is_asked_of_the_very_same_thing(
        self, grade, participation, companion, reviewer, second_reading, reading
    ):
        """A first grade is the first though others of the component stand."""
        whole = {"component": participation, "version": None}
        other = make.QuestionFactory(reading=reading, author=reviewer)
        excuse = {"duty": on(second_reading), "state": EXCUSED}
        firsts = [
            grade(1, based_on=None),
            grade(1, version=other, based_on=None),
            grade(**whole, enrolment=companion, **excuse, based_on=None),
            grade(1, **whole, enrolment=companion, based_on=None),
            grade(1, **whole, enrolment=reviewer, based_on=None),
            grade(**whole, enrolment=reviewer, **excuse, based_on=None),
        ]
        assert list(GradeChange.objects.order_by("pk")) == firsts

    def test_a_groups_first_grade_is_the_first_though_a_member_has_their_own(
        self, grade, summary_component, summary, companion
    ):
        about = {"component": summary_component, "version": summary}
        own = grade(3, enrolment=companion, **about)
        group = grade(8, based_on=None, **about)
        again = grade(4, enrolment=companion, based_on=own.pk, **about)
        assert list(GradeChange.objects.order_by("pk")) == [own, group, again]

    def test_an_excuse_from_a_meeting_is_of_its_own_course(
        self, grade, presentation, companion, lecture, other_course
    ):
        about = {"component": presentation, "version": None, "enrolment": companion}
        foreign = make.MeetingFactory(course=other_course)
        with pytest.raises(GradeRefused, match="does not belong"):
            grade(state=EXCUSED, duty=("slides", foreign.pk, 0), **about)
        assert grade(state=EXCUSED, duty=("slides", lecture.pk, 0), **about).meeting == lecture

    @pytest.mark.parametrize("duty", ["reading", "meeting"])
    def test_an_excuse_is_a_students(
        self, grade, participation, presentation, lecture, reading, duty
    ):
        component = participation if duty == "reading" else presentation
        thing = on(reading) if duty == "reading" else ("slides", lecture.pk, 0)
        with pytest.raises(GradeRefused, match="a student can only be excused"):
            grade(state=EXCUSED, component=component, version=None, duty=thing)

    def test_goes_on_from_what_the_grader_has_seen(self, grade):
        assert grade(2, based_on=grade(1).pk).score == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"state": SCORED, "score": None},
        {"state": EXCUSED, "score": 1},
        {"state": SCORED, "score": 1, "out_of": 0},
    ],
)
@pytest.mark.django_db
def test_the_database_itself_refuses_an_entry_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.GradeChangeFactory(**fields)


def test_the_database_itself_refuses_an_entry_on_two_things(question, lecture):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.GradeChangeFactory(version=question, work=question.piece.work, meeting=lecture)


class TestWeights:
    def set(self, components, *weights):
        values = dict(zip((one.pk for one in components.values()), weights, strict=False))
        actions.set_weights(
            course=components["direct"].course,
            weights={pk: Decimal(weight) for pk, weight in values.items()},
            at=AFTER_CLASS,
        )

    def stored(self):
        return list(GradeComponent.objects.values_list("weight", flat=True))

    def test_sets_those_of_one_course_alone(self, components, other_course):
        foreign = make.GradeComponentFactory(course=other_course, weight=33)
        self.set(components, "0", "40", "0", "60")
        assert sorted(self.stored()) == [0, 0, 33, 40, 60]
        foreign.refresh_from_db()
        assert foreign.weight == 33

    def test_sets_all_at_once(self, components):
        self.set(components, "12.5", "20", "7.5", "60")
        assert self.stored() == [Decimal("12.5"), 20, Decimal("7.5"), 60]

    @pytest.mark.parametrize(("last", "total"), [("59.99", "99.99"), ("60.01", "100.01")])
    def test_refuses_a_sum_that_is_not_100_and_names_it(self, components, last, total):
        with pytest.raises(WeightsDoNotSum, match=f"^The weights sum to {total}%."):
            self.set(components, "15", "15", "10", last)
        assert self.stored() == [15, 15, 10, 60]

    @pytest.mark.parametrize("weight", ["-1", "101", "NaN", "0.001"])
    def test_refuses_what_is_no_weight(self, components, weight):
        with pytest.raises(GradeRefused, match="is not a weight"):
            self.set(components, weight, "15", "10", "60")

    def test_refuses_to_leave_one_out(self, components):
        with pytest.raises(GradeRefused, match="one weight for each component"):
            self.set(components, "25", "15", "60")


class TestRelease:
    def test_releases_and_takes_back_this_one_alone(self, components, report):
        others = [one for kind, one in components.items() if kind != "direct"]
        actions.release_component(component=report, at=AFTER_CLASS)
        released = GradeComponent.objects.exclude(released_at=None)
        assert list(released) == [report]
        for one in others:
            actions.release_component(component=one, at=AFTER_CLASS)
        actions.withhold_component(component=report)
        assert (set(released.all()), report.released_at) == (set(others), None)

    def test_releases_once(self, report):
        actions.release_component(component=report, at=AFTER_CLASS)
        actions.release_component(component=report, at=AFTER_CLASS + MICROSECOND)
        assert report.released_at == AFTER_CLASS

    def test_takes_the_release_back(self, report):
        actions.release_component(component=report, at=AFTER_CLASS)
        actions.withhold_component(component=report)
        report.refresh_from_db()
        assert report.released_at is None


def test_an_export_is_noted(seminar, ta):
    actions.record_export(course=seminar, by=ta, format="csv", rows=3, at=AFTER_CLASS)
    assert list(ExportRecord.objects.values_list("course", "made_by", "format", "rows", "at")) == [
        (seminar.pk, ta.pk, "csv", 3, AFTER_CLASS)
    ]


class TestWithGroup:
    """Rule G1: the project is the group's, so one grade goes to all of them."""

    @pytest.fixture
    def mates(self, companion_group, companion, student_without_group, unclaimed_student):
        make.in_group(companion_group, student_without_group, unclaimed_student)
        return [student_without_group, unclaimed_student]

    @pytest.fixture
    def grade_group(self, report, companion, mates, ta):
        def record(score, **changes):
            said = {"state": SCORED, "score": None if score is None else Decimal(score)} | changes
            return actions.record_grade_with_group(
                component=report, enrolment=companion, others=mates, by=ta, at=AFTER_CLASS, **said
            )

        return record

    def held(self):
        """Student -> the score that holds."""
        newest = GradeChange.objects.order_by("at", "pk").values_list("enrolment__netid", "score")
        return dict(newest)

    def test_grades_all_alike(self, grade_group):
        assert grade_group(80) == []
        assert self.held() == {"comyn": 80, "solen": 80, "noone": 80}

    def test_a_regrade_goes_along(self, grade_group):
        grade_group(80)
        assert grade_group(90) == []
        assert self.held() == {"comyn": 90, "solen": 90, "noone": 90}

    def test_who_was_graded_on_their_own_keeps_it(self, grade_group, grade, report, mates):
        grade_group(80)
        grade(70, component=report, version=None, enrolment=mates[0])
        assert grade_group(90) == [mates[0]]
        assert self.held() == {"comyn": 90, "solen": 70, "noone": 90}

    def test_is_taken_back_from_all(self, grade_group):
        grade_group(80)
        grade_group(None, state=CLEARED)
        assert self.held() == {"comyn": None, "solen": None, "noone": None}

    def test_is_taken_back_where_a_mate_has_none(self, grade_group, grade, report, companion):
        grade(80, component=report, version=None, enrolment=companion)
        assert grade_group(None, state=CLEARED) == []
        assert self.held() == {"comyn": None}

    def test_who_had_theirs_taken_back_is_graded_along(self, grade_group, grade, report, mates):
        own = {"component": report, "version": None, "enrolment": mates[0]}
        grade(70, **own)
        grade(state=CLEARED, **own)
        assert grade_group(90) == []
        assert self.held() == {"comyn": 90, "solen": 90, "noone": 90}

    def test_grades_of_other_components_and_of_pieces_are_none_of_their_own(
        self, grade_group, grade, components, mates, seminar, lecture
    ):
        whole = {"version": None, "enrolment": mates[0]}
        grade(70, component=components["participation"], **whole)
        excused = {"duty": ("slides", lecture.pk, 0), "state": EXCUSED}
        grade(component=components["presentation"], **excused, **whole)
        assert grade_group(90) == []

    def test_grades_of_pieces_are_no_grade_of_the_whole(
        self, components, companion, mates, ta, lecture
    ):
        component = components["presentation"]
        about = {"component": component, "by": ta, "at": AFTER_CLASS}
        duty = ("slides", lecture.pk, 0)
        actions.record_grade(enrolment=mates[0], duty=duty, state=EXCUSED, **about)
        kept = actions.record_grade_with_group(
            enrolment=companion, others=mates, state=SCORED, score=Decimal(90), **about
        )
        assert kept == []

    def test_grades_nobody_when_it_is_refused(self, grade_group):
        with pytest.raises(ScoreOutOfRange):
            grade_group(101)
        assert not GradeChange.objects.exists()
