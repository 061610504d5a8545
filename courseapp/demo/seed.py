"""Lays the sample course around now and lets its people work in it, all through the actions."""

from __future__ import annotations

import csv
import dataclasses
import random
import uuid
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Count, F

from courseapp.demo.people import PASSWORD, Featured, remember
from courseapp.demo.words import COMMENTS, QUESTIONS, SUMMARY
from coursepage.apply import create_course
from coursepage.parser import parse_page
from courses import times
from courses.actions.claims import claim_enrolments
from courses.actions.roster import enrol, import_roster
from courses.models import Course, Enrolment, Notice, Person
from courses.rosterfile import RosterRow
from grading.actions import record_grade, release_component
from grading.models import GradeChange, GradeComponent
from groups.queries import memberships_at
from schedule.deadlines import Verdict, wall_clock
from schedule.models import Meeting, RoleAssignment
from schedule.queries import effective_deadline
from schedule.queries.kept import plans_of_one_transaction
from submissions.actions.hand_in import hand_in
from submissions.actions.release import release
from submissions.models import Version
from submissions.sweeps import note_missing, remind, tell_questions_open

if TYPE_CHECKING:
    from datetime import datetime

    from coursepage.page import Page, Row

SAMPLE = Path(__file__).resolve().parents[2] / "coursepage" / "sample" / "course.md"
ROSTER = SAMPLE.with_name("roster.csv")
SLIDES = Path(__file__).with_name("slides.pptx")
DOMAIN = "aldermere.edu"
LECTURES_BEFORE = 4  # student lectures that lie behind, with work in them
NOON = time(12)


@transaction.atomic
@plans_of_one_transaction()
def lay_course(*, at: datetime) -> Course:
    """Make the sample course so that its next student lecture is less than a week after `at`.

    Everything in it is handed in and graded by the same actions as in a real term, at
    instants before `at`. Returns the course; `courseapp.demo.people` knows whom to sign in as.
    """
    source = SAMPLE.read_text(encoding="utf-8")
    page = parse_page(source, term="Spring 2025", zone="America/Chicago")
    weeks = _weeks_to_shift(page, at)
    assert page.term_starts is not None  # nosec B101 # the sample has dates
    begins = page.term_starts + timedelta(weeks=weeks)
    page = dataclasses.replace(page, term=_term_of(begins.month, begins.year))
    before_term = wall_clock(begins - timedelta(days=10), page.starts or NOON, ZoneInfo(page.zone))
    course = create_course(
        page=page, source=source, by=None, at=before_term, email_domain=DOMAIN, shift_weeks=weeks
    )
    _name_people(course, before_term)
    people = _featured(course, before_term, at)
    chance = random.Random(598)  # nosec B311 # the same demo every time
    _work(course, [one.enrolment for one in people], at, chance)
    _grade(course, at, chance)
    remind(at=at)
    tell_questions_open(at=at)
    note_missing(at=at)
    Notice.objects.filter(sent_at=None).update(sent_at=at)  # told before the demo began
    remember([one.as_featured() for one in people], course=course.slug, laid_at=at)
    return course


def _term_of(month: int, year: int) -> str:
    """The name that a university gives to a term beginning in this month."""
    name = "Spring" if month < 5 else "Summer" if month < 8 else "Fall"
    return f"{name} {year}"


def _weeks_to_shift(page: Page, at: datetime) -> int:
    """Whole weeks that put one of the two chosen lectures, the nearer one, right after `at`."""
    zone = ZoneInfo(page.zone)

    def starts_at(row: Row, weeks: int) -> datetime:
        return wall_clock(row.on + timedelta(weeks=weeks), page.starts or NOON, zone)

    def first_weeks(row: Row) -> int:
        weeks = (at - starts_at(row, 0)) // timedelta(weeks=1)  # but for a change of clocks
        return next(n for n in range(weeks - 1, weeks + 3) if starts_at(row, n) > at)

    lectures = [row for row in page.rows if row.meeting_kind == "student_lecture"]
    chosen = lectures[LECTURES_BEFORE : LECTURES_BEFORE + 2]
    nearest = min(chosen, key=lambda row: starts_at(row, first_weeks(row)))
    return first_weeks(nearest)


