"""Reads from the database what the gradebook folds, in a fixed number of queries.

Bare rows instead of model instances, because a class of 500 has tens of thousands of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from courses.models import Enrolment
from courses.queries import active
from grading.gradebook import Entry, HandedIn, Ledger, Owed, Thing, newest
from grading.models import GradeChange, GradeComponent
from groups.models import Membership
from schedule.deadlines import Verdict, Work
from schedule.models import Meeting, Reading, RoleAssignment
from schedule.queries import effective_deadline
from submissions.models import Question, Receipt, Slides, Summary
from submissions.queries import WORK_OF_ROLE, asked_about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from courses.models import Course

FOREVER = datetime.max.replace(tzinfo=UTC)


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
class Stay:
    """One student's time in one group, half-open."""

    enrolment: int
    group: int
    group_label: str
    recorded_at: datetime
    joined_at: datetime
    left_at: datetime

    def covers(self, at: datetime) -> bool:
        """Whether the student was in the group at `at`.

        For instants before the group was recorded, it is taken as first recorded.
        """
        return self.joined_at <= max(at, self.recorded_at) < self.left_at


@dataclass(slots=True)
class Class:
    """The students and where they were when."""

    students: list[Student] = field(default_factory=list)
    stays: dict[int, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    on_roster: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)

    def is_on_roster(self, enrolment: int, at: datetime) -> bool:
        """Whether this student was on the roster just before `at`, and had not dropped by then.

        What was due before somebody joined is not owed.
        """
        joined_at, dropped_at = self.on_roster.get(enrolment, (FOREVER, FOREVER))
        return joined_at < at < dropped_at


def read_class(
    course: Course, at: datetime, *, dropped: bool = False, only: Enrolment | None = None
) -> Class:
    """The course's students at `at`, by name; `dropped` adds who left, `only` keeps one.

    Two queries.
    """
    chosen = Q(enrolment=only.pk) if only else Q()
    result = Class()
    rows = Membership.objects.filter(chosen, group__course=course).values_list(
        "enrolment", "group", "group__number", "group__name", "group__created_at",
        "joined_at", "left_at",
    )  # fmt: skip
    for who, group, number, name, recorded, joined, left in rows.order_by("group__number", "pk"):
        label = name or f"Group {number}"
        result.stays[group].append(Stay(who, group, label, recorded, joined, left or FOREVER))
    groups: dict[int, list[str]] = defaultdict(list)
    for stays in result.stays.values():
        for stay in stays:
            if stay.covers(at):
                groups[stay.enrolment].append(stay.group_label)
    students = course.enrolments.filter(role=Enrolment.Role.STUDENT)
    students = students.filter(pk=only.pk) if only else students
    if not dropped and not only:
        students = students.filter(active(at))
    for pk, name, netid, email, came, gone, person, address in students.values_list(
        "pk", "name", "netid", "email", "created_at", "dropped_at", "person__name",
        "person__email",
    ):  # fmt: skip
        result.on_roster[pk] = (came, gone or FOREVER)
        result.students.append(
            Student(
                pk,
                name or person or netid or address or "unnamed",
                netid,
                address or email,
                tuple(groups[pk]),
                gone is not None and gone <= at,
            )
        )
    result.students.sort(key=lambda student: (student.name.casefold(), student.netid))
    return result


def read_ledger(course: Course, *, only: Enrolment | None = None) -> Ledger:
    """The entries that hold, of the whole course or of what can reach one student. One query."""
    entries = GradeChange.objects.filter(component__course=course)
    if only:
        entries = entries.filter(
            Q(enrolment=only.pk)
            | Q(enrolment=None, question__author=only.pk)
            | (Q(enrolment=None) & (Q(slides__isnull=False) | Q(summary__isnull=False)))
        )
    return newest(_entries(entries.values_list(*ENTRY_COLUMNS).order_by()))


ENTRY_COLUMNS = (
    "pk", "component", "enrolment", "question", "slides", "summary", "reading", "meeting",
    "state", "score", "out_of", "comment", "made_by__name", "made_by__netid",
    "made_by__person__name", "at",
)  # fmt: skip


def _entries(rows: Iterable[tuple]) -> Iterable[Entry]:
    for (
        pk, component, enrolment, question, slides, summary, reading, meeting,
        state, score, out_of, comment, name, netid, person, at,
    ) in rows:  # fmt: skip
        thing: Thing | None = None
        if question is not None:
            thing = ("question", question)
        elif slides is not None:
            thing = ("slides", slides)
        elif summary is not None:
            thing = ("summary", summary)
        elif reading is not None:
            thing = ("reading", reading)
        elif meeting is not None:
            thing = ("meeting", meeting)
        by = name or person or netid or "staff"
        yield Entry(pk, component, thing, enrolment, state, score, out_of, comment, by, at)


OwedByStudent = dict[int, list[Owed]]


