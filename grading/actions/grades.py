"""What can happen to the ledger: it is appended to, never changed; a regrade is one more entry."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.directions import isolated
from courses.texts import clean
from grading.errors import (
    GradedMeanwhile,
    GradeRefused,
    ScoreOutOfRange,
    plain,
)
from grading.models import GradeChange, GradeComponent
from grading.models.ledger import THINGS
from schedule.deadlines import Verdict
from schedule.models import Meeting, Reading, Work

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.plan.asks import AskKey
    from submissions.models import Version

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
LONGEST_COMMENT = 4000
ANY_BASE = -1  # the grader did not look at what holds

State = GradeChange.State


@transaction.atomic
def record_grade(
    *,
    component: GradeComponent,
    by: Enrolment,
    at: datetime,
    state: str,
    score: Decimal | None = None,
    out_of: Decimal | None = None,
    enrolment: Enrolment | None = None,
    version: Version | None = None,
    duty: AskKey | None = None,
    comment: str = "",
    based_on: int | None = ANY_BASE,
) -> GradeChange:
    """Append one entry to the ledger and return it; saying the same again appends nothing.

    At most one of `version` and `duty` is given; with none the entry is on the component as a
    whole and needs `enrolment`. The entry on a version of one student's own work never has one:
    it has one owner. `duty` (work, meeting, reading) excuses one student from what was never handed
    in. `out_of` is the work's points, or 100 for a whole component. `based_on` is the id of the
    entry that the grader saw (None: there was none).

    Raises `ScoreOutOfRange`; `GradedMeanwhile` when another entry holds by now; and
    `GradeRefused` when `by` does not teach the course at `at`, the thing does not belong
    to the component, was withdrawn, or came late and is not counted (rule U3).
    """
    _check_grader(component, by, at)
    things = _things(component, version, duty)
    _check_thing(component, version, duty, enrolment, state)
    if version is not None and version.piece.enrolment_id is not None:
        enrolment = None  # its owner is everybody who is credited: one grade, not two
    comment = clean(comment)
    if len(comment) > LONGEST_COMMENT:
        raise GradeRefused(f"A comment has at most {LONGEST_COMMENT} characters.")
    if state == State.SCORED:
        points = out_of or (HUNDRED if version is None else points_of(version.piece.work))
        score, out_of = _checked_score(score, points)
    else:
        score = out_of = None
    # The component's row is the lock: two graders of one thing come one after the other.
    GradeComponent.objects.select_for_update().get(pk=component.pk)
    about = {"component": component, "enrolment": enrolment}
    held = GradeChange.objects.filter(**about, **things).order_by("-at", "-pk")
    newest = held.select_related("made_by__person").first()
    said = (state, score, out_of, comment)
    if newest and said == (newest.state, newest.score, newest.out_of, newest.comment):
        return newest
    if newest is None and state == State.CLEARED:
        raise GradeRefused("There is no grade to take back.")
    if based_on != ANY_BASE and newest is not None and newest.pk != based_on:
        raise GradedMeanwhile(newest)
    if newest is not None:
        # A request that began earlier and comes through later still stands after what it saw.
        at = max(at, newest.at)
    return GradeChange.objects.create(
        **about,
        **{f"{name}_id": one for name, one in things.items()},
        state=state,
        score=score,
        out_of=out_of,
        comment=comment,
        made_by=by,
        at=at,
    )


@transaction.atomic
def record_grade_with_group(
    *,
    component: GradeComponent,
    enrolment: Enrolment,
    others: Iterable[Enrolment],
    by: Enrolment,
    at: datetime,
    state: str,
    score: Decimal | None = None,
    comment: str = "",
    based_on: int | None = ANY_BASE,
) -> list[Enrolment]:
    """Grade a whole component of one student and, alike, of the `others` in the group (rule G1).

    Who of them has a grade that differs from the student's former one was graded on their
    own: it stays, and they are returned. Raises what `record_grade` raises.
    """

    def held(one: Enrolment) -> tuple[Any, ...]:
        entry = GradeChange.objects.filter(
            component=component, enrolment=one, **dict.fromkeys(THINGS)
        )
        newest = entry.order_by("-at", "-pk").first()
        if newest is None or newest.state == State.CLEARED:
            return ()
        return (newest.state, newest.score, newest.out_of, newest.comment)

    grade: dict[str, Any] = {"state": state, "score": score, "comment": comment}
    before = held(enrolment)
    record_grade(component=component, enrolment=enrolment, by=by, at=at, based_on=based_on, **grade)
    kept = []
    for other in others:
        theirs = held(other)
        if theirs not in ((), before, held(enrolment)):
            kept.append(other)
        elif theirs or state != State.CLEARED:
            record_grade(component=component, enrolment=other, by=by, at=at, **grade)
    return kept


def _check_grader(component: GradeComponent, by: Enrolment, at: datetime) -> None:
    if by.course_id != component.course_id or not by.is_staff or not by.is_active(at):
        raise GradeRefused("Only who teaches this course grades in it.")


def _things(
    component: GradeComponent, version: Version | None, duty: AskKey | None
) -> dict[str, int | None]:
    """The columns that say on what the entry is."""
    said: dict[str, int | None] = dict.fromkeys(THINGS)
    if version is not None:
        return said | {"version": version.pk}
    if duty is None:
        return said
    key, meeting, reading = duty
    work = Work.objects.filter(course=component.course_id, key=key).first()
    if work is None:
        raise GradeRefused("This course has no such work.")
    readings = Reading.objects.filter(pk=reading, meeting=meeting)
    is_of_course = Meeting.objects.filter(pk=meeting, course=component.course_id).exists()
    if (meeting and not is_of_course) or (reading and not readings.exists()):
        raise GradeRefused(f"This does not belong to {isolated(component)}.")
    return said | {"work": work.pk, "meeting": meeting or None, "reading": reading or None}


def _check_thing(
    component: GradeComponent,
    version: Version | None,
    duty: AskKey | None,
    enrolment: Enrolment | None,
    state: str,
) -> None:
    """Refuse what the component is not fed by, and what is not to be graded."""
    if state not in State.values:
        raise GradeRefused("A grade is a score, excused, or taken back.")
    if version is not None and duty is not None:
        raise GradeRefused("One entry grades one thing.")
    if enrolment is not None and (enrolment.course_id != component.course_id or enrolment.is_staff):
        raise GradeRefused(f"{isolated(enrolment)} is not a student of this course.")
    if version is not None:
        _check_version(component, version, enrolment, state)
    elif duty is not None:
        if not component.works.filter(key=duty[0]).exists():
            raise GradeRefused(f"This does not belong to {isolated(component)}.")
        if enrolment is None or state == State.SCORED:
            raise GradeRefused("Nothing was handed in here: a student can only be excused.")
    elif enrolment is None:
        raise GradeRefused("Say whose grade this is.")


def _check_version(
    component: GradeComponent, version: Version, enrolment: Enrolment | None, state: str
) -> None:
    if not component.works.filter(pk=version.piece.work_id).exists():
        raise GradeRefused(f"This does not belong to {isolated(component)}.")
    if enrolment and not version.receipt.members.filter(pk=enrolment.pk).exists():
        raise GradeRefused(f"{isolated(enrolment)} is not credited with this.")
    if state != State.SCORED:
        return
    if version.piece.withdrawn_at is not None:
        raise GradeRefused("This was withdrawn, so it is not graded.")
    if version.receipt.verdict == Verdict.LATE_NOT_COUNTED:
        raise GradeRefused("This came in late and is not counted, so it is not graded (rule U3).")


def _checked_score(score: Decimal | None, out_of: Decimal) -> tuple[Decimal, Decimal]:
    if not out_of.is_finite() or not CENT <= out_of < 100_000 or out_of != round(out_of, 2):
        raise GradeRefused("Points must be out of more than zero, with at most two decimals.")
    if score is None:
        raise GradeRefused(f"A score from 0 to {plain(out_of)} is missing.")
    if not score.is_finite() or not 0 <= score <= out_of or score != score.quantize(CENT):
        raise ScoreOutOfRange(score, out_of)
    return score.quantize(CENT), out_of.quantize(CENT)


def points_of(work: Work) -> Decimal:
    """How many points one piece of this work is graded out of."""
    return Decimal(work.points)