@dataclasses.dataclass(frozen=True, slots=True)
class _Somebody:
    enrolment: Enrolment
    label: str

    def as_featured(self) -> Featured:
        person = self.enrolment.person
        assert person is not None  # nosec B101 # claimed a moment ago
        return Featured(person.pk, person.email, person.name, self.label)


def _name_people(course: Course, at: datetime) -> None:
    """Give the roster entries the names of the sample's roster file, and no address to mail to."""
    with ROSTER.open(encoding="utf-8", newline="") as file:
        rows = [
            RosterRow(
                line=number,
                netid=row["User ID"],
                name=f"{row['Given Name']} {row['Family Name']}",
            )
            for number, row in enumerate(csv.DictReader(file), start=2)
        ]
    import_roster(course=course, rows=rows, by=None, at=at)


def _account(enrolment: Enrolment, at: datetime) -> Enrolment:
    """An account with the entry's own verified address; it claims the entry as anybody's would."""
    email = f"{enrolment.netid}@{DOMAIN}".lower()
    person = Person.objects.filter(email=email).first() or Person.objects.create_user(
        email, name=enrolment.name
    )
    EmailAddress.objects.update_or_create(
        user=person, email=email, defaults={"verified": True, "primary": True}
    )
    claim_enrolments(person=person, at=at)
    return Enrolment.objects.select_related("person", "course").get(pk=enrolment.pk)


def _featured(course: Course, before_term: datetime, at: datetime) -> list[_Somebody]:
    """An instructor, a TA, one of each role at the next lecture, one without a group."""
    staff = course.enrolments.filter(role__in=("instructor", "ta")).order_by("pk")
    instructor = staff.filter(role="instructor").first()
    ta = staff.filter(role="ta").first()
    people = [
        _Somebody(_account(one, before_term), label)
        for one, label in ((instructor, "Instructor"), (ta, "TA"))
        if one is not None
    ]
    lecture = (
        Meeting.objects.filter(course=course, kind="student_lecture", starts_at__gt=at)
        .order_by("starts_at")
        .first()
    )
    assert lecture is not None  # nosec B101 # the term is laid that way
    assert lecture.starts_at is not None  # nosec B101 # a lecture has times
    day = times.in_full(lecture.starts_at, course.zone)
    twice = set(
        memberships_at(at)
        .filter(group__course=course)
        .order_by()
        .values_list("enrolment", flat=True)
        .annotate(n=Count("group"))
        .filter(n__gt=1)
    )
    for role in ("presenter", "companion", "reviewer"):
        group = lecture.assignments.get(role__key=role).group
        member = memberships_at(at).filter(group=group).exclude(enrolment__in=twice)[0].enrolment
        people.append(_Somebody(_account(member, before_term), f"{role.capitalize()} on {day}"))
    loner = enrol(
        course=course,
        role=Enrolment.Role.STUDENT,
        netid="tvelasco",
        name="Tomas Velasco",
        at=before_term,
    )
    people.append(_Somebody(_account(loner, before_term), "Student without a group"))
    # Hashing is slow on purpose; once is enough for people who share a published password.
    Person.objects.filter(enrolments__in=[one.enrolment for one in people]).update(
        password=make_password(PASSWORD)
    )
    return people


