"""Which rows an action locks before it reads what it goes by, in which order.

SQLite takes one writer at a time and has no row locks, so that a lock that is gone is not missed
there: this looks at what is asked for. The races themselves are run on PostgreSQL.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import QuerySet

from courses.actions.claims import invite
from courses.actions.roster import amend, drop, import_roster
from courses.models import Course, Enrolment
from grading.actions import record_grade, set_weights
from grading.models import GradeComponent
from groups.models import StudentGroup
from submissions.actions import slides as slides_actions
from submissions.actions import summaries as summaries_actions
from submissions.actions.questions import ask_question, withdraw_question
from submissions.actions.slides import hand_in_slides
from submissions.actions.summaries import hand_in_summary
from tests import factories as make
from tests.submissions import uploads
from tests.submissions.conftest import ANSWERS, a_key


@pytest.fixture
def locked(monkeypatch) -> list[type]:
    """The models whose rows are locked from now on, in order, each once."""
    found: list[type] = []
    plain = QuerySet.select_for_update

    def noted(self, *args, **kwargs):
        if self.model not in found:
            found.append(self.model)
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", noted)
    return found


def test_a_student_asks_and_withdraws_in_line(locked, student_without_group, reading):
    about = {"reading": reading, "author": student_without_group, "at": make.BEFORE_CLASS}
    ask_question(text="Why?", key=a_key(), **about)
    assert locked == [Enrolment]
    locked.clear()
    withdraw_question(**about)
    assert locked == [Enrolment]


def slides(presenter, presenter_group, lecture):
    return hand_in_slides(
        meeting=lecture,
        group=presenter_group,
        by=presenter,
        upload=uploads.pptx(),
        at=make.BEFORE_CLASS,
        key=a_key(),
    )


def summary(companion, companion_group, lecture, **more):
    return hand_in_summary(
        meeting=lecture,
        group=companion_group,
        by=companion,
        answers=ANSWERS,
        upload=None,
        at=make.AFTER_CLASS,
        key=a_key(),
        **more,
    )


def test_a_member_hands_in_slides_in_line_and_with_the_group(
    locked, presenter, presenter_group, lecture
):
    slides(presenter, presenter_group, lecture)
    assert locked == [Enrolment, StudentGroup]


def test_a_member_hands_in_a_summary_in_line_and_with_the_group(
    locked, companion, companion_group, lecture
):
    summary(companion, companion_group, lecture)
    assert locked == [Enrolment, StudentGroup]


def another_goes_first(monkeypatch, module, factory, by, group, lecture):
    """Whoever waits for the group finds that somebody else has handed in by then."""

    def waited(one):
        factory(meeting=lecture, group=one, receipt__handed_in_by=by)

    monkeypatch.setattr(module, "group_in_line", waited)


def test_slides_that_waited_are_the_next_version(monkeypatch, presenter, presenter_group, lecture):
    another_goes_first(
        monkeypatch, slides_actions, make.SlidesFactory, presenter, presenter_group, lecture
    )
    assert slides(presenter, presenter_group, lecture).version == 2


def test_a_summary_that_waited_is_the_next_version_or_stale(
    monkeypatch, companion, companion_group, lecture
):
    another_goes_first(
        monkeypatch, summaries_actions, make.SummaryFactory, companion, companion_group, lecture
    )
    assert summary(companion, companion_group, lecture).version == 2


def test_a_summary_that_waited_is_stale_where_it_started_from_nothing(
    monkeypatch, companion, companion_group, lecture
):
    another_goes_first(
        monkeypatch, summaries_actions, make.SummaryFactory, companion, companion_group, lecture
    )
    with pytest.raises(summaries_actions.StaleVersion):
        summary(companion, companion_group, lecture, base_version=0)


def test_grades_of_one_component_follow_one_another(locked, seminar, ta, companion):
    component = make.GradeComponentFactory(course=seminar, weight=100)
    record_grade(
        component=component,
        enrolment=companion,
        by=ta,
        at=make.AFTER_CLASS,
        state="scored",
        score=Decimal(80),
    )
    assert locked == [GradeComponent]
    locked.clear()
    set_weights(course=seminar, weights={component.pk: Decimal(100)}, at=make.AFTER_CLASS)
    assert locked == [GradeComponent]


def test_a_roster_changes_one_change_at_a_time(locked, seminar, instructor, companion):
    at = make.BEFORE_CLASS
    for change in (
        lambda: import_roster(course=seminar, rows=[], by=instructor, at=at),
        lambda: amend(enrolment=companion, name="Comyn", at=at),
        lambda: drop(enrolment=companion, at=at),
    ):
        locked.clear()
        change()
        assert locked[0] is Course


def test_of_two_invitations_at_once_the_second_ends_the_first(locked, instructor, seminar):
    entry = make.EnrolmentFactory(course=seminar, email="new@uni.example")
    invite(enrolment=entry, email=entry.email, by=instructor, at=make.BEFORE_CLASS)
    assert Enrolment in locked
