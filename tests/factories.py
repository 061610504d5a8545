"""Rows for tests, each as small as its model allows; every model of the project has a factory.

Instants are those of one student lecture on Wednesday, 2025-02-19, 12:30-13:45 CST, so that a
test can say `BEFORE_CLASS` instead of doing arithmetic.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from coursepage.models import ImportedPage
from courses.models import (
    Course,
    CourseText,
    Enrolment,
    Heartbeat,
    Invitation,
    Notice,
    OfficeHours,
    Person,
    RosterMapping,
)
from grading.models import ExportRecord, GradeChange, GradeComponent
from groups.models import Membership, StudentGroup
from schedule.actions.rules import lay_rules
from schedule.models import Meeting, Milestone, Reading, Role, RoleAssignment, Section, Work
from schedule.plan.presets import SEED
from submissions.models import (
    Judgement,
    Question,
    QuestionVersion,
    Receipt,
    Slides,
    StoredFile,
    Summary,
)

MICROSECOND = timedelta(microseconds=1)
TERM_BEGINS = datetime(2025, 1, 20, 6, 0, tzinfo=UTC)
CLASS_STARTS = datetime(2025, 2, 19, 18, 30, tzinfo=UTC)  # 12:30 PM CST
CLASS_ENDS = datetime(2025, 2, 19, 19, 45, tzinfo=UTC)  # 1:45 PM CST
SLIDES_DUE = CLASS_STARTS - timedelta(hours=24)
SUMMARY_DUE = CLASS_ENDS + timedelta(hours=24)
BEFORE_CLASS = CLASS_STARTS - timedelta(hours=2)
DURING_CLASS = CLASS_STARTS + timedelta(minutes=30)
AFTER_CLASS = CLASS_ENDS + timedelta(hours=2)

PASSWORD = "a quiet reading room"
DOMAIN = "uni.example"


class PersonFactory(DjangoModelFactory):
    """An account; `PASSWORD` signs it in. Its address is not verified: see `account`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@mail.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class CourseFactory(DjangoModelFactory):
    """A course with the seed's rules; `rules=` lays others."""

    class Meta:
        model = Course
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"course-{n}")
    code = factory.Sequence(lambda n: f"RS {n}")
    title = "Reading Systems Papers"
    term = "Spring 2025"
    timezone = "America/Chicago"
    room = "Room 1"
    weekdays = "2,4"
    class_starts = time(12, 30)
    class_ends = time(13, 45)
    starts_on = date(2025, 1, 22)
    ends_on = date(2025, 5, 15)
    email_domain = DOMAIN
    created_at = TERM_BEGINS

    @factory.post_generation
    def rules(self, create, extracted, **kwargs):
        rules = SEED if extracted is None else extracted
        if create:
            lay_rules(course=self, rules=rules)
            self.refresh_from_db(fields=["revision"])


class CourseTextFactory(DjangoModelFactory):
    class Meta:
        model = CourseText

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Text {n}")
    body = "Some *words*."
    position = factory.Sequence(int)


class EnrolmentFactory(DjangoModelFactory):
    """A student's roster entry that nobody has claimed; `claimed` makes one that is."""

    class Meta:
        model = Enrolment

    course = factory.SubFactory(CourseFactory)
    role = Enrolment.Role.STUDENT
    netid = factory.Sequence(lambda n: f"netid{n}")
    name = factory.Sequence(lambda n: f"Student {n}")
    created_at = TERM_BEGINS


class OfficeHoursFactory(DjangoModelFactory):
    class Meta:
        model = OfficeHours

    course = factory.SubFactory(CourseFactory)
    place = "Room 2"
    weekday = 3
    starts = time(15, 0)
    ends = time(16, 0)


class InvitationFactory(DjangoModelFactory):
    """An invitation whose secret is `secret` (a parameter; only its hash is stored)."""

    class Meta:
        model = Invitation

    class Params:
        secret = factory.Sequence(lambda n: f"secret-{n}")

    enrolment = factory.SubFactory(EnrolmentFactory)
    email = factory.Sequence(lambda n: f"invited{n}@mail.example")
    secret_hash = factory.LazyAttribute(lambda o: hashlib.sha256(o.secret.encode()).hexdigest())
    created_at = TERM_BEGINS
    expires_at = factory.LazyAttribute(lambda o: o.created_at + timedelta(days=14))


class RosterMappingFactory(DjangoModelFactory):
    class Meta:
        model = RosterMapping

    course = factory.SubFactory(CourseFactory)
    columns = factory.LazyFunction(lambda: {"netid": "NetID"})
    updated_at = TERM_BEGINS


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    address = factory.Sequence(lambda n: f"reader{n}@mail.example")
    kind = "test"
    key = factory.Sequence(lambda n: f"test:{n}")
    subject = factory.Sequence(lambda n: f"Subject {n}")
    body = "Some words.\n"
    created_at = BEFORE_CLASS


class HeartbeatFactory(DjangoModelFactory):
    class Meta:
        model = Heartbeat
        django_get_or_create = ("name",)

    name = "worker"
    seen_at = BEFORE_CLASS