def _work(course: Course, featured: list[Enrolment], at: datetime, chance: random.Random) -> None:
    """Questions, slides and summaries for the lectures that lie behind, and some for the next."""
    students = list(course.enrolments.filter(role=Enrolment.Role.STUDENT).order_by("pk"))
    diligent = {one.pk for one in featured}
    lectures = list(
        Meeting.objects.filter(course=course, kind=Meeting.Kind.STUDENT_LECTURE)
        .order_by("starts_at")
        .select_related("course")
        .prefetch_related("readings", "assignments__group", "assignments__role")
    )
    behind = [one for one in lectures if one.starts_at is not None and one.starts_at <= at]
    for lecture in behind:
        for student in students:
            if student.pk in diligent or chance.random() < 0.92:
                _ask(lecture, student, chance, skip=0.06)
        for assignment in lecture.assignments.all():
            _group_work(assignment, lecture, at, chance)
    ahead = lectures[len(behind)]
    for student in students:
        if student.pk not in diligent and chance.random() < 0.4:
            _ask(ahead, student, chance, skip=0.3, before=at)


def _ask(
    lecture: Meeting,
    student: Enrolment,
    chance: random.Random,
    *,
    skip: float,
    before: datetime | None = None,
) -> None:
    for reading in lecture.readings.all():
        if reading.is_required and chance.random() >= skip:
            reading.meeting = lecture
            assert lecture.starts_at is not None  # nosec B101 # a lecture has times
            last = min(lecture.starts_at, before or lecture.starts_at)
            hand_in(
                thing=("question", lecture.pk, reading.pk),
                by=student,
                answers={"text": chance.choice(QUESTIONS).format(title=reading.title)},
                at=last - timedelta(minutes=chance.randint(2, 3000)),
                key=uuid.uuid4().hex,
            )


def _group_work(
    assignment: RoleAssignment, lecture: Meeting, at: datetime, chance: random.Random
) -> None:
    """What the group hands in, mostly in time; one in ten late, one in twenty never."""
    luck = chance.random()
    work = "slides" if assignment.role.key == "presenter" else "summary"
    deadline = effective_deadline(work=work, meeting=lecture)
    if deadline is None or luck < 0.05:
        return
    moment = deadline.due_at + timedelta(minutes=50 if luck < 0.15 else -chance.randint(5, 600))
    if moment >= at:
        return
    group = assignment.group
    assert group is not None  # nosec B101 # all roles of the sample are held by groups
    by = memberships_at(moment).filter(group=group).select_related("enrolment")[0].enrolment
    title = lecture.readings.all()[0].title
    content: dict[str, Any] = {
        "answers": {field: text.format(title=title) for field, text in SUMMARY.items()}
    }
    if work == "slides":
        content = {"uploads": {"upload": SimpleUploadedFile("slides.pptx", SLIDES.read_bytes())}}
    about: dict[str, Any] = {"thing": (work, lecture.pk, 0), "by": by, "group": group.pk}
    hand_in(**about, **content, at=moment, key=uuid.uuid4().hex)


def _grade(course: Course, at: datetime, chance: random.Random) -> None:
    """Grades for what is older than a week; participation is released, the rest is not."""
    grader = course.enrolments.get(role=Enrolment.Role.INSTRUCTOR)
    parts = GradeComponent.objects.filter(course=course)
    old = at - timedelta(days=6)
    scored = GradeChange.State.SCORED
    newest = Version.objects.filter(
        piece__work__course=course, piece__meeting__starts_at__lt=at, number=F("piece__newest")
    ).order_by("piece__work__position", "pk")
    for version in newest.select_related("piece__work", "piece__meeting", "receipt"):
        work, meeting = version.piece.work, version.piece.meeting
        if work.key == "slides":
            release(version=version, at=at)
        is_old = meeting is not None and meeting.on < old.date()
        if not is_old or version.receipt.verdict == Verdict.LATE_NOT_COUNTED:
            continue
        points = chance.choice((1, 2, 2, 2)) if work.key == "question" else chance.randint(6, 10)
        record_grade(
            component=parts.get(works=work), by=grader, at=at, state=scored, version=version,
            score=Decimal(points),
            comment=chance.choice(COMMENTS) if work.key == "question" else "",
        )  # fmt: skip
    release_component(component=parts.get(works__key="question"), at=at)
