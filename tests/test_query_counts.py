"""How many queries the busy pages make: the same for one student, for three and for 500."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from courses.models import Enrolment
from groups.models import Membership
from schedule.queries import kept, plan_of
from tests import factories as make

pytestmark = pytest.mark.django_db
SIZES = [1, 3, 500]

# What each page costs, once the process has read the course's plan (thirteen queries).
# A change here is a change of the product's speed: give the reason.
SCHEDULE_IN_PUBLIC = 6
SCHEDULE_ENROLLED = 8
HOME = 6
QUESTION_POST = 15
STAFF_HOME = 7
GRADEBOOK = 9
ROSTER = 5  # one of them looks for an address that stands on two entries
MEETING = 15


@pytest.fixture(params=SIZES)
def class_of(request, seminar, lecture, reading, presenter_group, presenter, instructor):
    """A class of this size, each with a question on the reading, a fifth of them presenters."""
    students = Enrolment.objects.bulk_create(
        make.EnrolmentFactory.build(course=seminar, netid=f"student{n}")
        for n in range(request.param)
    )
    Membership.objects.bulk_create(
        Membership(group=presenter_group, enrolment=one, joined_at=make.TERM_BEGINS)
        for one in students[::5]
    )
    make.questions(reading, students)
    make.GradeComponentFactory(course=seminar, kind="participation", weight=100)
    return students


@pytest.fixture(autouse=True)
def plan_is_kept(class_of, seminar, monkeypatch):
    """As in a process that has served this course before."""
    monkeypatch.setattr(kept, "is_settled", lambda: True)
    plan_of(seminar)


@pytest.fixture
def counted(django_assert_num_queries, client_of):
    """`counted(number, who, url)`: open it and see that it takes that many queries."""

    def run(number, who, url, at=make.BEFORE_CLASS):
        client = client_of(who) if who is not None else Client()
        with time_machine.travel(at, tick=False), django_assert_num_queries(number):
            assert client.get(url).status_code == 200

    return run


def test_schedule_in_public(class_of, counted):
    counted(SCHEDULE_IN_PUBLIC, None, "/c/seminar/")


def test_schedule_for_who_is_enrolled(class_of, counted, presenter):
    counted(SCHEDULE_ENROLLED, presenter, "/c/seminar/")


def test_home(class_of, counted, presenter):
    counted(HOME, presenter, "/c/seminar/home/")


def test_staff_home(class_of, counted, instructor):
    counted(STAFF_HOME, instructor, "/c/seminar/home/", make.AFTER_CLASS)


def test_gradebook(class_of, counted, instructor):
    counted(GRADEBOOK, instructor, "/c/seminar/gradebook/", make.AFTER_CLASS)


def test_roster(class_of, counted, instructor):
    counted(ROSTER, instructor, "/c/seminar/roster/")


def test_meeting_with_its_questions(class_of, counted, presenter, lecture):
    counted(MEETING, presenter, f"/c/seminar/meetings/{lecture.pk}/", make.AFTER_CLASS)


def test_question_post(class_of, client_of, presenter, reading, django_assert_num_queries):
    client = client_of(presenter)
    url = f"/c/seminar/readings/{reading.pk}/question/"
    typed = {"text": "Why?", "key": "a" * 32, "base_version": "0"}
    with (
        time_machine.travel(make.BEFORE_CLASS, tick=False),
        django_assert_num_queries(QUESTION_POST),
    ):
        assert client.post(url, typed).status_code == 303
