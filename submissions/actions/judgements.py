"""Judging receipts anew, by a deadline that was corrected after the hand-in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from courses import times
from courses.actions.locks import hold_course
from courses.actions.outbox import NoticeDraft, post_notices
from courses.directions import isolated
from courses.errors import PlanChanged
from courses.models import Enrolment
from courses.texts import clean, lower_first
from schedule.deadlines import DeadlinePassed, NotOpenYet
from schedule.queries import plan_of
from submissions.duties import State, state_of
from submissions.errors import Incomplete, NotYoursToJudge, TooLong
from submissions.links import full, receipt_path
from submissions.models import Judgement, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from schedule.deadlines import Verdict
    from schedule.plan.plan import Plan

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A receipt beside what is said of it by the deadline now in force.

    `stays` says why nothing changes; it is empty where `verdict` is to take the place of the
    receipt's own. `due_at` is None where nothing is due any more.
    """

    receipt: Receipt
    due_at: datetime | None = None
    verdict: Verdict | None = None
    stays: str = ""

    @property
    def state(self) -> State | None:
        """The words for the verdict."""
        return state_of(self.verdict) if self.verdict is not None else None


def plan_judgements(receipts: Iterable[Receipt]) -> list[Case]:
    """What judging these receipts would change now; changes nothing.

    Load them with `course` and `meeting`.
    """
    plans: dict[int, Plan] = {}
    found = []
    for receipt in receipts:
        if receipt.course_id not in plans:
            plans[receipt.course_id] = plan_of(receipt.course)
        found.append(_case(receipt, plans[receipt.course_id]))
    return found


def fingerprint(cases: Iterable[Case]) -> str:
    """A short text, the same as long as the same verdicts change by the same deadlines."""
    said = [
        (str(case.receipt.pk), case.receipt.verdict, case.verdict, case.due_at)
        for case in cases
        if not case.stays
    ]
    return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()[:32]


def _case(receipt: Receipt, plan: Plan) -> Case:
    deadline = plan.deadline(receipt.work, receipt.meeting)
    if deadline is None:
        return Case(receipt, stays="Its meeting has no class any more, so nothing is due.")
    due_at = deadline.due_at
    try:
        verdict = deadline.verdict(receipt.at)
    except DeadlinePassed:
        return Case(receipt, due_at, stays="By this deadline it would not have been taken at all.")
    except NotOpenYet:
        return Case(receipt, due_at, stays="It came before this could be handed in.")
    if verdict == receipt.verdict:
        same = due_at == receipt.due_at
        stays = "The deadline is the same." if same else "It is the same by both deadlines."
        return Case(receipt, due_at, verdict, stays)
    return Case(receipt, due_at, verdict)


@transaction.atomic
def judge_receipts(
    *,
    receipts: Sequence[Receipt],
    by: Enrolment,
    reason: str,
    at: datetime,
    seen: str | None = None,
) -> list[Judgement]:
    """Judge these receipts of one course by the deadline in force at `at`; what has changed.

    The verdict and the deadline of the receipt are replaced, and everything that reads them
    follows; a `Judgement` keeps what was said before, and whoever is credited is told once. What
    `plan_judgements` says stays is left alone, so judging again changes nothing. `seen` is
    the fingerprint of the cases that a person has agreed to; None asks for no look.

    Raises NotYoursToJudge unless `by` is an instructor of the course of them all at `at`;
    Incomplete (no visible reason), TooLong, PlanChanged; then nothing has changed.
    """
    reason = clean(reason)
    if not reason:
        raise Incomplete("Say why: it stands on the receipt for good.", ("reason",))
    if len(reason) > REASON_LENGTH:
        raise TooLong(field="reason", what="The reason", length=len(reason), limit=REASON_LENGTH)
    leads = by.role == Enrolment.Role.INSTRUCTOR and by.is_active(at)
    if not leads or any(receipt.course_id != by.course_id for receipt in receipts):
        raise NotYoursToJudge
    # Dates move under the same lock, so the deadline is the one in force when this is stored.
    hold_course(by.course_id)
    locked = (
        Receipt.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=[receipt.pk for receipt in receipts])
        .select_related("course", "meeting", "reading", "group")
        .order_by("pk")
    )
    cases = plan_judgements(locked)
    if seen is not None and seen != fingerprint(cases):
        raise PlanChanged
    made = [_store(case, by, reason, at) for case in cases if not case.stays]
    post_notices(drafts=[draft for one in made for draft in _drafts(one)], at=at)
    return made


def _store(case: Case, by: Enrolment, reason: str, at: datetime) -> Judgement:
    receipt = case.receipt
    assert case.due_at is not None  # nosec B101 # else it stays
    assert case.verdict is not None  # nosec B101 # as above
    judgement = Judgement.objects.create(
        receipt=receipt,
        at=at,
        by=by,
        reason=reason,
        due_at_before=receipt.due_at,
        due_at=case.due_at,
        verdict_before=receipt.verdict,
        verdict=case.verdict.value,
    )
    receipt.due_at, receipt.verdict = case.due_at, case.verdict.value
    receipt.save(update_fields=("due_at", "verdict"))
    return judgement


def _drafts(judgement: Judgement) -> list[NoticeDraft]:
    receipt = judgement.receipt
    course = receipt.course
    before, now = state_of(judgement.verdict_before), state_of(judgement.verdict)
    what = lower_first(receipt.work_name)
    if receipt.reading is not None:
        what += f" on “{isolated(receipt.reading)}”"
    about = f" for {isolated(receipt.meeting.heading)}" if receipt.meeting else ""
    lines = [
        f"The course staff had your {what}{about}, version "
        f"{receipt.version}, judged by the deadline that is in force now.",
        "",
        f"Received: {times.exact(receipt.at, course.zone)}",
        f"Before:   {before}, due {times.exact(judgement.due_at_before, course.zone)}",
        f"Now:      {now}, due {times.exact(judgement.due_at, course.zone)}",
        f"By:       {isolated(judgement.by)}",
        f"Reason:   {judgement.reason}",
        f"Receipt:  {receipt.pk}",
        "",
        full(receipt_path(course.slug, receipt.pk)),
    ]
    return [
        NoticeDraft(
            key=f"judged:{judgement.pk}:{member.pk}",
            kind="judged",
            subject=f"{course.code or course.title}: receipt {receipt.number} is judged anew, "
            f"{now.value.lower()}",
            body="\n".join(lines) + "\n",
            recipient=member,
            course=course,
        )
        for member in receipt.members.select_related("person").order_by("pk")
    ]
