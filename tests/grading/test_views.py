"""The pages of grades: who sees which, what they say, and what can be done there."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.models import ExportRecord, GradeChange
from schedule.models import Reading
from tests import factories as make
from tests.factories import AFTER_CLASS, SUMMARY_DUE
from tests.grading.test_queries import class_of

LATER = SUMMARY_DUE + timedelta(days=1)


@pytest.fixture(autouse=True)
def _a_day_after_the_summaries_were_due():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def urls(seminar, companion, report):
    """Every address of the app that is about the companion and the report."""
    return {
        "own": reverse("grading:own", args=["seminar"]),
        "gradebook": reverse("grading:gradebook", args=["seminar"]),
        "export": reverse("grading:export", args=["seminar"]),
        "student": reverse("grading:student", args=["seminar", companion.pk]),
        "excuse": reverse("grading:excuse", args=["seminar", companion.pk]),
        "release": reverse("grading:release", args=["seminar", report.pk]),
    }


def text_of(response) -> str:
    """The page's text with runs of blanks made one."""
    return " ".join(response.content.decode().split())


def without_tokens(response) -> str:
    """The page without its CSRF tokens, which differ every time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def duty(thing):
    """What the form says of a question on this reading, or of a summary for this meeting."""
    if isinstance(thing, Reading):
        return {"work": "question", "meeting": thing.meeting_id, "reading": thing.pk}
    return {"work": "summary", "meeting": thing.pk, "reading": 0}


class TestDoors:
    @pytest.mark.parametrize("page", ["gradebook", "student"])
    @pytest.mark.parametrize("who", ["instructor", "ta"])
    def test_staff_see_the_gradebook(self, client_of, cast, urls, page, who):
        assert client_of(cast[who]).get(urls[page]).status_code == 200

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("page", ["gradebook", "export", "student", "excuse", "release"])
    @pytest.mark.parametrize(
        "who",
        ["companion", "dropped_student", "outsider", "other_instructor", "stranger", "operator"],
    )
    def test_for_everybody_else_there_is_no_such_page(
        self, client_of, cast, urls, page, who, method
    ):
        response = getattr(client_of(cast[who]), method)(urls[page])
        # A page that only reads says so before it looks at who asks.
        assert response.status_code == (405 if (page, method) == ("gradebook", "post") else 404)

    @pytest.mark.parametrize("who", ["outsider", "dropped_student", "stranger"])
    def test_who_is_not_in_the_course_has_no_grades_there(self, client_of, cast, urls, who):
        assert client_of(cast[who]).get(urls["own"]).status_code == 404

    def test_staff_are_sent_from_their_own_grades_to_the_gradebook(self, client_of, ta, urls):
        assert client_of(ta).get(urls["own"]).url == urls["gradebook"]

    def test_a_ta_releases_nothing(self, client_of, ta, urls, report):
        assert client_of(ta).post(urls["release"], {"release": "1"}).status_code == 404
        report.refresh_from_db()
        assert report.released_at is None

    def test_a_student_of_another_course_is_not_found_in_this_one(self, client_of, ta, outsider):
        url = reverse("grading:student", args=["seminar", outsider.pk])
        assert client_of(ta).get(url).status_code == 404

    @pytest.mark.parametrize("page", ["own", "gradebook", "student"])
    def test_who_has_not_signed_in_is_asked_to(self, client, urls, page):
        assert client.get(urls[page]).url == f"{reverse('account_login')}?next={urls[page]}"


class TestGradebook:
    def test_shows_each_student_with_each_component(
        self, client_of, ta, companion, report, lecture, urls
    ):
        make.GradeChangeFactory(component=report, enrolment=companion)
        text = text_of(client_of(ta).get(urls["gradebook"]))
        assert "Comyn Vale" in text
        assert "80.00%" in text
        assert "2 missing" in text

    def test_each_column_counts_what_is_missing_late_and_waits(
        self, client_of, ta, presenter, companion, companion_group, reading, components, lecture,
        urls,
    ):  # fmt: skip
        make.QuestionFactory(reading=reading, author=presenter)
        make.SummaryFactory(
            meeting=lecture,
            group=companion_group,
            receipt__handed_in_by=companion,
            receipt__verdict="late_not_counted",
        )
        make.GradeChangeFactory(component=components["direct"], enrolment=companion)
        columns = client_of(ta).get(urls["gradebook"]).context["columns"]
        counts = {
            one["component"].name: (one["missing"], one["late"], one["ungraded"]) for one in columns
        }
        assert counts == {
            "Participation": (3, 0, 1),  # two readings, two students, one question
            "Presentation": (1, 0, 0),
            "Summary": (0, 1, 0),
            "Report": (0, 0, 1),  # the presenter's report
        }

    def test_leaves_out_who_dropped_until_asked(self, client_of, ta, dropped_student, urls):
        client = client_of(ta)
        assert "Dropa Lund" not in text_of(client.get(urls["gradebook"]))
        assert "Dropa Lund" in text_of(client.get(urls["gradebook"], {"dropped": "1"}))

    def test_warns_of_weights_that_do_not_sum(self, client_of, ta, urls, report):
        report.weight = 50
        report.save()
        assert "The weights sum to 90%, not 100%." in text_of(client_of(ta).get(urls["gradebook"]))

    def test_costs_the_same_for_every_size_of_class(self, client_of, db):
        assert self.cost(client_of, 1) == self.cost(client_of, 3) == self.cost(client_of, 40)

    def cost(self, client_of, size):
        course = class_of(size, lectures=1)
        client = client_of(make.claimed(course, f"ta{size}", role="ta"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("grading:gradebook", args=[course.slug]))
        assert len(response.context["lines"]) == size
        return len(queries)


@pytest.mark.parametrize("page", ["own", "gradebook", "student", "export"])
def test_every_page_rounds_the_same_number_alike(
    client_of, companion, ta, participation, seminar, urls, page
):
    # 19.5 of 48 points are exactly 40.625%.
    meeting = make.MeetingFactory(course=seminar)
    for score in [1] * 9 + [3] * 3 + ["1.5"] + [0] * 3:
        reading = make.ReadingFactory(meeting=meeting)
        question = make.QuestionFactory(reading=reading, author=companion)
        make.GradeChangeFactory(
            component=participation, version=question, enrolment=None, score=score, out_of=3
        )
    participation.released_at = AFTER_CLASS
    participation.save()
    client = client_of(companion if page == "own" else ta)
    answer = client.post(urls[page]) if page == "export" else client.get(urls[page])
    assert set(re.findall(r"40\.\d+", text_of(answer))) == {"40.63"}


class TestRelease:
    def test_says_what_students_see_from_now_on(self, client_of, instructor, urls, report):
        client = client_of(instructor)
        said = [
            str(one)
            for release in ("1", "")
            for one in client.post(urls["release"], {"release": release}, follow=True).context[
                "messages"
            ]
        ]
        assert said == [
            "Report is released: students see their own grade of it.",
            "Report is taken back: students see nothing of it any more.",
        ]

    def test_an_instructor_releases_and_takes_back(self, client_of, instructor, urls, report):
        client = client_of(instructor)
        client.post(urls["release"], {"release": "1"})
        report.refresh_from_db()
        assert report.released_at == LATER
        client.post(urls["release"], {"release": "0"})
        report.refresh_from_db()
        assert report.released_at is None


class TestExport:
    def test_gives_the_file_and_notes_who_took_it(self, client_of, ta, companion, urls):
        response = client_of(ta).post(urls["export"])
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == (
            'attachment; filename="seminar-gradebook-2025-02-21.csv"'
        )
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert [row[1] for row in rows] == ["NetID", "comyn"]
        record = ExportRecord.objects.get()
        assert (record.made_by, record.rows, record.at) == (ta, 1, LATER)

    def test_does_not_happen_by_following_a_link(self, client_of, ta, urls):
        assert client_of(ta).get(urls["export"]).status_code == 405
        assert not ExportRecord.objects.exists()


class TestStudent:
    def test_says_where_each_number_comes_from(
        self, client_of, ta, companion, reading, participation, urls
    ):
        question = make.QuestionFactory(reading=reading, author=companion)
        make.GradeChangeFactory(
            component=participation,
            enrolment=None,
            version=question,
            score="1.5",
            out_of=2,
            comment="Name the cache.",
            made_by=ta,
        )
        text = text_of(client_of(ta).get(urls["student"]))
        for words in ("Pages of Attention", "1.5 of 2", "Name the cache.", "Tamsel Ardo", "CST"):
            assert words in text

    def test_records_the_grade_of_a_whole_component(self, client_of, ta, companion, report, urls):
        name = f"component-{report.pk}"
        response = client_of(ta).post(
            urls["student"],
            {"component": report.pk, f"{name}-score": "87,5", f"{name}-comment": "Clear."},
        )
        assert response.url == f"{urls['student']}#{name}"
        change = GradeChange.objects.get()
        assert (change.component, change.enrolment, change.made_by) == (report, companion, ta)
        assert (str(change.score), str(change.out_of), change.comment) == (
            "87.50",
            "100.00",
            "Clear.",
        )

    def test_grades_the_rest_of_the_group_alike(
        self, client_of, ta, companion, student_without_group, companion_group, report, urls
    ):
        make.in_group(companion_group, student_without_group)
        data = {"component": report.pk, f"component-{report.pk}-score": "90", "with_group": "1"}
        client_of(ta).post(urls["student"], data)
        assert list(GradeChange.objects.values_list("enrolment", "score")) == [
            (companion.pk, 90),
            (student_without_group.pk, 90),
        ]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("101", "101 is not a score from 0 to 100 with at most two decimals."),
            ("many", "“many” is not a number."),
            ("", "Give a score or excuse."),
        ],
    )
    def test_keeps_what_was_typed_beside_the_error(
        self, client_of, ta, report, urls, typed, sentence
    ):
        name = f"component-{report.pk}"
        response = client_of(ta).post(
            urls["student"], {"component": report.pk, f"{name}-score": typed}
        )
        text = text_of(response)
        assert (response.status_code, sentence in text) == (422, True)
        assert not typed or f'value="{typed}"' in text
        assert not GradeChange.objects.exists()

    def test_an_error_stands_at_its_component_and_the_others_at_what_holds(
        self, client_of, ta, companion, components, urls
    ):
        report, summary = components["direct"], components["summary"]
        make.GradeChangeFactory(component=summary, enrolment=companion, score=7, out_of=100)
        page = client_of(ta).post(
            urls["student"], {"component": report.pk, f"component-{report.pk}-score": "many"}
        )
        forms = {one["component"]: one["form"] for one in page.context["parts"]}
        assert [one for one, form in forms.items() if form.errors] == [report]
        assert 'value="7"' in str(forms[summary]["score"])

    def test_overwrites_nothing_that_came_meanwhile(
        self, client_of, ta, instructor, companion, report, urls
    ):
        seen = make.GradeChangeFactory(component=report, enrolment=companion)
        make.GradeChangeFactory(
            component=report, enrolment=companion, score=9, made_by=instructor, at=LATER
        )
        name = f"component-{report.pk}"
        response = client_of(ta).post(
            urls["student"],
            {"component": report.pk, f"{name}-score": "50", f"{name}-base": seen.pk},
        )
        text = text_of(response)
        assert "Ines Naru graded this meanwhile: 9 of 10." in text
        assert 'value="50"' in text
        assert GradeChange.objects.count() == 2

    def test_no_component_of_another_course_is_graded(self, client_of, ta, urls):
        foreign = make.GradeComponentFactory()
        response = client_of(ta).post(
            urls["student"], {"component": foreign.pk, f"component-{foreign.pk}-score": "50"}
        )
        assert (response.status_code, GradeChange.objects.count()) == (404, 0)

    def test_excuses_from_what_is_missing_and_takes_it_back(
        self, client_of, ta, companion, reviewer, participation, reading, urls
    ):
        client = client_of(ta)
        about = {"component": participation.pk, **duty(reading)}
        client.post(urls["excuse"], about | {"state": "excused"})
        assert "Excused" in text_of(client.get(urls["student"]))
        client.post(urls["excuse"], about | {"state": "cleared"})
        assert list(
            GradeChange.objects.values_list("enrolment", "reading", "state", "made_by")
        ) == [
            (companion.pk, reading.pk, "excused", ta.pk),
            (companion.pk, reading.pk, "cleared", ta.pk),
        ]

    def test_excuses_from_a_meetings_work_and_says_so(
        self, client_of, ta, companion, summary_component, lecture, urls, seminar, other_course
    ):
        make.MeetingFactory(course=seminar)
        about = {"component": summary_component.pk, **duty(lecture)}
        client = client_of(ta)
        said = []
        for state in ("excused", "cleared"):
            response = client.post(urls["excuse"], about | {"state": state})
            assert response.url == f"{urls['student']}#component-{summary_component.pk}"
            said += [str(one) for one in client.get(response.url).context["messages"]]
        assert said == [
            f"Comyn Vale is excused from Summary for {lecture.heading}.",
            f"Comyn Vale is asked again for Summary for {lecture.heading}.",
        ]
        entries = GradeChange.objects.values_list("enrolment", "meeting", "state")
        assert list(entries) == [
            (companion.pk, lecture.pk, "excused"),
            (companion.pk, lecture.pk, "cleared"),
        ]
        foreign = make.MeetingFactory(course=other_course)
        response = client.post(urls["excuse"], about | {"meeting": foreign.pk, "state": "excused"})
        assert (response.status_code, GradeChange.objects.count()) == (404, 2)

    def test_an_excuse_that_is_refused_says_why(self, client_of, ta, participation, lecture, urls):
        about = {"component": participation.pk, **duty(lecture)}
        client = client_of(ta)
        response = client.post(urls["excuse"], about | {"state": "excused"}, follow=True)
        [said] = response.context["messages"]
        assert "does not belong to Participation" in str(said)
        assert not GradeChange.objects.exists()

    @pytest.mark.parametrize(
        "damaged",
        [
            {"work": "quiz"},
            {"state": "scored"},
            {"meeting": "x"},
            {"reading": "9999"},
            {"component": ""},
        ],
    )
    def test_a_damaged_excuse_is_of_nothing(
        self, client_of, ta, participation, reading, urls, damaged
    ):
        about = {"component": participation.pk, **duty(reading)}
        posted = about | {"state": "excused"} | damaged
        assert client_of(ta).post(urls["excuse"], posted).status_code == 404
        assert not GradeChange.objects.exists()

    def test_gradebook_says_what_stands_where_there_is_no_number(
        self, client_of, ta, companion, components, reading, second_reading, urls
    ):
        make.GradeChangeFactory(
            component=components["direct"],
            enrolment=companion,
            state="excused",
            score=None,
            out_of=None,
        )

        def cells():
            [line] = client_of(ta).get(urls["gradebook"]).context["lines"]
            return [(cell["text"], cell["remarks"]) for cell in line["cells"]]

        rest = [("Not due", ""), ("0.00%", "1 missing"), ("Excused", "")]
        assert cells() == [("0.00%", "2 missing"), *rest]
        make.QuestionFactory(reading=reading, author=companion)
        assert cells() == [("0.00%", "1 missing, 1 not yet graded"), *rest]
        make.QuestionFactory(reading=second_reading, author=companion)
        assert cells() == [("2 not yet graded", ""), *rest]

    @pytest.mark.parametrize("component", ["", "x", "1.5", "999999"])
    def test_a_damaged_component_is_none(self, client_of, ta, urls, component):
        assert client_of(ta).post(urls["student"], {"component": component}).status_code == 404

    def test_mates_are_the_others_of_the_groups_each_once(
        self, client_of, ta, companion, reviewer, presenter, companion_group, reviewer_group, urls
    ):
        for group in (companion_group, reviewer_group):
            for one in (companion, reviewer):
                if not group.memberships.filter(enrolment=one).exists():
                    make.in_group(group, one)
        assert client_of(ta).get(urls["student"]).context["mates"] == [reviewer]

    @pytest.mark.parametrize("with_group", ["", "1"])
    def test_says_whose_grade_is_saved_and_whose_was_left_alone(
        self, client_of, ta, companion, reviewer, companion_group, report, urls, with_group
    ):
        make.in_group(companion_group, reviewer)
        make.GradeChangeFactory(component=report, enrolment=reviewer, score=5)
        data = {"component": report.pk, f"component-{report.pk}-score": "90"}
        response = client_of(ta).post(
            urls["student"], data | {"with_group": with_group}, follow=True
        )
        said = [str(one) for one in response.context["messages"]]
        kept = ["Graded on their own before, and so left as it is: Revka Moss."]
        assert said == ["Report of Comyn Vale is saved.", *(kept if with_group else [])]

    def test_what_came_meanwhile_is_seen_and_can_be_replaced_then(
        self, client_of, ta, instructor, companion, report, urls
    ):
        other = make.GradeChangeFactory(component=report, enrolment=companion, made_by=instructor)
        name = f"component-{report.pk}"
        client = client_of(ta)
        page = client.post(urls["student"], {"component": report.pk, f"{name}-score": "50"})
        assert page.status_code == 422
        [form] = [one["form"] for one in page.context["parts"] if one["component"] == report]
        assert form.data[f"{name}-base"] == str(other.pk)
        posted = form.data | {"component": report.pk}
        assert client.post(urls["student"], posted).status_code == 302
        assert GradeChange.objects.latest("pk").score == 50

    def test_each_piece_leads_to_where_it_is_graded(
        self, client_of, ta, companion, companion_group, lecture, summary_component, urls
    ):
        def links():
            parts = client_of(ta).get(urls["student"]).context["parts"]
            [part] = [one for one in parts if one["component"] == summary_component]
            return [(one["url"], one["can_excuse"], one["can_take_back"]) for one in part["pieces"]]

        assert links() == [("", True, False)]
        make.excuse(summary_component, companion, lecture)
        assert links() == [("", False, True)]
        for version in (1, 2):
            summary = make.SummaryFactory(
                meeting=lecture,
                group=companion_group,
                version=version,
                receipt__handed_in_by=companion,
            )
        where = reverse("admin:submissions_version_change", args=[summary.pk])
        assert links() == [(where, False, True)]
        make.GradeChangeFactory(
            component=summary_component, enrolment=companion, version=summary, at=LATER
        )
        assert links() == [(where, False, False)]  # a grade is taken back where it was given

    def test_excuses_from_no_reading_of_another_course(self, client_of, ta, participation, urls):
        foreign = make.ReadingFactory()
        about = {"component": participation.pk, **duty(foreign)}
        response = client_of(ta).post(urls["excuse"], about | {"state": "excused"})
        assert (response.status_code, GradeChange.objects.count()) == (404, 0)


class TestOwn:
    @pytest.fixture
    def graded(self, companion, report):
        return make.GradeChangeFactory(
            component=report, enrolment=companion, score=8, comment="Well argued."
        )

    def test_lists_the_components_of_this_course(
        self, client_of, companion, components, other_course, urls
    ):
        make.GradeComponentFactory(course=other_course)
        page = client_of(companion).get(urls["own"])
        assert [one["component"] for one in page.context["parts"]] == list(components.values())

    def test_hides_what_is_not_released(self, client_of, companion, graded, urls):
        text = text_of(client_of(companion).get(urls["own"]))
        assert "Not released yet." in text
        for secret in ("80.00%", "Well argued.", "Graded", "missing"):
            assert secret not in text

    def test_looks_the_same_whether_the_unreleased_is_graded_or_not(
        self, client_of, companion, report, urls
    ):
        client = client_of(companion)
        before = without_tokens(client.get(urls["own"]))
        make.GradeChangeFactory(component=report, enrolment=companion)
        assert without_tokens(client.get(urls["own"])) == before

    def test_shows_what_is_released(self, client_of, companion, report, graded, urls):
        report.released_at = AFTER_CLASS
        report.save()
        text = text_of(client_of(companion).get(urls["own"]))
        assert "80.00% so far, of what is released and graded." in text
        assert "Well argued." in text

    def test_shows_pieces_and_states(self, client_of, companion, participation, reading, urls):
        participation.released_at = AFTER_CLASS
        participation.save()
        make.QuestionFactory(reading=reading, author=companion)
        text = text_of(client_of(companion).get(urls["own"]))
        assert "1 missing, 1 not yet graded" in text

    def test_shows_nobody_elses(self, client_of, reviewer, report, graded, urls):
        report.released_at = AFTER_CLASS
        report.save()
        text = text_of(client_of(reviewer).get(urls["own"]))
        assert ("80.00%" in text, "Well argued." in text) == (False, False)
        assert "Not yet graded" in text
