"""Every way of writing a question, in any order, at any instant around the deadline (rule P2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from schedule.deadlines import DeadlinePassed
from submissions.errors import NothingHandedIn, StaleVersion, WithdrawnSince
from submissions.models import Receipt
from tests import factories as make
from tests.handing_in import ask_question, withdraw_question
from tests.submissions.conftest import a_key
from tests.works import Question, QuestionVersion

instants = st.one_of(
    st.integers(-5, 5).map(lambda n: make.CLASS_STARTS + n * make.MICROSECOND),
    st.integers(-(10**6), 10**6).map(lambda n: make.CLASS_STARTS + timedelta(seconds=n)),
)


class QuestionMachine(RuleBasedStateMachine):
    """One student, one reading; `model` is what should be stored."""

    def __init__(self):
        super().__init__()
        course = make.CourseFactory(created_at=make.TERM_BEGINS)
        self.student = make.EnrolmentFactory(course=course)
        self.reading = make.ReadingFactory(meeting=make.MeetingFactory(course=course))
        self.versions: list[str] = []
        self.withdrawn = False
        self.receipts: dict[str, tuple[str, object]] = {}

    def ask(self, text, at, key, base):
        return ask_question(
            reading=self.reading,
            author=self.student,
            text=text,
            at=at,
            key=key,
            base_version=base,
        )

    @rule(text=st.text("abc ", min_size=1).filter(str.strip), at=instants, stale=st.booleans())
    def ask_or_edit(self, text, at, stale):
        key = a_key()
        base = len(self.versions) + stale
        if at >= make.CLASS_STARTS:
            with pytest.raises(DeadlinePassed):
                self.ask(text, at, key, base)
        elif stale and self.versions:
            with pytest.raises(StaleVersion):
                self.ask(text, at, key, base)
        else:
            self.receipts[key] = (text, self.ask(text, at, key, base))
            self.versions.append(text.strip())
            self.withdrawn = False

    @rule(at=instants, which=st.integers(0, 50))
    def post_again(self, at, which):
        if self.receipts:
            key = list(self.receipts)[which % len(self.receipts)]
            text, receipt = self.receipts[key]
            if not self.withdrawn:
                assert self.ask(text, at, key, None) == receipt
                return
            with pytest.raises(DeadlinePassed if at >= make.CLASS_STARTS else WithdrawnSince):
                self.ask(text, at, key, None)

    @rule(text=st.text("xyz", min_size=1), at=instants, which=st.integers(0, 50))
    def post_something_else_from_a_used_form(self, text, at, which):
        if self.receipts:
            key = list(self.receipts)[which % len(self.receipts)]
            with pytest.raises(DeadlinePassed if at >= make.CLASS_STARTS else StaleVersion):
                self.ask(text, at, key, None)

    @rule(at=instants)
    def withdraw(self, at):
        if at >= make.CLASS_STARTS:
            error = DeadlinePassed
        elif not self.versions:
            error = NothingHandedIn
        else:
            withdraw_question(reading=self.reading, author=self.student, at=at)
            self.withdrawn = True
            return
        with pytest.raises(error):
            withdraw_question(reading=self.reading, author=self.student, at=at)

    @invariant()
    def what_is_stored_is_what_was_accepted(self):
        stored = QuestionVersion.objects.filter(question__author=self.student)
        assert list(stored.order_by("number").values_list("text", flat=True)) == self.versions
        question = Question.objects.filter(author=self.student).first()
        if question is None:
            assert self.versions == []
        else:
            assert (question.text, question.version) == (self.versions[-1], len(self.versions))
            assert (question.withdrawn_at is not None) == self.withdrawn

    @invariant()
    def nothing_is_accepted_at_or_after_class_start(self):
        late = Receipt.objects.filter(handed_in_by=self.student, at__gte=make.CLASS_STARTS)
        assert not late.exists()
        assert not Question.objects.filter(withdrawn_at__gte=make.CLASS_STARTS).exists()


class TestQuestionMachine(TestCase):
    def test_question_is_never_taken_late(self):
        run_state_machine_as_test(
            QuestionMachine,
            settings=settings(
                max_examples=15,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
