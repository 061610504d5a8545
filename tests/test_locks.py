"""Which rows an action locks before it reads what it goes by, in which order.

SQLite takes one writer at a time and has no row locks, so that a lock that is gone is not missed
there: this looks at what is asked for. The races themselves are run on PostgreSQL.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from courses.actions.claims import invite
from courses.actions.roster import amend, drop, import_roster
from courses.models import Course, Enrolment
from courses.prepared import Prepared
from grading.actions import record_grade, set_weights
from grading.models import GradeComponent
from groups.models import StudentGroup
from schedule.deadlines import NotOpenYet
from submissions.actions import hand_in as actions
from submissions.actions import receipts
from submissions.errors import KeyReused, StaleVersion
from tests import factories as make
from tests.handing_in import (
    ask_question,
    hand_in_slides,
    hand_in_summary,
    withdraw_question,
)
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

    asked = Prepared.__call__

    def noted_too(self, *values):
        rows = asked(self, *values)
        queryset = self._made[tuple(type(one) for one in values)].queryset
        if queryset.query.select_for_update and queryset.model not in found:
            found.append(queryset.model)
        return rows

    monkeypatch.setattr(QuerySet, "select_for_update", noted)
    monkeypatch.setattr(Prepared, "__call__", noted_too)
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
        group = StudentGroup.objects.get(pk=one)
        factory(meeting=lecture, group=group, receipt__handed_in_by=by)

    monkeypatch.setattr(receipts, "group_in_line", waited)


def test_slides_that_waited_are_the_next_version(monkeypatch, presenter, presenter_group, lecture):
    another_goes_first(
        monkeypatch, actions, make.SlidesFactory, presenter, presenter_group, lecture
    )
    assert slides(presenter, presenter_group, lecture).version == 2


def test_a_summary_that_waited_is_the_next_version_or_stale(
    monkeypatch, companion, companion_group, lecture
):
    another_goes_first(
        monkeypatch, actions, make.SummaryFactory, companion, companion_group, lecture
    )
    assert summary(companion, companion_group, lecture).version == 2


def test_a_summary_that_waited_is_stale_where_it_started_from_nothing(
    monkeypatch, companion, companion_group, lecture
):
    another_goes_first(
        monkeypatch, actions, make.SummaryFactory, companion, companion_group, lecture
    )
    with pytest.raises(StaleVersion):
        summary(companion, companion_group, lecture, base_version=0)


@pytest.mark.parametrize("is_same", [True, False])
def test_slides_that_waited_for_the_very_same_click(
    monkeypatch, presenter, presenter_group, lecture, is_same
):
    """The first receipt for the same file; for another file with that key, a refusal."""
    content = uploads.pptx_bytes()
    sha256 = hashlib.sha256(content if is_same else b"another").hexdigest()
    made = []

    def waited(one):
        group = StudentGroup.objects.get(pk=one)
        made.append(
            make.SlidesFactory(
                meeting=lecture,
                group=group,
                file__sha256=sha256,
                file__size=len(content),
                receipt__handed_in_by=presenter,
                receipt__key="the same click",
            ).receipt
        )

    monkeypatch.setattr(receipts, "group_in_line", waited)
    arguments = {
        "meeting": lecture,
        "group": presenter_group,
        "by": presenter,
        "upload": uploads.pptx("talk.pptx", content),
        "at": make.BEFORE_CLASS,
        "key": "the same click",
    }
    if is_same:
        assert hand_in_slides(**arguments) == made[0]
    else:
        with pytest.raises(KeyReused):
            hand_in_slides(**arguments)


@pytest.mark.parametrize("is_same", [True, False])
def test_a_summary_that_waited_for_the_very_same_click(
    monkeypatch, companion, companion_group, lecture, is_same
):
    stored = ANSWERS if is_same else ANSWERS | {"future": "Another."}
    made = []

    def waited(one):
        group = StudentGroup.objects.get(pk=one)
        made.append(
            make.SummaryFactory(
                meeting=lecture,
                group=group,
                receipt__handed_in_by=companion,
                receipt__key="the same click",
                **stored,
            ).receipt
        )

    monkeypatch.setattr(receipts, "group_in_line", waited)
    arguments = {
        "meeting": lecture,
        "group": companion_group,
        "by": companion,
        "answers": ANSWERS,
        "upload": None,
        "at": make.AFTER_CLASS,
        "key": "the same click",
    }
    if is_same:
        assert hand_in_summary(**arguments) == made[0]
    else:
        with pytest.raises(StaleVersion):
            hand_in_summary(**arguments)


@pytest.fixture
def unopened(monkeypatch):
    """Fails the test when an uploaded file is looked into."""

    def looked_into(*args, **kwargs):
        raise AssertionError("the file was looked into")

    monkeypatch.setattr(actions, "kept", looked_into)


def test_slides_with_a_used_key_are_refused_before_the_file_is_looked_into(
    unopened, presenter, presenter_group, lecture
):
    about = {"meeting": lecture, "group": presenter_group}
    make.SlidesFactory(receipt__handed_in_by=presenter, receipt__key="used", **about)
    upload = uploads.pptx()
    with pytest.raises(KeyReused):
        hand_in_slides(by=presenter, upload=upload, at=make.BEFORE_CLASS, key="used", **about)


@pytest.mark.parametrize(
    ("key", "at", "refusal"),
    [
        ("used", make.AFTER_CLASS, StaleVersion),
        ("new", make.CLASS_STARTS - make.MICROSECOND, NotOpenYet),
    ],
)
def test_a_summary_is_refused_before_the_file_is_looked_into(
    unopened, companion, companion_group, lecture, key, at, refusal
):
    about = {"meeting": lecture, "group": companion_group}
    make.SummaryFactory(receipt__handed_in_by=companion, receipt__key="used", **about)
    upload = uploads.pdf()
    with pytest.raises(refusal):
        hand_in_summary(by=companion, answers=None, upload=upload, at=at, key=key, **about)


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