def owed_questions(component: GradeComponent, people: Class, at: datetime) -> OwedByStudent:
    """Rule P2: one question per required reading of each student lecture that has begun.

    Two queries. Who dropped before class or joined after it owes none; a withdrawn question is
    missing.
    """
    readings = list(
        Reading.objects.filter(
            asked_about(),
            meeting__course=component.course_id,
            meeting__starts_at__lte=at,
        )
        .order_by("meeting__on", "meeting__position", "position", "pk")
        .values_list("pk", "title", "meeting__on", "meeting__starts_at")
    )
    questions = Question.objects.filter(
        reading__meeting__course=component.course_id, withdrawn_at=None
    )
    if len(people.students) == 1:
        questions = questions.filter(author=people.students[0].enrolment)
    asked = {
        (author, reading): pk
        for pk, author, reading in questions.values_list("pk", "author", "reading").order_by()
    }
    owed: OwedByStudent = {}
    for student in people.students:
        who = student.enrolment
        mine = owed[who] = []
        for reading, title, on, starts_at in readings:
            question = asked.get((who, reading))
            things: tuple[Thing, ...] = ()
            state = HandedIn.MISSING
            if question is not None:
                state, things = HandedIn.IN, (("question", question),)
            elif starts_at is None or not people.is_on_roster(who, starts_at):
                continue
            mine.append(Owed(component.pk, title, on, state, things, ("reading", reading)))
    return owed


@dataclass(slots=True)
class _Version:
    """One hand-in of a group, and who is credited with it."""

    thing: Thing
    counts: bool
    members: set[int]


def owed_work(component: GradeComponent, people: Class, work: Work, at: datetime) -> OwedByStudent:
    """Slides of presenter groups (rule T3) or summaries of companion and reviewer groups (U3).

    Three queries. Who is credited on a receipt that counts owns the piece; where there is
    none, it is missing, or late and not counted, for who was in the group when it was due.
    Work of a group that has lost its role since keeps its credit (one query more).
    """
    model = Slides if work is Work.SLIDES else Summary
    roles = [role for role, owes in WORK_OF_ROLE.items() if owes is work]
    assignments = (
        RoleAssignment.objects.filter(
            meeting__course=component.course_id,
            meeting__kind=Meeting.Kind.STUDENT_LECTURE,
            role__in=roles,
        )
        .select_related("meeting__course")
        .order_by("meeting__on", "meeting__position", "pk")
    )
    versions: dict[tuple[int, int], list[_Version]] = defaultdict(list)
    by_receipt: dict[object, _Version] = {}
    rows = model.objects.filter(meeting__course=component.course_id)
    for pk, meeting, group, receipt, verdict in rows.values_list(
        "pk", "meeting", "group", "receipt", "receipt__verdict"
    ):
        version = _Version((work.value, pk), verdict != Verdict.LATE_NOT_COUNTED, set())
        versions[meeting, group].append(version)
        by_receipt[receipt] = version
    credited = Receipt.members.through.objects.filter(
        receipt__course=component.course_id, receipt__work=work.value
    )
    for receipt, enrolment in credited.values_list("receipt", "enrolment"):
        if receipt in by_receipt:
            by_receipt[receipt].members.add(enrolment)
    owed: OwedByStudent = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for assignment in assignments:
        key = (assignment.meeting_id, assignment.group_id)
        deadline = effective_deadline(work=work, meeting=assignment.meeting)
        if key in seen or deadline is None:
            continue
        seen.add(key)
        _add_pieces(
            owed, component, assignment.meeting, people, versions[key], key[1], deadline.due_at, at
        )
    others = {key for key in versions if key not in seen and versions[key]}
    meetings = Meeting.objects.in_bulk({meeting for meeting, _ in others}) if others else {}
    for meeting_id, group in sorted(others):
        counting = [one for one in versions[meeting_id, group] if one.counts]
        _add_pieces(owed, component, meetings[meeting_id], people, counting, group, FOREVER, at)
    return owed


def _add_pieces(
    owed: OwedByStudent,
    component: GradeComponent,
    meeting: Meeting,
    people: Class,
    versions: list[_Version],
    group: int,
    due_at: datetime,
    at: datetime,
) -> None:
    label, on, duty = meeting.heading, meeting.on, ("meeting", meeting.pk)

    def add(who: int, state: HandedIn, things: tuple[Thing, ...]) -> None:
        owed[who].append(Owed(component.pk, label, on, state, things, duty))

    counting = [version for version in versions if version.counts]
    if counting:
        for who in set().union(*(version.members for version in counting)):
            mine = tuple(version.thing for version in counting if who in version.members)
            add(who, HandedIn.IN, mine)
    elif due_at <= at:
        state = HandedIn.LATE_NOT_COUNTED if versions else HandedIn.MISSING
        things = tuple(version.thing for version in versions)
        for stay in people.stays[group]:
            if stay.covers(due_at) and people.is_on_roster(stay.enrolment, due_at):
                add(stay.enrolment, state, things)


def owed_in(component: GradeComponent, people: Class, at: datetime) -> OwedByStudent:
    """What this component asks of each student (by enrolment id) at `at`."""
    match component.kind:
        case GradeComponent.Kind.PARTICIPATION:
            return owed_questions(component, people, at)
        case GradeComponent.Kind.PRESENTATION:
            return owed_work(component, people, Work.SLIDES, at)
        case GradeComponent.Kind.SUMMARY:
            return owed_work(component, people, Work.SUMMARY, at)
    return {}
