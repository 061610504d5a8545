"""Reads from the database what the gradebook folds, in a fixed number of queries.

Bare rows instead of model instances, because a class of 500 has tens of thousands of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from courses.models import Enrolment
from courses.models.enrolment import labelled
from courses.queries import active
from grading.counting import Limit
from grading.gradebook import Entry, HandedIn, Ledger, Owed, Thing, newest
from grading.models import GradeChange
from schedule.plan.owing import was_in
from schedule.plan.values import ALL_COUNT, All
from schedule.queries import plan_of
from submissions.queries.deeds import standing_at, standing_of
from submissions.standing import Part, Standing, counts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from courses.models import Course
    from grading.models import GradeComponent
    from schedule.plan.asks import Ask


@dataclass(frozen=True, slots=True)
class Student:
    """One line of the class list; `groups` are those at the instant asked for."""

    enrolment: int
    name: str
    netid: str
    email: str
    groups: tuple[str, ...]
    is_dropped: bool

    @property
    def group(self) -> str:
        """The groups in one text; empty for a student without one."""
        return ", ".join(self.groups)


@dataclass(slots=True)
class Class:
    """The students of a gradebook, their ids, and how their work stands."""

    students: list[Student]
    roster: frozenset[int]
    standing: Standing


def read_class(
    course: Course, at: datetime, *, dropped: bool = False, only: Enrolment | None = None
) -> Class:
    """The course's students at `at`, by name; `dropped` adds who left, `only` keeps one.

    One query beside those of the plan and of what was handed in.
    """
    plan = plan_of(course)
    students = course.enrolments.filter(role=Enrolment.Role.STUDENT)
    if only:
        students = students.filter(pk=only.pk)
    elif not dropped:
        students = students.filter(active(at))
    people = students.values_list(
        "pk", "name", "netid", "email", "dropped_at", "person__name", "person__email"
    )
    found = [
        Student(
            pk,
            labelled(name, netid, person, address),
            netid,
            address or email,
            tuple(
                str(group) for group, stay in plan.stays.get(pk, ()) if was_in(group, stay.time, at)
            ),
            gone is not None and gone <= at,
        )
        for pk, name, netid, email, gone, person, address in people
    ]
    found.sort(key=lambda student: (student.name.casefold(), student.netid))
    return Class(
        found,
        frozenset(student.enrolment for student in found),
        standing_of(plan, only, at) if only else standing_at(plan, at),
    )


def read_ledger(course: Course, *, only: Enrolment | None = None) -> Ledger:
    """The entries that hold, of the whole course or of what can reach one student. One query."""
    entries = GradeChange.objects.filter(component__course=course)
    if only:
        of_all = Q(enrolment=None, version__isnull=False)
        mine = Q(version__piece__enrolment=only.pk) | Q(version__piece__group__isnull=False)
        entries = entries.filter(Q(enrolment=only.pk) | (of_all & mine))
    return newest(_entries(entries.values_list(*ENTRY_COLUMNS).order_by()))


ENTRY_COLUMNS = (
    "pk", "component", "enrolment", "version", "work__key", "meeting", "reading", "state", "score",
    "out_of", "comment", "made_by__name", "made_by__netid", "made_by__person__name", "at",
)  # fmt: skip


def _entries(rows: Iterable[tuple]) -> Iterable[Entry]:
    for (
        pk, component, enrolment, version, work, meeting, reading, state, score, out_of, comment,
        name, netid, person, at,
    ) in rows:  # fmt: skip
        thing: Thing | None = None
        if version is not None:
            thing = ("version", version)
        elif work is not None:
            thing = ("duty", work, meeting or 0, reading or 0)
        by = name or person or netid or "staff"
        yield Entry(pk, component, thing, enrolment, state, score, out_of, comment, by, at)


OwedByStudent = dict[int, list[Owed]]


def owed_in(component: GradeComponent, works: frozenset[str], people: Class) -> OwedByStudent:
    """What this component, which is fed by these works (keys), asks of each student (by id).

    A piece of each who has a part in a work (`submissions.standing`): once it is in, or its time
    is over. What can still be taken back is none yet. What was handed in and is asked no more
    (the group has lost its role, the meeting is no lecture any more) keeps its credit.
    """
    owed: OwedByStudent = defaultdict(list)
    if not works:
        return owed
    standing, wanted = people.standing, people.roster
    pieces = standing.pieces(
        ask
        for ask in standing.plan.asks.values()
        if ask.work.key in works and _may_be_graded(ask, standing)
    )
    left = sorted(
        (piece for piece in standing.credited if piece.ask.work.key in works),
        key=lambda piece: (piece.ask.key, piece.owner.group or 0, piece.owner.person or 0),
    )
    for piece in (*pieces, *left):
        if piece.owner.person is not None and piece.owner.person not in wanted:
            continue
        for part in standing.parts(piece):
            if part.person in wanted and (part.is_in or piece.due.is_over):
                owed[part.person].append(_owed(component, part, standing))
    return owed


def limits_of(people: Class) -> dict[int, dict[str, Limit]]:
    """By student: the works (keys) of which not everything counts, with how many there are."""
    plan, at = people.standing.plan, people.standing.at
    works = {work.key: work for work in plan.works if work.counting != ALL_COUNT}
    in_term: Counter[tuple[int, str]] = Counter()
    for ask in plan.asks.values() if works else ():
        if ask.work.key not in works or isinstance(ask.work.counting, All):
            continue
        due = plan.due(ask, at)
        for owner in plan.owners[ask.key]:
            for person in set(plan.people_of(owner)) & people.roster:
                in_term[person, ask.work.key] += plan.owes(person, owner, due)
    return {
        who: {key: Limit(work.counting, in_term[who, key]) for key, work in works.items()}
        for who in (people.roster if works else ())
    }


def _may_be_graded(ask: Ask, standing: Standing) -> bool:
    return not ask.work.can_withdraw or standing.plan.due(ask, standing.at).is_over


def _owed(component: GradeComponent, part: Part, standing: Standing) -> Owed:
    piece, ask, own = part.piece, part.piece.ask, part.own
    mine = [deed for deed in piece.standing if part.person in deed.credited]
    if own is None:
        state = HandedIn.MISSING
    elif counts(own):
        state = HandedIn.IN
        mine = [deed for deed in mine if counts(deed)]
    else:
        state = HandedIn.LATE_NOT_COUNTED
    things: tuple[Thing, ...] = tuple(
        ("version", deed.row) for deed in sorted(mine, key=lambda deed: deed.version)
    )
    label = ask.reading.title if ask.reading else ask.about
    on = ask.meeting.on if ask.meeting else _day(ask.deadline.due_at, standing.plan.zone)
    return Owed(component.pk, label, on, state, things, ("duty", *ask.key))


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
