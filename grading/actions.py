"""What can happen to grades. Each action is one transaction and is open to every door.

The ledger is appended to, never changed: a regrade is one more entry.
"""

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
    WeightsDoNotSum,
    plain,
)
from grading.models import ExportRecord, GradeChange, GradeComponent
from grading.models.ledger import THINGS
from schedule.deadlines import Verdict
from schedule.queries import plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from courses.models import Course, Enrolment
    from schedule.models import Meeting, Reading
    from submissions.models import Question, Slides, Summary

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
LONGEST_COMMENT = 4000
ANY_BASE = -1  # the grader did not look at what holds

Kind = GradeComponent.Kind
State = GradeChange.State

# Which kind of component each thing feeds (docs/architecture.md, Grades).
KINDS_FED = {
    "question": {Kind.PARTICIPATION},
    "reading": {Kind.PARTICIPATION},
    "slides": {Kind.PRESENTATION},
    "summary": {Kind.SUMMARY},
    "meeting": {Kind.PRESENTATION, Kind.SUMMARY},
}
WORK_OF = {
    Kind.PARTICIPATION.value: "question",
    Kind.PRESENTATION.value: "slides",
    Kind.SUMMARY.value: "summary",
    Kind.DIRECT.value: "",
}
"""The work (its key) that feeds each kind of component."""


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
    question: Question | None = None,
    slides: Slides | None = None,
    summary: Summary | None = None,
    reading: Reading | None = None,
    meeting: Meeting | None = None,
    comment: str = "",
    based_on: int | None = ANY_BASE,
) -> GradeChange:
    """Append one entry to the ledger and return it; saying the same again appends nothing.

    At most one of `question`, `slides`, `summary`, `reading` and `meeting` is given; with
    none the entry is on the component as a whole and needs `enrolment`; a question's entry
    never has one, since it has one author. `reading` and
    `meeting` excuse one student from what was never handed in. `out_of` is the course's
    points for the work, or 100 for a whole component. `based_on` is the id of the entry
    that the grader saw (None: there was none).

    Raises `ScoreOutOfRange`; `GradedMeanwhile` when another entry holds by now; and
    `GradeRefused` when `by` does not teach the course at `at`, the thing does not belong
    to the component, was withdrawn, or came late and is not counted (rule U3).
    """
    things: dict[str, Any] = {
        "question": question,
        "slides": slides,
        "summary": summary,
        "reading": reading,
        "meeting": meeting,
    }
    _check_grader(component, by, at)
    _check_thing(component, things, enrolment, state)
    if question is not None:
        enrolment = None  # its author is everybody who is credited: one grade, not two
    comment = clean(comment)
    if len(comment) > LONGEST_COMMENT:
        raise GradeRefused(f"A comment has at most {LONGEST_COMMENT} characters.")
    if state == State.SCORED:
        is_whole = all(thing is None for thing in things.values())
        points = out_of or (HUNDRED if is_whole else points_of(component))
        score, out_of = _checked_score(score, points)
    else:
        score = out_of = None
    # The component's row is the lock: two graders of one thing come one after the other.
    GradeComponent.objects.select_for_update().get(pk=component.pk)
    about = {"component": component, "enrolment": enrolment, **things}
    held = GradeChange.objects.filter(**about).order_by("-at", "-pk")
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
        **about, state=state, score=score, out_of=out_of, comment=comment, made_by=by, at=at
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


def _check_thing(
    component: GradeComponent, things: dict[str, Any], enrolment: Enrolment | None, state: str
) -> None:
    """Refuse what the component is not fed by, and what is not to be graded."""
    if state not in State.values:
        raise GradeRefused("A grade is a score, excused, or taken back.")
    given = {name: thing for name, thing in things.items() if thing is not None}
    if len(given) > 1:
        raise GradeRefused("One entry grades one thing.")
    if enrolment is not None and (enrolment.course_id != component.course_id or enrolment.is_staff):
        raise GradeRefused(f"{isolated(enrolment)} is not a student of this course.")
    if not given:
        if enrolment is None:
            raise GradeRefused("Say whose grade this is.")
        return
    ((name, thing),) = given.items()
    if _course_of(name, thing) != component.course_id or component.kind not in KINDS_FED[name]:
        raise GradeRefused(f"This {name} does not belong to {isolated(component)}.")
    if name in {"reading", "meeting"}:
        if enrolment is None or state == State.SCORED:
            raise GradeRefused("Nothing was handed in here: a student can only be excused.")
        return
    if enrolment is not None and not _is_credited(name, thing, enrolment):
        raise GradeRefused(f"{isolated(enrolment)} is not credited with this {name}.")
    if state == State.SCORED:
        _check_gradable(name, thing)


