"""What can happen to the parts of a course's grade."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Course
from grading.errors import GradeRefused, WeightsDoNotSum
from grading.models import ExportRecord, GradeComponent
from schedule.errors import RulesContradict
from schedule.models import Work
from schedule.plan.contradictions import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from courses.models import Enrolment

HUNDRED = Decimal(100)
LONGEST_NAME = 120  # characters


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the grade: its weight in percent, and the works (keys) that feed it.

    Without works it is graded by hand, as a whole.
    """

    name: str
    weight: Decimal
    works: tuple[str, ...] = ()


@transaction.atomic
def set_parts(*, course: Course, parts: Sequence[Part]) -> None:
    """Let the grade of the course consist of these parts, in this order; known by their names.

    Raises `RulesContradict` with all that cannot be: weights that do not sum to 100, works that
    there are not or that feed two parts, a part that has grades and is not among them.
    """
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    works = {one.key: one for one in Work.objects.filter(course=course)}
    rows = {one.name: one for one in GradeComponent.objects.filter(course=course)}
    faults = [*_faults_of(parts, works.keys())]
    for name in rows.keys() - {one.name for one in parts}:
        if rows[name].changes.exists():
            faults.append(Fault(name, "name", "It has grades, so it stays a part of the grade."))
        else:
            rows.pop(name).delete()
    if faults:
        raise RulesContradict(faults)
    for position, part in enumerate(parts):
        row = rows.get(part.name) or GradeComponent(course=course, name=part.name)
        row.weight, row.position = part.weight, position
        row.save()
        row.works.set(works[key] for key in part.works)


def _faults_of(parts: Sequence[Part], works: Iterable[str]) -> Iterable[Fault]:
    known, seen = set(works), set()
    fed: dict[str, str] = {}
    for part in parts:
        if not 0 < len(part.name) <= LONGEST_NAME:
            yield Fault(part.name, "name", f"A name has 1 to {LONGEST_NAME} characters.")
        if part.name in seen:
            yield Fault(part.name, "name", "Another part has this name already.")
        seen.add(part.name)
        if not _is_weight(part.weight):
            sentence = f"{part.weight} is not a weight from 0 to 100 with two decimals."
            yield Fault(part.name, "weight", sentence)
        for key in part.works:
            if key not in known:
                yield Fault(part.name, "works", f"There is no work “{key}”.")
            elif key in fed:
                sentence = f"“{key}” feeds “{fed[key]}” already; it counts once."
                yield Fault(part.name, "works", sentence)
            fed.setdefault(key, part.name)
    total = sum((one.weight for one in parts), Decimal(0))
    if parts and total != HUNDRED:
        yield Fault("parts", "weight", str(WeightsDoNotSum(total)))


def _is_weight(weight: Decimal) -> bool:
    return weight.is_finite() and 0 <= weight <= HUNDRED and weight == round(weight, 2)


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
        if not _is_weight(weight):
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
