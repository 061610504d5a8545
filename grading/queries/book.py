"""The gradebook of a course or of one student, and the ledger's history of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from grading.gradebook import Cell, Totals, fold_cell, totals
from grading.models import GradeChange, GradeComponent
from grading.queries.collect import Student, limits_of, owed_in, read_class, read_ledger

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from courses.models import Course, Enrolment
    from schedule.models import Work
    from submissions.models import Version


@dataclass(frozen=True, slots=True)
class Row:
    """One student's line: a cell per component, in their order, and the totals."""

    student: Student
    cells: tuple[Cell, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Gradebook:
    """Components (with their weights) as columns, students as rows."""

    components: tuple[GradeComponent, ...]
    rows: tuple[Row, ...]

    @property
    def weight_total(self) -> Decimal:
        """The sum of the weights in percent; 100 unless the page said otherwise."""
        return sum((component.weight for component in self.components), Decimal(0))


def gradebook_of(
    course: Course,
    at: datetime,
    *,
    dropped: bool = False,
    only: Enrolment | None = None,
    released: bool = False,
) -> Gradebook:
    """The course's gradebook as it stands at `at`, in a fixed number of queries.

    `dropped` adds students who have left, `only` keeps one student's row, `released` the
    components that students may see at `at`: the totals are then of these alone.
    """
    components = GradeComponent.objects.filter(course=course).order_by("position", "pk")
    if released:
        components = components.filter(released_at__lte=at)
    columns = tuple(components.prefetch_related("works"))
    people = read_class(course, at, dropped=dropped, only=only)
    ledger = read_ledger(course, only=only)
    weights = {one.pk: int(one.weight * 100) for one in columns}  # hundredths, whole numbers
    fed = {one.pk: frozenset(work.key for work in one.works.all()) for one in columns}
    owed = [(component, owed_in(component, fed[component.pk], people)) for component in columns]
    limits = limits_of(people)
    rows = []
    for student in people.students:
        who = student.enrolment
        cells = tuple(
            fold_cell(
                component.pk,
                who,
                asked.get(who, ()),
                ledger,
                direct=not fed[component.pk],
                limits=limits.get(who),
            )
            for component, asked in owed
        )
        rows.append(Row(student, cells, totals(cells, weights)))
    return Gradebook(columns, tuple(rows))


def component_for(work: Work) -> GradeComponent | None:
    """The component that this work feeds: the first of its course that names it, or None."""
    return (
        GradeComponent.objects.filter(works=work)
        .select_related("course")
        .order_by("position", "pk")
        .first()
    )


def history_of(version: Version) -> QuerySet[GradeChange]:
    """Every entry on this version, newest first, with who made it."""
    return (
        GradeChange.objects.filter(version=version)
        .select_related("component", "enrolment__person", "made_by__person")
        .order_by("-at", "-pk")
    )
