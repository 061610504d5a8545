"""What one student owes, and what they are credited with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schedule.queries import plan_of
from submissions.duties import Duty, duty_of
from submissions.models import Answer
from submissions.queries.deeds import standing_of

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.plan.plan import Plan


def duties_of(enrolment: Enrolment, at: datetime, plan: Plan | None = None) -> list[Duty]:
    """What this student owes over the whole term, as it stands at `at`, by due time.

    And what they are credited with. Staff owe nothing. Where no plan is given, that of
    `enrolment.course` is read.
    """
    if enrolment.is_staff:
        return []
    plan = plan or plan_of(enrolment.course)
    duties = [
        duty_of(plan, part.piece, part.own)
        for part in standing_of(plan, enrolment, at).parts_of(enrolment.pk)
    ]
    return sorted(
        _with_texts(duties),
        key=lambda duty: (
            duty.due_at,
            duty.piece.ask.key[1],
            duty.reading.position if duty.reading else -1,
            duty.role,
            duty.group.number if duty.group else 0,
        ),
    )


def _with_texts(duties: list[Duty]) -> list[Duty]:
    """What was taken back can be handed in again as it was; one query where there is any."""
    taken_back = {duty.piece.newest.row for duty in duties if duty.withdrawn and duty.piece.newest}
    if not taken_back:
        return duties
    texts = dict(Answer.objects.filter(version__in=taken_back).values_list("version", "text"))
    return [
        replace(duty, text=texts.get(duty.piece.newest.row, "")) if duty.piece.newest else duty
        for duty in duties
    ]
