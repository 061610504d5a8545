"""Seminars of other kinds run a term: rules from a file, roles, hand-ins, sweeps, grades, export.

No line of code knows any of them: each is a preset, an object of data. The full course of the
first kind, from its page on, is in `test_journey`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from courseapp import rules
from courseapp.sweep import sweep_once
from courses.models import Course, Enrolment, Notice
from grading.actions import record_grade
from grading.exports import as_csv
from grading.models import GradeChange
from grading.queries import component_for, gradebook_of
from schedule.deadlines import DeadlinePassed, wall_clock
from schedule.models import Meeting
from schedule.plan.values import FileKind
from schedule.queries import plan_of
from submissions.actions.hand_in import hand_in
from submissions.errors import NotYourDuty
from submissions.models import Receipt, Version
from submissions.queries import duties_of
from tests import factories as make
from tests.submissions import uploads
from tests.submissions.conftest import a_key

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
UPLOADS = {FileKind.PPTX: uploads.pptx, FileKind.PDF: uploads.pdf, FileKind.ZIP: uploads.bundle}
FIRST = date(2025, 2, 5)


@dataclass
class Term:
    """A course of some kind with its people, its groups, and a meeting a week."""

    course: Course
    teacher: Enrolment
    students: list[Enrolment]
    groups: list[make.StudentGroupFactory]
    meetings: list[Meeting]
    verdicts: dict[str, set[str]] = field(default_factory=dict)

    def has_role(self, week, role, holder, reading=None):
        kind = "group" if holder in self.groups else "enrolment"
        about = {"group": None, kind: holder}
        make.RoleAssignmentFactory(meeting=self.meetings[week], role=role, reading=reading, **about)

    def readings(self, week):
        return list(self.meetings[week].readings.order_by("position"))

    def zone(self):
        return self.course.zone

    def hands_in(self, who, duty, at):
        """Hand in something of every part that the work asks for."""
        work = duty.piece.ask.work
        by_files = work.files and not (work.is_either and work.prompts)
        receipt = hand_in(
            thing=duty.piece.ask.key,
            by=who,
            group=duty.group.id if duty.group else None,
            answers={} if work.is_either and by_files else {
                one.key: f"Words of {who.netid}" for one in work.prompts
            },
            uploads={one.key: UPLOADS[one.kind]() for one in work.files} if by_files else {},
            at=at,
            key=a_key(),
        )  # fmt: skip
        self.verdicts.setdefault(work.key, set()).add(receipt.verdict)
        return receipt

    def works_all_term(self, who, *, but=()):
        """The student hands in all that they owe a minute before it is due; not `but` (keys)."""
        begins = make.TERM_BEGINS
        for duty in duties_of(who, begins):
            if duty.work not in but and not duty.is_done:
                self.hands_in(who, duty, duty.due_at - MINUTE)

    def is_graded(self, at, score=None):
        """Every version that counts gets `score` of its points, or all of them."""
        for version in Version.objects.filter(
            piece__work__course=self.course, piece__withdrawn_at=None
        ):
            if version.receipt.verdict == "late_not_counted":
                continue
            work = version.piece.work
            record_grade(
                component=component_for(work),
                by=self.teacher,
                at=at,
                state=GradeChange.State.SCORED,
                score=Decimal(score if score is not None else work.points),
                version=version,
            )

    def by_hand(self, who, at, percent=100):
        """The parts that no work feeds, graded as wholes."""
        for part in self.course.grade_components.filter(works=None):
            record_grade(
                component=part, by=self.teacher, at=at, state=GradeChange.State.SCORED,
                score=Decimal(percent), enrolment=who,
            )  # fmt: skip


def begun(preset, *, students=4, weeks=3, readings=1, per_group=2, dates=()):
    """A course with the rules of this preset, and nothing assigned as yet."""
    course = make.CourseFactory(slug="other-kind", rules=make.NO_RULES)
    for title, on in dates:
        make.MilestoneFactory(course=course, title=title, on=on)
    rules.set_all(course=course, said=rules.preset(preset), at=make.TERM_BEGINS)
    course = Course.objects.get(pk=course.pk)
    teacher = make.claimed(course, "teach", role="instructor")
    people = [make.claimed(course, f"stud{n}") for n in range(students)]
    groups = [
        make.in_group(make.StudentGroupFactory(course=course, number=n + 1), *people[a:b])
        for n, (a, b) in enumerate(
            (start, start + per_group) for start in range(0, students, per_group)
        )
    ]
    meetings = []
    for week in range(weeks):
        on = FIRST + week * timedelta(weeks=1)
        meeting = make.MeetingFactory(
            course=course, on=on, starts_at=wall_clock(on, time(12, 30), course.zone)
        )
        make.ReadingFactory.create_batch(readings, meeting=meeting)
        meetings.append(meeting)
    return Term(course, teacher, people, groups, meetings)


AFTER = datetime(2025, 7, 1, tzinfo=make.TERM_BEGINS.tzinfo)


def told(kind):
    return Notice.objects.filter(key__startswith=kind)


# B: each student's own reading summary, 14 of 19 count.

DATES = (
    ("Proposal", date(2025, 2, 21)),
    ("Mid-semester report", date(2025, 3, 27)),
    ("Final report", date(2025, 5, 15)),
)


def test_reading_summaries_of_which_fourteen_count():
    term = begun("reading-summaries", weeks=10, readings=2, dates=DATES)
    term.meetings[9].readings.last().delete()  # nineteen
    term.course = Course.objects.get(pk=term.course.pk)
    diligent, chooser, lazy, late = term.students
    for week in range(10):
        for n, role in enumerate(("presenter", "companion")):
            term.has_role(week, role, term.groups[(week + n) % 2])
    term.works_all_term(diligent)
    term.works_all_term(late, but=("reading-summary", "slides", "proposal", "midterm-report",
                                   "report"))  # fmt: skip
    owed = [one for one in duties_of(chooser, make.TERM_BEGINS) if one.work == "reading-summary"]
    assert len(owed) == 19
    for duty in owed[:14]:
        term.hands_in(chooser, duty, duty.due_at - MINUTE)
    for duty in owed[:13]:
        other = next(
            one for one in duties_of(lazy, make.TERM_BEGINS)
            if one.piece.ask.key == duty.piece.ask.key
        )  # fmt: skip
        term.hands_in(lazy, other, duty.due_at - MINUTE)
    # Due at 11:59 PM on the day of the class, and late gives nothing.
    first = owed[0]
    assert first.due_at == wall_clock(FIRST, time(23, 59), term.course.zone)
    too_late = term.hands_in(late, next(
        one for one in duties_of(late, make.TERM_BEGINS) if one.work == "reading-summary"
    ), first.due_at)  # fmt: skip
    assert too_late.verdict == "late_not_counted"
    assert sweep_once(at=first.due_at + MINUTE)["missing"] > 0
    term.is_graded(AFTER)
    book = gradebook_of(term.course, AFTER)
    [column] = [n for n, one in enumerate(book.components) if one.name == "Reading summaries"]
    percent = {row.student.netid: row.cells[column].final for row in book.rows}
    assert percent == {"stud0": 100, "stud1": 100, "stud2": Fraction(1300, 14), "stud3": 0}
    [row] = [row for row in book.rows if row.student.netid == "stud1"]
    assert sum(not piece.counts for piece in row.cells[column].pieces) == 5
    slides = next(one for one in duties_of(diligent, AFTER) if one.work == "slides")
    assert slides.due_at == slides.meeting.starts_at - 2 * DAY
    [report] = [one for one in duties_of(diligent, AFTER) if one.work == "report"]
    assert (report.group.number, report.is_done) == (1, True)
    assert set(term.verdicts["report"]) == {"on_time"}


# D: roles of persons; responses the evening before, scribes' notes three days after.


def test_critics_proponents_and_scribes():
    term = begun("critics-and-scribes", students=9, weeks=2, per_group=9)
    presenter, *others = term.students
    for who, role in zip(
        term.students,
        ("presenter", "critic", "critic", "proponent", "proponent", "scribe", "scribe", "scribe"),
        strict=False,
    ):
        term.has_role(0, role, who)
    term.course = Course.objects.get(pk=term.course.pk)
    scribe = others[4]
    owed = {one.work: one for one in duties_of(scribe, make.TERM_BEGINS) if one.meeting.on == FIRST}
    zone = term.course.zone
    assert owed["response"].due_at == wall_clock(FIRST - DAY, time(23, 59), zone)
    assert owed["notes"].due_at == wall_clock(FIRST + 3 * DAY, time(23, 59), zone)
    assert {one.work for one in duties_of(presenter, make.TERM_BEGINS)} == {"response"}
    with pytest.raises(NotYourDuty):
        term.hands_in(presenter, owed["notes"], owed["notes"].due_at - MINUTE)
    for who in term.students:
        term.works_all_term(who)
    with pytest.raises(DeadlinePassed):
        term.hands_in(others[0], owed["response"], owed["response"].due_at)
    late = term.hands_in(scribe, owed["notes"], owed["notes"].due_at)
    assert late.verdict == "late"
    # Who has a role reads the responses once they are due; the class reads the notes.
    assert told("open:response").count() == 0
    sweep_once(at=owed["response"].due_at + MINUTE)
    assert {one.recipient.netid for one in told("open")} == {one.netid for one in term.students[:8]}
    term.is_graded(AFTER)
    for who in term.students:
        term.by_hand(who, AFTER)
    finals = {row.student.netid: row.totals.final for row in gradebook_of(term.course, AFTER).rows}
    assert finals[scribe.netid] == 100
    assert finals["stud8"] == 80  # who scribed nothing: "not due" counts as nothing yet


# E: roles per reading; who has none hands in ideas before class.


def test_roles_on_each_of_two_readings():
    term = begun("role-play", students=6, weeks=2, readings=2, per_group=6)
    first, second = term.readings(0)
    hacker, digger, sleuth, reviewer, *others = term.students
    for who, role, reading in (
        (hacker, "hacker", first), (digger, "archaeologist", first), (reviewer, "reviewer", first),
        (reviewer, "reviewer", second), (sleuth, "investigator", second),
    ):  # fmt: skip
        term.has_role(0, role, who, reading)
    term.course = Course.objects.get(pk=term.course.pk)

    def owed(who):
        return sorted(
            (one.work, one.reading.id if one.reading else 0)
            for one in duties_of(who, make.TERM_BEGINS)
            if one.meeting.on == FIRST
        )

    assert owed(hacker) == [("role-slides", first.pk)]
    assert owed(reviewer) == [("role-slides", first.pk), ("role-slides", second.pk)]
    assert owed(others[0]) == [("ideas", 0)]
    for who in term.students:
        term.works_all_term(who)
    assert Receipt.objects.filter(work="role-slides").count() == 5
    ideas = Version.objects.filter(piece__work__key="ideas", piece__meeting=term.meetings[0])
    assert {one.piece.enrolment for one in ideas} == set(others)
    assert set(ideas.first().texts) == {"title", "question", "experiment"}
    assert not plan_of(term.course).role["investigator"].must_attend
    term.is_graded(AFTER)
    finals = {row.student.netid: row.totals.final for row in gradebook_of(term.course, AFTER).rows}
    # Two who had no role have nothing in that part, which is 60 % of the grade.
    assert finals == dict.fromkeys(("stud0", "stud1", "stud2", "stud3"), 100) | dict.fromkeys(
        ("stud4", "stud5"), 40
    )


# F: several holders of one role for one reading; what each of two teams hands in.


def test_two_teams_on_one_reading():
    term = begun("research-teams", students=6, weeks=2)
    [reading] = term.readings(0)
    one, two, _ = term.groups
    for team in (one, two):
        term.has_role(0, "team", team, reading)
    for author in term.students[4:]:
        term.has_role(0, "author", author, reading)
    term.course = Course.objects.get(pk=term.course.pk)
    for who in (term.students[0], term.students[2], term.students[4]):
        term.works_all_term(who)
    reports = Version.objects.filter(piece__work__key="report")
    assert {one.piece.group for one in reports} == {one, two}
    due = term.meetings[0].ends_at + 7 * DAY
    [duty] = [d for d in duties_of(term.students[0], make.TERM_BEGINS) if d.work == "report"]
    assert (duty.due_at, duty.reading.id, duty.title) == (due, reading.pk, f"Report on {reading}")
    late = term.hands_in(term.students[1], duty, due)
    assert late.verdict == "late_not_counted"
    assert {who.netid for who in late.members.all()} == {"stud0", "stud1"}
    term.is_graded(AFTER, score=8)
    for who in term.students:
        term.by_hand(who, AFTER, 50)
    book = gradebook_of(term.course, AFTER)
    rows = {row.student.netid: row.totals for row in book.rows}
    assert rows["stud0"].final == (30 * 80 + 40 * 80 + 30 * 50) / Decimal(100)
    assert rows["stud4"].current == 50


# H: one presenter a week, late work for six days, two reviews may be missed.


def test_one_presenter_and_late_work_for_six_days():
    term = begun("one-presenter", students=3, weeks=4, per_group=3)
    presenter, reader, _ = term.students
    for week in range(4):
        term.has_role(week, "presenter", presenter)
    term.course = Course.objects.get(pk=term.course.pk)
    term.works_all_term(presenter)
    reviews = [one for one in duties_of(reader, make.TERM_BEGINS) if one.work == "review"]
    assert len(reviews) == 4
    for duty in reviews[:2]:
        assert term.hands_in(reader, duty, duty.due_at + 6 * DAY - MINUTE).verdict == "late"
    with pytest.raises(DeadlinePassed):
        term.hands_in(reader, reviews[2], reviews[2].due_at + 6 * DAY)
    term.is_graded(AFTER)
    book = gradebook_of(term.course, AFTER)
    [column] = [n for n, one in enumerate(book.components) if one.name == "Reviews"]
    found = {row.student.netid: row.cells[column] for row in book.rows}
    assert (found["stud1"].final, found["stud1"].missing) == (100, 0)  # two are free
    assert (found["stud2"].final, found["stud2"].missing) == (0, 2)
    content = as_csv(book, for_excel=False).decode("utf-8-sig")
    lines = {row["NetID"]: row for row in csv.DictReader(io.StringIO(content))}
    [name] = [one for one in lines["stud1"] if one.startswith("Reviews")]
    assert [lines[who][name] for who in ("stud1", "stud2")] == ["100.00", "0.00"]


# A: the preset is what every new course is laid with.


def test_the_first_kind_is_what_a_course_begins_with(seminar):
    data = rules.as_object(seminar)
    preset = rules.preset("three-groups")
    assert (data["roles"], data["works"]) == (preset["roles"], preset["works"])
