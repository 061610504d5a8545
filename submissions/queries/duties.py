"""What one student owes, and what they are credited with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schedule.queries import plan_of
from submissions.duties import Duty, duty_of
from submissions.models import Question
from submissions.queries.deeds import standing_of
from submissions.queries.work import question_of

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.models import Reading
    from schedule.plan.plan import Plan


def duties_of(enrolment: Enrolment, at: datetime, plan: Plan | None = None) -> list[Duty]:
    """What this student owes over the whole term, as it stands at `at`, by due time.

    And what they are credited with. Staff owe nothing. Where no plan is given, that of
    `enrolment.course` is read.
    """
    return sorted(
        _with_texts(_duties(enrolment, at, plan), enrolment),
        key=lambda duty: (
            duty.due_at,
            duty.meeting.id,
            duty.reading.position if duty.reading else -1,
            duty.role,
            duty.group.number if duty.group else 0,
        ),
    )


def _duties(enrolment: Enrolment, at: datetime, plan: Plan | None = None) -> list[Duty]:
    if enrolment.is_staff:
        return []
    plan = plan or plan_of(enrolment.course)
    return [
        duty_of(plan, part.piece, part.own)
        for part in standing_of(plan, enrolment, at).parts_of(enrolment.pk)
    ]


def _with_texts(duties: list[Duty], enrolment: Enrolment) -> list[Duty]:
    """What was taken back can be handed in again as it was; one query where there is any."""
    taken_back = {duty.reading.id for duty in duties if duty.withdrawn and duty.reading}
    if not taken_back:
        return duties
    texts = dict(
        Question.objects.filter(author=enrolment, reading__in=taken_back).values_list(
            "reading", "text"
        )
    )
    return [
        replace(duty, text=texts.get(duty.reading.id, "")) if duty.reading else duty
        for duty in duties
    ]


def question_duty(enrolment: Enrolment, reading: Reading, at: datetime) -> Duty | None:
    """The student's duty on this one reading at `at`, with its text; None when none is owed."""
    for duty in _duties(enrolment, at):
        if duty.reading is not None and duty.reading.id == reading.pk:
            question = question_of(enrolment, reading)
            return replace(duty, text=question.text if question else "")
    return None
