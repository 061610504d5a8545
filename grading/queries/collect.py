"""Reads from the database what the gradebook folds, in a fixed number of queries.

Bare rows instead of model instances, because a class of 500 has tens of thousands of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from courses.models import Enrolment
from courses.queries import active
from grading.gradebook import Entry, HandedIn, Ledger, Owed, Thing, newest
from grading.models import GradeChange, GradeComponent
from groups.models import Membership
from schedule.deadlines import Work
from schedule.models import Meeting, Reading, RoleAssignment
from submissions.models import Question, Receipt, Slides, Summary
from submissions.owing import Span, Stay, counting_receipt, counts, has_part
from submissions.queries import WORK_OF_ROLE, asked_about, due_at_lecture, group_works

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from courses.models import Course


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
    """The students, when they were on the roster, and in which group when (group -> student)."""

    course: Course
    students: list[Student] = field(default_factory=list)
    roster: dict[int, Span] = field(default_factory=dict)
    stays: dict[int, dict[int, list[Stay]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


def read_class(
    course: Course, at: datetime, *, dropped: bool = False, only: Enrolment | None = None
) -> Class:
    """The course's students at `at`, by name; `dropped` adds who left, `only` keeps one.

    Two queries.
    """
    result = Class(course)
    students = course.enrolments.filter(role=Enrolment.Role.STUDENT)
    if only:
        students = students.filter(pk=only.pk)
    elif not dropped:
        students = students.filter(active(at))
    people = list(
        students.values_list(
            "pk", "name", "netid", "email", "created_at", "dropped_at", "person__name",
            "person__email",
        )
    )  # fmt: skip
    for pk, _, _, _, came, gone, _, _ in people:
        result.roster[pk] = Span(came, gone)
    groups: dict[int, list[str]] = defaultdict(list)
    memberships = Membership.objects.filter(group__course=course)
    if only:
        memberships = memberships.filter(enrolment=only.pk)
    rows = memberships.order_by("group__number", "pk").values_list(
        "enrolment", "group", "group__number", "group__name", "group__created_at",
        "joined_at", "left_at",
    )  # fmt: skip
    for who, group, number, name, recorded, joined, left in rows:
        if who in result.roster:
            stay = Stay(result.roster[who], Span(joined, left), recorded)
            result.stays[group][who].append(stay)
            if stay.covers(at):
                groups[who].append(name or f"Group {number}")
    for pk, name, netid, email, _, gone, person, address in people:
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

    Two queries. A withdrawn question is missing.
    """
    readings = list(
        Reading.objects.filter(
            asked_about(), meeting__course=people.course, meeting__starts_at__lte=at
        )
        .select_related("meeting")
        .order_by("meeting__on", "meeting__position", "position", "pk")
    )
    for reading in readings:
        reading.meeting.course = people.course
    asked_for = [(one, due_at_lecture(Work.QUESTION, one.meeting, at)) for one in readings]
    questions = Question.objects.filter(reading__meeting__course=people.course, withdrawn_at=None)
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
        for reading, due in asked_for:
            question = asked.get((who, reading.pk))
            things: tuple[Thing, ...] = ()
            state = HandedIn.MISSING
            if question is not None:
                state, things = HandedIn.IN, (("question", question),)
            elif not due.is_owed_by(people.roster[who]):
                continue
            duty: Thing = ("reading", reading.pk)
            mine.append(Owed(component.pk, reading.title, reading.meeting.on, state, things, duty))
    return owed


@dataclass(slots=True)
class _Version:
    """One hand-in of a group, and who is credited with it."""

    thing: Thing
    version: int
    verdict: str
    members: set[int]


def owed_work(component: GradeComponent, people: Class, work: Work, at: datetime) -> OwedByStudent:
    """Slides of presenter groups (rule T3) or summaries of companion and reviewer groups (U3).

    Three queries. Who has a part in it is said in `submissions.owing.has_part`; what is missing
    is a piece once it is due. Work of a group that has lost its role since, or of a meeting that
    is no student lecture any more, keeps its credit (one query more).
    """
    roles = [role for role, owes in WORK_OF_ROLE.items() if owes is work]
    assignments = (
        RoleAssignment.objects.filter(
            meeting__course=people.course,
            meeting__kind=Meeting.Kind.STUDENT_LECTURE,
            role__in=roles,
        )
        .select_related("meeting")
        .order_by("meeting__on", "meeting__position", "pk")
    )
    versions = _versions(people.course, work)
    asked = group_works(assignments)
    owed: OwedByStudent = defaultdict(list)
    for (_, _, group), given in asked.items():
        meeting = given[0].meeting
        meeting.course = people.course
        due = due_at_lecture(work, meeting, at)
        handed_in, stays = versions.pop((meeting.pk, group), []), people.stays[group]
        owing = {who for who, some in stays.items() if any(due.is_owed_in(one) for one in some)}
        _add_pieces(owed, component, meeting, handed_in, owing, is_over=due.is_over)
    meetings = Meeting.objects.in_bulk({meeting for meeting, _ in versions})
    for (meeting_id, _), handed_in in sorted(versions.items(), key=lambda one: one[0]):
        _add_pieces(owed, component, meetings[meeting_id], handed_in, set(), is_over=True)
    return owed


def _versions(course: Course, work: Work) -> dict[tuple[int, int], list[_Version]]:
    """By meeting and group: what was handed in, with who is credited. Two queries."""
    model = Slides if work is Work.SLIDES else Summary
    versions: dict[tuple[int, int], list[_Version]] = defaultdict(list)
    by_receipt: dict[object, _Version] = {}
    rows = model.objects.filter(meeting__course=course).values_list(
        "pk", "meeting", "group", "version", "receipt", "receipt__verdict"
    )
    for pk, meeting, group, number, receipt, verdict in rows:
        version = by_receipt[receipt] = _Version((work.value, pk), number, verdict, set())
        versions[meeting, group].append(version)
    credited = Receipt.members.through.objects.filter(
        receipt__course=course, receipt__work=work.value
    )
    for receipt, enrolment in credited.values_list("receipt", "enrolment"):
        if receipt in by_receipt:
            by_receipt[receipt].members.add(enrolment)
    return versions


def _add_pieces(
    owed: OwedByStudent,
    component: GradeComponent,
    meeting: Meeting,
    handed_in: list[_Version],
    owing: set[int],
    *,
    is_over: bool,
) -> None:
    """Add the piece of each who has a part in this work; it is missing only when `is_over`."""
    duty: Thing = ("meeting", meeting.pk)
    for who in owing.union(*(version.members for version in handed_in)):
        mine = [version for version in handed_in if who in version.members]
        own = counting_receipt(mine)
        if not has_part(own, handed_in, owes=who in owing) or (own is None and not is_over):
            continue
        things = tuple(one.thing for one in mine)
        if own is None:
            state = HandedIn.MISSING
        elif counts(own):
            state = HandedIn.IN
            things = tuple(one.thing for one in mine if counts(one))
        else:
            state = HandedIn.LATE_NOT_COUNTED
        owed[who].append(Owed(component.pk, meeting.heading, meeting.on, state, things, duty))


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