class StudentGroupFactory(DjangoModelFactory):
    class Meta:
        model = StudentGroup

    course = factory.SubFactory(CourseFactory)
    number = factory.Sequence(lambda n: n + 1)
    created_at = TERM_BEGINS


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    group = factory.SubFactory(StudentGroupFactory)
    enrolment = factory.SubFactory(EnrolmentFactory, course=factory.SelfAttribute("..group.course"))
    joined_at = TERM_BEGINS


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Section {n}")
    position = factory.Sequence(int)


class MeetingFactory(DjangoModelFactory):
    """A student lecture, by default the one on 2025-02-19."""

    class Meta:
        model = Meeting

    course = factory.SubFactory(CourseFactory)
    kind = Meeting.Kind.STUDENT_LECTURE
    on = date(2025, 2, 19)
    starts_at = CLASS_STARTS
    ends_at = factory.LazyAttribute(
        lambda o: o.starts_at + timedelta(minutes=75) if o.starts_at else None
    )
    topic = factory.Sequence(lambda n: f"Topic {n}")
    position = factory.Sequence(int)


class ReadingFactory(DjangoModelFactory):
    """A required reading."""

    class Meta:
        model = Reading

    meeting = factory.SubFactory(MeetingFactory)
    title = factory.Sequence(lambda n: f"Paper {n}")
    url = factory.Sequence(lambda n: f"https://papers.example/{n}.pdf")
    is_required = True
    position = factory.Sequence(int)


class RoleFactory(DjangoModelFactory):
    """A role beside those that the course's rules have."""

    class Meta:
        model = Role

    course = factory.SubFactory(CourseFactory)
    key = factory.Sequence(lambda n: f"role-{n}")
    name = factory.Sequence(lambda n: f"Role {n}")
    least = 3
    most = 9


class WorkFactory(DjangoModelFactory):
    """A work beside those that the course's rules have: each student's, due when class starts."""

    class Meta:
        model = Work

    course = factory.SubFactory(CourseFactory)
    key = factory.Sequence(lambda n: f"work-{n}")
    name = factory.Sequence(lambda n: f"Work {n}")
    due_minutes = 0


class RoleAssignmentFactory(DjangoModelFactory):
    """The presenter group of a meeting; `role` may be the key of a role of its course."""

    class Meta:
        model = RoleAssignment

    meeting = factory.SubFactory(MeetingFactory)
    group = factory.SubFactory(
        StudentGroupFactory, course=factory.SelfAttribute("..meeting.course")
    )
    role = "presenter"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if isinstance(kwargs["role"], str):
            kwargs["role"] = role_at(kwargs["meeting"].course, kwargs["role"])
        return super()._create(model_class, *args, **kwargs)


class MilestoneFactory(DjangoModelFactory):
    """The final report, at 6:00 PM CDT on May 15."""

    class Meta:
        model = Milestone

    course = factory.SubFactory(CourseFactory)
    kind = Milestone.Kind.REPORT
    title = "Final report"
    on = date(2025, 5, 15)
    has_time = True
    due_at = datetime(2025, 5, 15, 23, 0, tzinfo=UTC)


class StoredFileFactory(DjangoModelFactory):
    """The row of a file; nothing lies on the disk."""

    class Meta:
        model = StoredFile

    path = factory.Sequence(lambda n: f"work/{n:08d}")
    name = factory.Sequence(lambda n: f"talk-{n}.pptx")
    content_type = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    size = 1000
    sha256 = "0" * 64
    stored_at = BEFORE_CLASS


class ReceiptFactory(DjangoModelFactory):
    """A receipt for a question, by default handed in on time; `members=[...]` get credit."""

    class Meta:
        model = Receipt
        skip_postgeneration_save = True

    course = factory.SelfAttribute("meeting.course")
    work = "question"
    meeting = factory.SubFactory(MeetingFactory)
    handed_in_by = factory.SubFactory(
        EnrolmentFactory, course=factory.SelfAttribute("..meeting.course")
    )
    version = 1
    at = BEFORE_CLASS
    due_at = CLASS_STARTS
    verdict = "on_time"
    sha256 = "0" * 64
    size = 100
    key = factory.Sequence(lambda n: f"key-{n}")

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        if create:
            self.members.set(extracted if extracted is not None else [self.handed_in_by])


class JudgementFactory(DjangoModelFactory):
    """That a late receipt was found on time by a deadline a day later."""

    class Meta:
        model = Judgement

    receipt = factory.SubFactory(ReceiptFactory)
    at = AFTER_CLASS
    by = factory.SubFactory(
        EnrolmentFactory, role="instructor", course=factory.SelfAttribute("..receipt.course")
    )
    reason = "The room was locked."
    due_at_before = factory.LazyAttribute(lambda o: o.due_at - timedelta(days=1))
    due_at = factory.SelfAttribute("receipt.due_at")
    verdict_before = "late"
    verdict = "on_time"


