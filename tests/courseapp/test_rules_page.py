"""The page with a course's rules: sentences, and the dates that they mean this term."""

from __future__ import annotations

import html
import re

import pytest
import time_machine

from courseapp import rules
from courseapp.pages.rules import roles_in, works_in
from schedule.queries import plan_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def words_of(response):
    """What the page says, without tags and with blanks once."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def without_name(line, course):
    """The line of a role as it stands below its name."""
    for role in course.roles.all():
        line = line.removeprefix(f"{role.name}: ")
    return line


def test_everybody_reads_every_rule_of_the_course(client, seminar, lecture, reading):
    for kind, weight in (("participation", 40), ("summary", 60)):
        make.GradeComponentFactory(course=seminar, kind=kind, weight=weight)
    said = words_of(client.get("/c/seminar/rules/"))
    for line in rules.in_words(seminar):
        for sentence in without_name(line, seminar).split(". "):
            assert sentence.rstrip(".").lower() in said.lower()


@pytest.mark.parametrize("name", rules.preset_names())
def test_every_preset_can_be_read(client, name):
    course = make.CourseFactory(slug="new", rules=make.NO_RULES)
    for title in {one["due_date"] for one in rules.preset(name)["works"] if "due_date" in one}:
        make.MilestoneFactory(course=course, title=title)
    rules.set_all(course=course, said=rules.preset(name), at=make.TERM_BEGINS)
    said = words_of(client.get("/c/new/rules/"))
    for line in rules.in_words(course):
        first = without_name(line, course).split(". ")[0].rstrip(".")
        assert first.lower() in said.lower()


def test_a_work_has_its_dates_of_this_term(seminar, lecture, reading, second_reading):
    later = make.CLASS_STARTS + make.timedelta(weeks=1)
    make.ReadingFactory(
        meeting=make.MeetingFactory(course=seminar, on=later.date(), starts_at=later),
        is_required=True,
    )
    question, *_ = works_in(plan_of(seminar), make.CLASS_STARTS - make.MICROSECOND)
    assert [one.due_at for one in question.dates] == [make.CLASS_STARTS, later]
    assert question.following == question.dates[0]
    question, *_ = works_in(plan_of(seminar), make.CLASS_STARTS)
    assert question.following == question.dates[1]
    question, *_ = works_in(plan_of(seminar), later)
    assert question.following is None


def test_what_is_retired_is_no_rule_any_more(seminar, client):
    said = rules.as_object(seminar)
    for one in (said["works"][0], said["roles"][2]):
        one["retired"] = True
    said["works"][2]["roles"] = ["companion"]
    rules.set_all(course=seminar, said=said, at=make.BEFORE_CLASS)
    plan = plan_of(type(seminar).objects.get(pk=seminar.pk))
    assert [one.key for one in works_in(plan, make.AFTER_CLASS)] == ["slides", "summary"]
    assert [one.key for one in roles_in(plan)] == ["presenter", "companion"]


def test_a_course_without_rules_says_so(client):
    make.CourseFactory(slug="new", rules=make.NO_RULES)
    said = words_of(client.get("/c/new/rules/"))
    assert "Nothing is handed in in this course as yet." in said
    assert "Nobody has a role of their own in class as yet." in said
    assert "It is not said yet what the grade is made of." in said


def test_a_private_course_shows_its_rules_to_its_people(client, client_of, seminar, presenter):
    seminar.is_public = False
    seminar.save()
    assert client.get("/c/seminar/rules/").status_code == 404
    assert client_of(presenter).get("/c/seminar/rules/").status_code == 200


@pytest.mark.parametrize("meetings", [1, 3])
def test_it_has_a_fixed_number_of_queries(
    client_of, seminar, presenter, meetings, django_assert_num_queries
):
    for week in range(meetings):
        make.ReadingFactory(
            meeting=make.MeetingFactory(
                course=seminar, starts_at=make.CLASS_STARTS + make.timedelta(weeks=week)
            )
        )
        make.GradeComponentFactory(course=seminar)
    client = client_of(presenter)
    # Session, person, enrolment with course, fourteen for the plan, two for the grade.
    with time_machine.travel(make.BEFORE_CLASS, tick=False), django_assert_num_queries(19):
        client.get("/c/seminar/rules/")
