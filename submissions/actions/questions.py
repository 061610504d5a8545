"""Asking, editing and withdrawing a question until class starts (rule P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from courses.texts import clean
from schedule.deadlines import Work
from schedule.queries import effective_deadline
from submissions.actions.receipts import digest, in_line, issue_receipt, repeated
from submissions.errors import (
    Incomplete,
    NothingHandedIn,
    NotPresented,
    NotYourDuty,
    StaleVersion,
    TooLong,
)
from submissions.models import Question, QuestionVersion
from submissions.queries import is_asked_about, question_of

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.deadlines import Deadline
    from schedule.models import Reading
    from submissions.models import Receipt

QUESTION_LENGTH = 2000


@transaction.atomic
def ask_question(
    *,
    reading: Reading,
    author: Enrolment,
    text: str,
    at: datetime,
    key: str,
    base_version: int | None = None,
) -> Receipt:
    """Hand in the author's question on the reading, or a new version of it; its receipt.

    Rule P2: one question per required reading of a student lecture, by each student on the
    roster at `at`, until class starts; that instant itself is late. Asking again edits, and
    so does asking after withdrawing. `base_version` is the version that the author's text
    started from, 0 for none; None asks for no comparison. The same text with a key that was
    used before gives its first receipt; another text with it is a stale version.

    Raises NotYourDuty, NotPresented, DeadlinePassed, Incomplete (empty), TooLong (over
    `QUESTION_LENGTH` characters), StaleVersion, KeyReused; then nothing has changed.
    """
    author = in_line(author)
    first = repeated(author, key, work=Work.QUESTION, meeting=reading.meeting, reading=reading)
    if first is not None and first.sha256 == digest(clean(text)):
        return first
    deadline = _deadline(reading, author, at)
    verdict = deadline.verdict(at)
    text = clean(text)
    if not text:
        raise Incomplete("A question needs some words.", ("text",))
    if len(text) > QUESTION_LENGTH:
        raise TooLong(field="text", what="Your question", length=len(text), limit=QUESTION_LENGTH)
    question = question_of(author, reading)
    version = question.version if question else 0
    is_stale = base_version is not None and base_version != version
    if question is not None and (first is not None or is_stale):
        raise StaleVersion(question, text)
    version += 1
    if question is None:
        question = Question(reading=reading, author=author, asked_at=at)
    question.text, question.version = text, version
    question.edited_at, question.withdrawn_at = at, None
    question.save()
    receipt = issue_receipt(
        work=Work.QUESTION,
        meeting=reading.meeting,
        reading=reading,
        by=author,
        members=[author],
        version=version,
        at=at,
        deadline=deadline,
        verdict=verdict,
        sha256=digest(text),
        size=len(text.encode()),
        key=key,
    )
    QuestionVersion.objects.create(
        question=question, number=version, text=text, at=at, receipt=receipt
    )
    return receipt


@transaction.atomic
def withdraw_question(*, reading: Reading, author: Enrolment, at: datetime) -> Question:
    """Withdraw the author's question until class starts; its versions are kept.

    Withdrawing what is withdrawn changes nothing. Raises NotYourDuty, NotPresented,
    DeadlinePassed, NothingHandedIn.
    """
    author = in_line(author)
    _deadline(reading, author, at).verdict(at)
    question = question_of(author, reading)
    if question is None:
        raise NothingHandedIn
    if question.withdrawn_at is None:
        question.withdrawn_at = at
        question.save(update_fields=("withdrawn_at",))
    return question


def _deadline(reading: Reading, author: Enrolment, at: datetime) -> Deadline:
    """The deadline in force, for somebody who owes a question on this reading."""
    meeting = reading.meeting
    if author.is_staff or author.course_id != meeting.course_id or not author.is_active(at):
        raise NotYourDuty("Questions are asked by the students of the course.")
    deadline = effective_deadline(work=Work.QUESTION, meeting=meeting)
    if deadline is None or not is_asked_about(reading):
        raise NotPresented
    return deadline
