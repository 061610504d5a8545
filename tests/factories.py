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
from schedule.actions.rules import set_rules
from schedule.models import (
    FileSlot,
    Meeting,
    Milestone,
    Prompt,
    Reading,
    Role,
    RoleAssignment,
    Section,
    Work,
)
from schedule.plan.seed import SEED
from schedule.plan.values import Rules
from submissions.models import (
    Answer,
    Judgement,
    Piece,
    Receipt,
    StoredFile,
    Version,
    VersionFile,
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

NO_RULES = Rules((), ())
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
            set_rules(course=self, rules=rules, at=TERM_BEGINS)
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
        skip_postgeneration_save = True

    course = factory.SubFactory(CourseFactory)
    key = factory.Sequence(lambda n: f"work-{n}")
    name = factory.Sequence(lambda n: f"Work {n}")
    due_minutes = 0

    @factory.post_generation
    def prompt(self, create, extracted, **kwargs):
        """One thing to write, unless `prompt=False` is passed; its columns as `prompt__label`."""
        if create and extracted is not False:
            said = {"key": "text", "label": "Your text", **kwargs}
            Prompt.objects.create(work=self, **said)


class PromptFactory(DjangoModelFactory):
    class Meta:
        model = Prompt

    work = factory.SubFactory(WorkFactory, prompt=False)
    key = factory.Sequence(lambda n: f"prompt-{n}")
    label = factory.Sequence(lambda n: f"Prompt {n}?")


class FileSlotFactory(DjangoModelFactory):
    class Meta:
        model = FileSlot

    work = factory.SubFactory(WorkFactory)
    key = factory.Sequence(lambda n: f"file-{n}")
    label = factory.Sequence(lambda n: f"File {n}")
    kind = "pdf"


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
    work_name = "Question"
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


class PieceFactory(DjangoModelFactory):
    """A student's question on a required reading, of which no version is there yet."""

    class Meta:
        model = Piece

    class Params:
        on = factory.SubFactory(ReadingFactory)

    meeting = factory.SelfAttribute("on.meeting")
    reading = factory.SelfAttribute("on")
    work = factory.LazyAttribute(lambda o: work_at(o.meeting.course, "question"))
    enrolment = factory.SubFactory(EnrolmentFactory, course=factory.SelfAttribute("..work.course"))


class VersionFactory(DjangoModelFactory):
    """A version with its receipt, and with nothing in it."""

    class Meta:
        model = Version

    piece = factory.SubFactory(PieceFactory)
    number = 1
    at = factory.SelfAttribute("receipt.at")
    receipt = factory.SubFactory(
        ReceiptFactory,
        work=factory.SelfAttribute("..piece.work.key"),
        meeting=factory.SelfAttribute("..piece.meeting"),
        reading=factory.SelfAttribute("..piece.reading"),
        group=factory.SelfAttribute("..piece.group"),
        handed_in_by=factory.SelfAttribute("..piece.enrolment"),
        version=factory.SelfAttribute("..number"),
    )


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer

    version = factory.SubFactory(VersionFactory)
    prompt = factory.LazyAttribute(lambda o: o.version.piece.work.prompts.first())
    text = "Why does the cache not thrash?"


class VersionFileFactory(DjangoModelFactory):
    class Meta:
        model = VersionFile

    version = factory.SubFactory(VersionFactory)
    slot = factory.LazyAttribute(
        lambda o: FileSlotFactory(work=work_at(o.version.piece.work.course, "slides"))
    )
    stored = factory.SubFactory(StoredFileFactory)


def _piece(key, meeting, **owner) -> Piece:
    work = work_at(meeting.course, key)
    return Piece.objects.get_or_create(work=work, meeting=meeting, **owner)[0]


def _as_version(piece, number, receipt, released_at=None) -> Version:
    Piece.objects.filter(pk=piece.pk).update(newest=number)
    piece.newest = number
    return Version.objects.create(
        piece=piece, number=number, at=receipt.at, receipt=receipt, released_at=released_at
    )


class QuestionFactory(DjangoModelFactory):
    """A version of a student's question on a reading, by default the first."""

    class Meta:
        model = Version

    reading = factory.SubFactory(ReadingFactory)
    author = factory.SubFactory(
        EnrolmentFactory, course=factory.SelfAttribute("..reading.meeting.course")
    )
    text = "Why does the cache not thrash?"
    number = 1
    asked_at = BEFORE_CLASS
    withdrawn_at = None
    receipt = factory.SubFactory(
        ReceiptFactory,
        meeting=factory.SelfAttribute("..reading.meeting"),
        reading=factory.SelfAttribute("..reading"),
        handed_in_by=factory.SelfAttribute("..author"),
        version=factory.SelfAttribute("..number"),
        at=factory.SelfAttribute("..asked_at"),
    )

    @classmethod
    def _create(
        cls, model_class, *, reading, author, text, number, asked_at, withdrawn_at, receipt
    ):
        piece = _piece("question", reading.meeting, reading=reading, enrolment=author)
        if withdrawn_at is not None:
            piece.withdrawn_at = withdrawn_at
            piece.save()
        version = _as_version(piece, number, receipt)
        Answer.objects.create(version=version, prompt=piece.work.prompts.get(), text=text)
        return version


def questions(reading: Reading, authors) -> list[Version]:
    """A question of each of them on the reading, made at once: for whole classes."""
    work, meeting = work_at(reading.meeting.course, "question"), reading.meeting
    about = {"meeting": meeting, "reading": reading}
    pieces = Piece.objects.bulk_create(
        Piece(work=work, enrolment=author, **about) for author in authors
    )
    receipts = Receipt.objects.bulk_create(
        ReceiptFactory.build(course=work.course, handed_in_by=author, **about) for author in authors
    )
    Receipt.members.through.objects.bulk_create(
        Receipt.members.through(receipt=receipt, enrolment=receipt.handed_in_by)
        for receipt in receipts
    )
    versions = Version.objects.bulk_create(
        Version(piece=piece, number=1, at=receipt.at, receipt=receipt)
        for piece, receipt in zip(pieces, receipts, strict=True)
    )
    prompt = work.prompts.get()
    Answer.objects.bulk_create(
        Answer(version=version, prompt=prompt, text="Why does the cache not thrash?")
        for version in versions
    )
    return versions


class SlidesFactory(DjangoModelFactory):
    """A version of a group's slides; pass `receipt__handed_in_by` for who handed it in."""

    class Meta:
        model = Version

    meeting = factory.SubFactory(MeetingFactory)
    group = factory.SubFactory(
        StudentGroupFactory, course=factory.SelfAttribute("..meeting.course")
    )
    version = 1
    released_at = None
    file = factory.SubFactory(StoredFileFactory)
    receipt = factory.SubFactory(
        ReceiptFactory,
        work="slides",
        work_name="Slides",
        meeting=factory.SelfAttribute("..meeting"),
        group=factory.SelfAttribute("..group"),
        version=factory.SelfAttribute("..version"),
        at=SLIDES_DUE - timedelta(hours=1),
        due_at=SLIDES_DUE,
    )

    @classmethod
    def _create(cls, model_class, *, meeting, group, version, released_at, file, receipt):
        piece = _piece("slides", meeting, group=group)
        made = _as_version(piece, version, receipt, released_at)
        VersionFile.objects.create(version=made, slot=piece.work.files.get(), stored=file)
        return made


class SummaryFactory(DjangoModelFactory):
    """A version of a group's summary in five answers, or with `file` a PDF."""

    class Meta:
        model = Version

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
    file = None
    receipt = factory.SubFactory(
        ReceiptFactory,
        work="summary",
        work_name="Summary",
        meeting=factory.SelfAttribute("..meeting"),
        group=factory.SelfAttribute("..group"),
        version=factory.SelfAttribute("..version"),
        at=AFTER_CLASS,
        due_at=SUMMARY_DUE,
    )

    @classmethod
    def _create(cls, model_class, *, meeting, group, version, file, receipt, **answers):
        piece = _piece("summary", meeting, group=group)
        made = _as_version(piece, version, receipt)
        if file is not None:
            VersionFile.objects.create(version=made, slot=piece.work.files.get(), stored=file)
            return made
        for prompt in piece.work.prompts.all():
            if answers.get(prompt.key):
                Answer.objects.create(version=made, prompt=prompt, text=answers[prompt.key])
        return made


FED_BY = {"participation": "question", "presentation": "slides", "summary": "summary"}


class GradeComponentFactory(DjangoModelFactory):
    """A part of the grade; `kind` says which of the seed's works feeds it: by hand without one."""

    class Meta:
        model = GradeComponent

    course = factory.SubFactory(CourseFactory)
    kind = "direct"
    name = factory.Sequence(lambda n: f"Component {n}")
    weight = 10
    position = factory.Sequence(int)

    @classmethod
    def _create(cls, model_class, *args, kind, **kwargs):
        component = super()._create(model_class, *args, **kwargs)
        if kind in FED_BY:
            component.works.add(work_at(component.course, FED_BY[kind]))
        return component


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


def excuse(component, enrolment, about, **more) -> GradeChange:
    """An entry that excuses from what the component's work asks on this reading or meeting."""
    where = {"reading": about, "meeting": about.meeting} if isinstance(about, Reading) else {}
    return GradeChangeFactory(
        component=component,
        enrolment=enrolment,
        work=component.works.first(),
        **(where or {"meeting": about}),
        **{"state": "excused", "score": None, "out_of": None, **more},
    )


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


def work_at(course: Course, key: str) -> Work:
    """The course's work with this key."""
    return Work.objects.get(course=course, key=key)


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