class QuestionFactory(DjangoModelFactory):
    """A question as it stands, without its versions; see `QuestionVersionFactory`."""

    class Meta:
        model = Question

    reading = factory.SubFactory(ReadingFactory)
    author = factory.SubFactory(
        EnrolmentFactory, course=factory.SelfAttribute("..reading.meeting.course")
    )
    text = "Why does the cache not thrash?"
    asked_at = BEFORE_CLASS
    edited_at = factory.SelfAttribute("asked_at")


class QuestionVersionFactory(DjangoModelFactory):
    """A version of a question with its receipt."""

    class Meta:
        model = QuestionVersion

    question = factory.SubFactory(QuestionFactory)
    number = 1
    text = factory.SelfAttribute("question.text")
    at = factory.SelfAttribute("question.edited_at")
    receipt = factory.SubFactory(
        ReceiptFactory,
        meeting=factory.SelfAttribute("..question.reading.meeting"),
        reading=factory.SelfAttribute("..question.reading"),
        handed_in_by=factory.SelfAttribute("..question.author"),
        version=factory.SelfAttribute("..number"),
        at=factory.SelfAttribute("..at"),
    )


class SlidesFactory(DjangoModelFactory):
    """Slides of a group, with file and receipt; pass `receipt__handed_in_by` for who did it."""

    class Meta:
        model = Slides

    meeting = factory.SubFactory(MeetingFactory)
    group = factory.SubFactory(
        StudentGroupFactory, course=factory.SelfAttribute("..meeting.course")
    )
    version = 1
    file = factory.SubFactory(StoredFileFactory)
    receipt = factory.SubFactory(
        ReceiptFactory,
        work="slides",
        meeting=factory.SelfAttribute("..meeting"),
        group=factory.SelfAttribute("..group"),
        version=factory.SelfAttribute("..version"),
        at=SLIDES_DUE - timedelta(hours=1),
        due_at=SLIDES_DUE,
    )


class SummaryFactory(DjangoModelFactory):
    """A summary in five answers, with its receipt."""

    class Meta:
        model = Summary

    meeting = factory.SubFactory(MeetingFactory)
    group = factory.SubFactory(
        StudentGroupFactory, course=factory.SelfAttribute("..meeting.course")
    )
    version = 1
    problem = "Memory is the bottleneck."
    related_work = "Paging."
    solution = "Blocks."
    drawbacks = "Kernels."
    future = "Sharing."
    receipt = factory.SubFactory(
        ReceiptFactory,
        work="summary",
        meeting=factory.SelfAttribute("..meeting"),
        group=factory.SelfAttribute("..group"),
        version=factory.SelfAttribute("..version"),
        at=AFTER_CLASS,
        due_at=SUMMARY_DUE,
    )


class GradeComponentFactory(DjangoModelFactory):
    class Meta:
        model = GradeComponent

    course = factory.SubFactory(CourseFactory)
    kind = GradeComponent.Kind.DIRECT
    name = factory.Sequence(lambda n: f"Component {n}")
    weight = 10
    position = factory.Sequence(int)


class GradeChangeFactory(DjangoModelFactory):
    """8 of 10 points for the component as a whole."""

    class Meta:
        model = GradeChange

    component = factory.SubFactory(GradeComponentFactory)
    enrolment = factory.SubFactory(
        EnrolmentFactory, course=factory.SelfAttribute("..component.course")
    )
    state = GradeChange.State.SCORED
    score = 8
    out_of = 10
    made_by = factory.SubFactory(
        EnrolmentFactory, role="ta", course=factory.SelfAttribute("..component.course")
    )
    at = AFTER_CLASS


class ExportRecordFactory(DjangoModelFactory):
    class Meta:
        model = ExportRecord

    course = factory.SubFactory(CourseFactory)
    format = "csv"
    rows = 3
    at = AFTER_CLASS


class ImportedPageFactory(DjangoModelFactory):
    class Meta:
        model = ImportedPage

    course = factory.SubFactory(CourseFactory)
    source = "# A course\n"
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.source.encode()).hexdigest())
    imported_at = TERM_BEGINS


def role_at(course: Course, key: str) -> Role:
    """The course's role with this key."""
    return Role.objects.get(course=course, key=key)


def set_work(course: Course, key: str, **columns) -> None:
    """Let the course's work say this in these columns."""
    Work.objects.filter(course=course, key=key).update(**columns)


def account(email: str, *, name: str = "", verified: bool = True, **fields) -> Person:
    """A person who signs in as `email` (with `PASSWORD`), the address verified or not."""
    person = PersonFactory(email=email, name=name, **fields)
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=verified)
    return person


def claimed(course: Course, netid: str, **fields) -> Enrolment:
    """A roster entry claimed by the account NetID@DOMAIN, whose address is verified."""
    person = account(f"{netid}@{DOMAIN}")
    return EnrolmentFactory(
        course=course, netid=netid, person=person, claimed_at=TERM_BEGINS, **fields
    )


def in_group(group: StudentGroup, *enrolments: Enrolment) -> StudentGroup:
    """Make these entries members of the group since the term began; returns the group."""
    for enrolment in enrolments:
        MembershipFactory(group=group, enrolment=enrolment)
    return group