def _course_of(name: str, thing: Any) -> int:
    if name == "question":
        return int(thing.reading.meeting.course_id)
    return int(thing.course_id if name == "meeting" else thing.meeting.course_id)


def _is_credited(name: str, thing: Any, enrolment: Enrolment) -> bool:
    if name == "question":
        return bool(thing.author_id == enrolment.pk)
    return bool(thing.receipt.members.filter(pk=enrolment.pk).exists())


def _check_gradable(name: str, thing: Any) -> None:
    if name == "question" and thing.withdrawn_at is not None:
        raise GradeRefused("This question was withdrawn, so it is not graded.")
    if name == "summary" and thing.receipt.verdict == Verdict.LATE_NOT_COUNTED:
        raise GradeRefused(
            "This summary came in late and is not counted, so it is not graded (rule U3)."
        )


def _checked_score(score: Decimal | None, out_of: Decimal) -> tuple[Decimal, Decimal]:
    if not out_of.is_finite() or not CENT <= out_of < 100_000 or out_of != round(out_of, 2):
        raise GradeRefused("Points must be out of more than zero, with at most two decimals.")
    if score is None:
        raise GradeRefused(f"A score from 0 to {plain(out_of)} is missing.")
    if not score.is_finite() or not 0 <= score <= out_of or score != score.quantize(CENT):
        raise ScoreOutOfRange(score, out_of)
    return score.quantize(CENT), out_of.quantize(CENT)


def points_of(component: GradeComponent) -> Decimal:
    """How many points one piece of this component is graded out of; 100 where it has none."""
    work = plan_of(component.course).work.get(WORK_OF[component.kind])
    return work.points if work is not None else HUNDRED


@transaction.atomic
def set_weights(*, course: Course, weights: Mapping[int, Decimal], at: datetime) -> None:
    """Set the weight (percent, by component id) of every component of the course at once.

    Raises `WeightsDoNotSum` unless they sum to exactly 100, `GradeRefused` when one is
    missing, foreign, or no number from 0 to 100 with two decimals. Instructors only, at
    the door; `at` is when they said so.
    """
    components = list(GradeComponent.objects.select_for_update().filter(course=course))
    if {component.pk for component in components} != set(weights):
        raise GradeRefused("Give one weight for each component of this course.")
    for weight in weights.values():
        if not weight.is_finite() or not 0 <= weight <= HUNDRED or weight != round(weight, 2):
            raise GradeRefused(f"{weight} is not a weight from 0 to 100 with two decimals.")
    total = sum(weights.values(), Decimal(0))
    if total != HUNDRED:
        raise WeightsDoNotSum(total)
    for component in components:
        component.weight = weights[component.pk]
    GradeComponent.objects.bulk_update(components, ["weight"])


def release_component(*, component: GradeComponent, at: datetime) -> None:
    """Let students see their own grade of it from `at` on; an earlier release stays."""
    GradeComponent.objects.filter(pk=component.pk, released_at=None).update(released_at=at)
    component.refresh_from_db(fields=["released_at"])


def withhold_component(*, component: GradeComponent) -> None:
    """Take the release back: students see nothing of it any more."""
    GradeComponent.objects.filter(pk=component.pk).update(released_at=None)
    component.released_at = None


def record_export(
    *,
    course: Course,
    by: Enrolment | None,
    format: str,  # noqa: A002
    rows: int,
    at: datetime,
) -> ExportRecord:
    """Note that `rows` students' grades left the system; `by` None is the command line."""
    return ExportRecord.objects.create(course=course, made_by=by, format=format, rows=rows, at=at)
