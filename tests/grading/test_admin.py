"""Grading in the admin: lists, the sheet, the page of one piece of work, weights, the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.models import GradeChange, GradeComponent
from tests import factories as make
from tests.factories import AFTER_CLASS, CLASS_STARTS, MICROSECOND, SUMMARY_DUE
from tests.pages import OpenForm

LATER = SUMMARY_DUE + timedelta(days=1)
VERSIONS = "admin:submissions_version_changelist"
SHEET = "admin:submissions_version_sheet"


@pytest.fixture(autouse=True)
def traveller(components):
    """A day after the summaries were due; `traveller.move_to` goes elsewhere."""
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def question(companion, reading):
    return make.QuestionFactory(reading=reading, author=companion, text="Why does it not thrash?")


@pytest.fixture
def another(reviewer, reading):
    return make.QuestionFactory(reading=reading, author=reviewer, text="Who frees the pages?")


@pytest.fixture
def foreign(other_course):
    """A question in the other course."""
    meeting = make.MeetingFactory(course=other_course, topic="Elsewhere")
    return make.QuestionFactory(
        reading=make.ReadingFactory(meeting=meeting, title="A Secret Paper"),
        author=make.EnrolmentFactory(course=other_course, name="Someone Else"),
        text="Nobody here may read this.",
    )


@pytest.fixture
def summary(companion, companion_group, lecture):
    return make.SummaryFactory(
        meeting=lecture, group=companion_group, receipt__handed_in_by=companion
    )


@pytest.fixture
def slides(presenter, presenter_group, lecture):
    return make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter
    )


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def typed(*works, base="", **fields):
    """What the sheet posts: for each (work, score) a row with its fields."""
    data: dict[str, object] = {"row": [work.pk for work, _ in works]}
    for work, score in works:
        data[f"row-{work.pk}-score"] = score
        data[f"row-{work.pk}-base"] = base
    return data | fields


def listed(response) -> list:
    return list(response.context["cl"].result_list)


class TestLists:
    @pytest.mark.parametrize("who", ["ta", "instructor"])
    def test_staff_see_the_work_of_their_course(
        self, client_of, cast, question, slides, summary, foreign, who
    ):
        client, url = client_of(cast[who]), reverse(VERSIONS)
        assert set(listed(client.get(url))) == {question, slides, summary}
        for one in (question, slides, summary):
            only = {"piece__work__id__exact": one.piece.work_id}
            assert listed(client.get(url, only)) == [one]

    def test_nothing_of_another_course_shows_anywhere(self, client_of, ta, question, foreign):
        text = text_of(client_of(ta).get(reverse(VERSIONS)))
        for secret in ("Nobody here may read this.", "A Secret Paper", "Elsewhere", "Someone Else"):
            assert secret not in text

    def test_asks_for_what_is_not_graded(self, client_of, ta, participation, question, another):
        make.GradeChangeFactory(
            component=participation, enrolment=None, version=another, score=1, out_of=2
        )
        client, url = client_of(ta), reverse(VERSIONS)
        assert listed(client.get(url, {"graded": "no"})) == [question]
        assert listed(client.get(url, {"graded": "yes"})) == [another]

    def test_what_was_taken_back_waits_again(self, client_of, ta, participation, question):
        about = {"component": participation, "enrolment": None, "version": question}
        make.GradeChangeFactory(**about)
        make.GradeChangeFactory(**about, state="cleared", score=None, out_of=None, at=LATER)
        assert listed(client_of(ta).get(reverse(VERSIONS), {"graded": "no"})) == [question]

    def test_questions_wait_from_class_start_on(self, client_of, ta, question, traveller):
        client, url = client_of(ta), reverse(VERSIONS)
        traveller.move_to(CLASS_STARTS - MICROSECOND)
        assert listed(client.get(url, {"graded": "no"})) == []
        traveller.move_to(CLASS_STARTS)
        assert listed(client.get(url, {"graded": "no"})) == [question]

    def test_withdrawn_questions_do_not_wait(self, client_of, ta, reading, companion):
        make.QuestionFactory(reading=reading, author=companion, withdrawn_at=make.BEFORE_CLASS)
        assert listed(client_of(ta).get(reverse(VERSIONS), {"graded": "no"})) == []
        assert "Withdrawn" in text_of(client_of(ta).get(reverse(VERSIONS)))

    def test_questions_on_what_is_no_more_required_wait_as_all_work_does(
        self, client_of, ta, question
    ):
        """They keep their credit in the gradebook, too."""
        question.piece.reading.is_required = False
        question.piece.reading.save()
        assert listed(client_of(ta).get(reverse(VERSIONS), {"graded": "no"})) == [question]

    def test_late_summaries_do_not_wait(self, client_of, ta, companion_group, lecture, summary):
        make.SummaryFactory(
            meeting=lecture,
            group=companion_group,
            version=2,
            receipt__at=SUMMARY_DUE,
            receipt__verdict="late_not_counted",
        )
        url = reverse("admin:submissions_version_changelist")
        assert listed(client_of(ta).get(url, {"graded": "no"})) == [summary]
        assert "Late: not counted" in text_of(client_of(ta).get(url))

    def test_of_several_slides_the_newest_waits(
        self, client_of, ta, presenter_group, lecture, slides
    ):
        newer = make.SlidesFactory(
            meeting=lecture, group=presenter_group, version=2, receipt__verdict="late"
        )
        url = reverse("admin:submissions_version_changelist")
        assert listed(client_of(ta).get(url, {"graded": "no"})) == [newer]

    def test_filters_by_group(self, client_of, ta, companion_group, question, another):
        found = client_of(ta).get(reverse(VERSIONS), {"group": companion_group.pk})
        assert listed(found) == [question]

    def test_costs_the_same_for_every_length(self, client_of, ta, seminar, reading):
        client, counts = client_of(ta), []
        for _ in range(3):
            make.QuestionFactory.create_batch(5, reading=reading)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(VERSIONS))
            counts.append(len(queries))
        assert len(set(counts)) == 1

    def test_slides_are_released_to_the_class_page_and_taken_back(self, client_of, ta, slides):
        client, url = client_of(ta), reverse("admin:submissions_version_changelist")
        client.post(url, {"action": "release", "_selected_action": [slides.pk]})
        slides.refresh_from_db()
        assert slides.released_at == LATER
        client.post(url, {"action": "take_back", "_selected_action": [slides.pk]})
        slides.refresh_from_db()
        assert slides.released_at is None


class TestSheet:
    def test_lists_what_waits_under_the_lists_filter(
        self, client_of, ta, question, another, second_reading, companion
    ):
        make.QuestionFactory(reading=second_reading, author=companion)
        page = client_of(ta).get(
            reverse(SHEET), {"piece__reading__id__exact": question.piece.reading_id}
        )
        assert [row.work for row in page.context["rows"]] == [question, another]
        assert "Why does it not thrash?" in text_of(page)

    def test_is_one_click_from_the_list(self, client_of, ta, question):
        query = f"piece__reading__id__exact={question.piece.reading_id}"
        page = client_of(ta).get(f"{reverse(VERSIONS)}?{query}")
        assert f'href="{reverse(SHEET)}?{query}"' in text_of(page)

    def test_says_so_when_nothing_waits(self, client_of, ta):
        assert "Nothing waits to be graded here." in text_of(client_of(ta).get(reverse(SHEET)))

    def test_shows_the_work_of_groups(self, client_of, ta, slides, summary):
        page = client_of(ta).get(reverse(SHEET))
        for shown in (slides.stored_files["upload"].name, "Memory is the bottleneck."):
            assert shown in text_of(page)

    def test_saves_what_was_typed_and_leaves_the_rest(self, client_of, ta, question, another):
        response = client_of(ta).post(reverse(SHEET), typed((question, "1,5"), (another, "")))
        assert (response.status_code, response.url) == (302, reverse(SHEET))
        change = GradeChange.objects.get()
        assert (change.version, str(change.score), change.made_by, change.at) == (
            question,
            "1.50",
            ta,
            LATER,
        )

    def test_a_wrong_row_keeps_what_was_typed_and_stops_no_other(
        self, client_of, ta, question, another
    ):
        data = typed((question, "3"), (another, "2")) | {f"row-{question.pk}-comment": "Very deep."}
        response = client_of(ta).post(reverse(SHEET), data)
        text = text_of(response)
        assert response.status_code == 422
        assert "3 is not a score from 0 to 2 with at most two decimals." in text
        assert 'value="3"' in text
        assert "Very deep." in text
        assert [row.work for row in response.context["rows"]] == [question]
        assert list(GradeChange.objects.values_list("version", "score")) == [(another.pk, 2)]

    def test_excuses(self, client_of, ta, question):
        client_of(ta).post(
            reverse(SHEET), typed((question, "")) | {f"row-{question.pk}-excused": "on"}
        )
        assert GradeChange.objects.get().state == "excused"

    def test_posted_twice_saves_once(self, client_of, ta, question):
        client = client_of(ta)
        for _ in range(2):
            client.post(reverse(SHEET), typed((question, "2")))
        assert GradeChange.objects.count() == 1

    def test_shows_both_when_somebody_graded_meanwhile(
        self, client_of, ta, instructor, participation, question
    ):
        theirs = make.GradeChangeFactory(
            component=participation,
            enrolment=None,
            version=question,
            score=1,
            out_of=2,
            made_by=instructor,
            comment="Half of it.",
        )
        client = client_of(ta)
        response = client.post(reverse(SHEET), typed((question, "2")))
        text = text_of(response)
        assert "Ines Naru graded this meanwhile: 1 of 2. “Half of it.”" in text
        assert 'value="2"' in text
        assert f'name="row-{question.pk}-base" value="{theirs.pk}"' in text
        assert GradeChange.objects.count() == 1
        client.post(reverse(SHEET), typed((question, "2"), base=theirs.pk))
        assert list(GradeChange.objects.values_list("score", flat=True)) == [1, 2]

    def test_graded_rows_can_be_looked_at_again(self, client_of, ta, participation, question):
        change = make.GradeChangeFactory(
            component=participation, enrolment=None, version=question, score=1, out_of=2
        )
        page = client_of(ta).get(reverse(SHEET), {"graded": "yes"})
        (row,) = page.context["rows"]
        assert (row.form["score"].value(), row.form["base"].value()) == ("1", change.pk)

    def test_answers_one_row_in_a_few_words(self, client_of, ta, question):
        answer = client_of(ta).post(
            reverse(SHEET), typed((question, "2")), headers={"X-Requested-With": "fetch"}
        )
        assert answer.json() == {
            "saved": True,
            "said": "Saved 1:45 PM CST: 2 of 2.",
            "base": GradeChange.objects.get().pk,
        }

    def test_answers_why_one_row_is_not_saved(self, client_of, ta, question):
        answer = client_of(ta).post(
            reverse(SHEET), typed((question, "9")), headers={"X-Requested-With": "fetch"}
        )
        assert (answer.status_code, answer.json()["saved"], answer.json()["said"]) == (
            422,
            False,
            "9 is not a score from 0 to 2 with at most two decimals.",
        )

    def test_nothing_of_another_course_is_graded(self, client_of, ta, question, foreign):
        response = client_of(ta).post(reverse(SHEET), typed((question, "2"), (foreign, "2")))
        assert (response.status_code, GradeChange.objects.count()) == (404, 0)

    @pytest.mark.parametrize("who", ["companion", "stranger"])
    def test_for_who_teaches_nothing_there_is_no_sheet(self, client_of, cast, question, who):
        response = client_of(cast[who]).post(reverse(SHEET), typed((question, "2")))
        assert (response.status_code, GradeChange.objects.count()) == (404, 0)

    def test_an_operator_outside_the_course_does_not_grade(self, client_of, operator, question):
        response = client_of(operator).post(reverse(SHEET), typed((question, "2")))
        assert "Only who teaches this course grades in it." in text_of(response)
        assert not GradeChange.objects.exists()


class TestPage:
    def url(self, work):
        return reverse(f"admin:submissions_{work._meta.model_name}_change", args=[work.pk])

    def test_shows_every_entry_with_who_and_when(
        self, client_of, ta, instructor, participation, question
    ):
        about = {"component": participation, "enrolment": None, "version": question, "out_of": 2}
        make.GradeChangeFactory(**about, score=1, made_by=ta)
        make.GradeChangeFactory(**about, score=2, made_by=instructor, at=LATER)
        text = text_of(client_of(ta).get(self.url(question)))
        for words in ("1 of 2", "Tamsel Ardo", "2 of 2", "Ines Naru", "Wed, Feb 19, 3:45 PM CST"):
            assert words in text

    def test_grades_a_group_and_one_member_differently(self, client_of, ta, companion, summary):
        response = client_of(ta).post(
            self.url(summary),
            {
                "all-score": "8",
                "all-base": "",
                f"member-{companion.pk}-score": "6",
                f"member-{companion.pk}-comment": "Absent.",
            },
        )
        assert response.status_code == 302
        assert list(GradeChange.objects.values_list("enrolment", "score", "comment")) == [
            (None, 8, ""),
            (companion.pk, 6, "Absent."),
        ]

    def test_a_late_summary_is_refused_with_the_reason(
        self, client_of, ta, companion, companion_group, lecture
    ):
        late = make.SummaryFactory(
            meeting=lecture,
            group=companion_group,
            receipt__handed_in_by=companion,
            receipt__at=SUMMARY_DUE,
            receipt__verdict="late_not_counted",
        )
        response = client_of(ta).post(self.url(late), {"all-score": "8"})
        assert response.status_code == 422
        assert "came in late and is not counted" in text_of(response)
        assert not GradeChange.objects.exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_of_another_course_there_is_no_such_page(self, client_of, ta, foreign, method):
        response = getattr(client_of(ta), method)(self.url(foreign), {"all-score": "2"})
        assert (response.status_code, GradeChange.objects.count()) == (404, 0)


class TestWeights:
    def url(self, course):
        return reverse("admin:grading_gradecomponent_weights", args=[course.pk])

    def post(self, client, components, *weights):
        names = [f"weight-{one.pk}" for one in components.values()]
        course = components["direct"].course
        return client.post(self.url(course), dict(zip(names, weights, strict=True)))

    def stored(self):
        return list(GradeComponent.objects.values_list("weight", flat=True))

    def test_sets_them_together(self, client_of, instructor, components):
        self.post(client_of(instructor), components, "20", "20", "20", "40")
        assert self.stored() == [20, 20, 20, 40]

    def test_names_the_sum_that_is_not_100(self, client_of, instructor, components):
        response = self.post(client_of(instructor), components, "20", "20", "20", "41")
        assert "The weights sum to 101%. They must sum to 100%." in text_of(response)
        assert 'value="41"' in text_of(response)
        assert self.stored() == [15, 15, 10, 60]

    @pytest.mark.parametrize("who", ["ta", "other_instructor"])
    def test_only_the_courses_instructor_sets_them(self, client_of, cast, components, who):
        response = self.post(client_of(cast[who]), components, "20", "20", "20", "40")
        assert (response.status_code, self.stored()) == (404, [15, 15, 10, 60])

    def test_what_two_people_change_both_stands(self, client_of, instructor, components):
        url = self.url(components["direct"].course)
        me, them = (OpenForm(client_of(instructor), url) for _ in range(2))
        names = [f"weight-{one.pk}" for one in components.values()]
        assert them.send(**{names[0]: 20, names[1]: 10}).is_saved
        assert me.send(**{names[2]: 5, names[3]: 65}).is_saved
        assert self.stored() == [20, 10, 5, 65]

    def test_one_weight_changed_by_two_is_shown(self, client_of, instructor, components):
        url = self.url(components["direct"].course)
        me, them = (OpenForm(client_of(instructor), url) for _ in range(2))
        names = [f"weight-{one.pk}" for one in components.values()]
        assert them.send(**{names[0]: 20, names[1]: 10}).is_saved
        me.send(**{names[0]: 25, names[2]: 0})
        assert "changed this to “20” meanwhile; you wrote “25”. Save again" in me.html
        assert self.stored() == [20, 10, 10, 60]
        assert me.data[names[1]] == ["10"], "what somebody else changed is shown"
        assert me.send(**{names[3]: 65}).is_saved
        assert self.stored() == [25, 10, 0, 65]

    def test_a_component_added_meanwhile_weighs_nothing(self, client_of, instructor, components):
        url = self.url(components["direct"].course)
        me = OpenForm(client_of(instructor), url)
        make.GradeComponentFactory(course=components["direct"].course, weight=0, position=9)
        names = [f"weight-{one.pk}" for one in components.values()]
        assert me.send(**{names[0]: 20, names[1]: 10}).is_saved
        assert self.stored() == [20, 10, 10, 60, 0]

    def test_a_new_component_weighs_nothing_yet(self, client_of, instructor, seminar):
        client_of(instructor).post(
            reverse("admin:grading_gradecomponent_add"),
            {"course": seminar.pk, "name": "Quiz", "kind": "direct", "position": "9"},
        )
        assert GradeComponent.objects.get(name="Quiz").weight == 0


class TestLedger:
    @pytest.fixture
    def change(self, participation, question):
        return make.GradeChangeFactory(
            component=participation, enrolment=None, version=question, at=AFTER_CLASS
        )

    @pytest.mark.parametrize("who", ["ta", "instructor", "operator"])
    def test_is_never_edited(self, client_of, cast, change, who):
        url = reverse("admin:grading_gradechange_change", args=[change.pk])
        client = client_of(cast[who])
        assert client.get(url).status_code == 200
        assert client.post(url, {"score": "0", "state": "scored"}).status_code == 404
        change.refresh_from_db()
        assert change.score == 8

    def test_is_never_deleted(self, client_of, instructor, change):
        url = reverse("admin:grading_gradechange_delete", args=[change.pk])
        assert client_of(instructor).post(url, {"post": "yes"}).status_code == 404
        assert GradeChange.objects.count() == 1

    def test_is_not_seen_from_another_course(self, client_of, other_instructor, change):
        page = client_of(other_instructor).get(reverse("admin:grading_gradechange_changelist"))
        assert listed(page) == []


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "²", "-1"])
def test_numbers_that_no_row_can_have_find_nothing(client_of, ta, question, number):
    client = client_of(ta)
    assert client.post(reverse(SHEET), {"row": [number]}).status_code == 302
    for view in (VERSIONS, SHEET):
        assert client.get(f"{reverse(view)}?group={number}").status_code == 200
    slides = reverse("admin:submissions_version_changelist")
    response = client.get(f"{slides}?group={number}", follow=True)
    assert response.status_code == 200
    assert client.get(
        f"{reverse('admin:submissions_version_sheet')}?group={number}"
    ).status_code in (
        200,
        404,
    )
    assert not GradeChange.objects.exists()
