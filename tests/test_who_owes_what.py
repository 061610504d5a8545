"""Who owes what, in one mind: five places are asked about the same student and the same work.

The student's home, the staff's home, what is told (reminders, and what is missing), the staff's
digest and the gradebook. Each row of the table is a situation in words, with what is right before
the work is due and from then on; each place says what it tells of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courseapp.pages.teaching import teaching_of
from courses.models import Course, Enrolment, Notice
from grading.queries import gradebook_of
from groups.models import Membership, StudentGroup
from schedule.models import Meeting, Reading
from submissions.models import Receipt
from submissions.queries import duties_of
from submissions.sweeps import note_missing, remind
from tests import factories as make

pytestmark = pytest.mark.django_db

QUESTION, SLIDES, SUMMARY = "question", "slides", "summary"
ALL, OF_GROUPS = (QUESTION, SLIDES, SUMMARY), (SLIDES, SUMMARY)
DUE = {QUESTION: make.CLASS_STARTS, SLIDES: make.SLIDES_DUE, SUMMARY: make.SUMMARY_DUE}
ROLE = {SLIDES: "presenter", SUMMARY: "companion"}
H, US = timedelta(hours=1), make.MICROSECOND
END = make.SUMMARY_DUE + H  # when the digest has been sent

OPEN, MISSING, IN, UNCOUNTED = "open", "missing", "in", "late: not counted"
MEANING = {
    "Not due": OPEN,
    "Due today": OPEN,
    "Missing": MISSING,
    "In, on time": IN,
    "In, late": IN,
    "Late: not counted": UNCOUNTED,
    "Not yet graded": IN,
}


# The world: a lecture with one required reading, one group, the student and a classmate.


@dataclass
class World:
    course: Course
    lecture: Meeting
    reading: Reading
    group: StudentGroup
    student: Enrolment
    mate: Enrolment  # in no group, and never asks

    def is_of(self, enrolment: Enrolment, **fields) -> None:
        """Set what a roster entry says."""
        Enrolment.objects.filter(pk=enrolment.pk).update(**fields)
        enrolment.refresh_from_db()

    def stays(self, *spans) -> None:
        """Let the student have been in the group from each `since` to each `until`, only."""
        self.student.memberships.all().delete()
        for since, until in spans:
            Membership.objects.create(
                group=self.group, enrolment=self.student, joined_at=since, left_at=until
            )

    def has_role(self, *roles: str, group: StudentGroup | None = None) -> None:
        for role in roles:
            make.RoleAssignmentFactory(meeting=self.lecture, group=group or self.group, role=role)

    def hands_in(self, work: str, *, verdict="on_time", at, by=(), version=1) -> None:
        """Let the group hand in at `at`, with credit for `by`."""
        factory = make.SlidesFactory if work is SLIDES else make.SummaryFactory
        factory(
            meeting=self.lecture,
            group=self.group,
            version=version,
            receipt__handed_in_by=by[0] if by else self.mate,
            receipt__members=list(by) or [self.mate],
            receipt__verdict=verdict,
            receipt__at=at,
            receipt__due_at=DUE[work],
        )


def a_world() -> World:
    course = make.CourseFactory()
    lecture = make.MeetingFactory(course=course)
    for kind in ("participation", "presentation", "summary"):
        make.GradeComponentFactory(course=course, kind=kind, name=kind)
    make.EnrolmentFactory(course=course, role="instructor", email="staff@uni.example")
    student = make.EnrolmentFactory(course=course, email="student@uni.example")
    group = make.in_group(make.StudentGroupFactory(course=course, number=1), student)
    mate = make.EnrolmentFactory(course=course, email="mate@uni.example")
    return World(course, lecture, make.ReadingFactory(meeting=lecture), group, student, mate)


# The five places: what each tells of this student's work at `at`, one word for each time that it
# tells of it. `None`: it has nothing to say at that instant.


def at_home(world, student, work, at):
    return [MEANING[one.state(at)] for one in duties_of(student, at) if one.work == work]


def at_the_staffs_home(world, student, work, at):
    lectures = teaching_of(world.course, at).lectures
    if not lectures:
        return []
    [lecture] = lectures
    if work is not QUESTION:
        return [MEANING[one.state] for one in lecture.work if one.duty.work == work]
    if not lecture.counted:
        return []
    [counted] = lecture.counted
    unasked = dict(counted.unasked)
    answer = [OPEN if at < DUE[QUESTION] else MISSING] * unasked.get(student, 0)
    answer += [IN] * counted.asked  # the mate never asks
    assert counted.expected == len(answer) + unasked.get(world.mate, 0)
    return answer


def told(kind, recipient_id=None):
    rows = Notice.objects.filter(key__startswith=kind)
    return rows.filter(recipient=recipient_id) if recipient_id else rows


def in_the_mail(world, student, work, at):
    Notice.objects.all().delete()
    remind(at=at)
    note_missing(at=at)
    return [OPEN] * told(f"remind:{work}", student.pk).count() + [MISSING] * told(
        f"missing:{work}", student.pk
    ).count()


def in_the_digest(world, student, work, at):
    if at < make.SUMMARY_DUE:
        return None
    Notice.objects.all().delete()
    note_missing(at=at)
    body = "\n".join(told("missing:digest").values_list("body", flat=True))
    name = {QUESTION: f"Questions on {world.reading.title}", SLIDES: "Slides", SUMMARY: "Summary"}
    lines = [one for one in body.splitlines() if one.startswith(name[work])]
    states = [one.rpartition(": ")[2] for one in lines]
    if work is not QUESTION:
        return [UNCOUNTED if "not counted" in one else MEANING[one.capitalize()] for one in states]
    if not states:
        return []
    asked, of, missing = (int(word) for word in states[0].split() if word.isdigit())
    assert of == asked + missing
    due = make.CLASS_STARTS
    mate_owes = world.mate.created_at < due
    return [IN] * asked + [MISSING] * (missing - mate_owes)


def in_the_gradebook(world, student, work, at):
    if work is QUESTION and at < DUE[QUESTION]:
        return None  # questions stand in it once class has begun
    book = gradebook_of(world.course, at, dropped=True)
    kinds = {QUESTION: "participation", SLIDES: "presentation", SUMMARY: "summary"}
    column = [one.name for one in book.components].index(kinds[work])
    return [
        MEANING[piece.state]
        for row in book.rows
        if row.student.enrolment == student.pk
        for piece in row.cells[column].pieces
    ]


HOME, STAFF, MAIL, DIGEST, GRADES = (
    at_home,
    at_the_staffs_home,
    in_the_mail,
    in_the_digest,
    in_the_gradebook,
)
PLACES = (HOME, STAFF, MAIL, DIGEST, GRADES)
TELLS = {
    HOME: {OPEN, MISSING, IN, UNCOUNTED},
    STAFF: {OPEN, MISSING, IN, UNCOUNTED},
    MAIL: {OPEN, MISSING},  # what is in has its receipt
    DIGEST: {MISSING, IN, UNCOUNTED},
    GRADES: {MISSING, IN, UNCOUNTED},
}
PRESENT = {STAFF, MAIL, DIGEST}  # these list who is on the roster now


# The table.


@dataclass(frozen=True)
class Row:
    """A situation, made by `arrange(world, due_at)`, and the right answers.

    `before` and `after` are what is told of each of `works` before it is due and from then on,
    `since` how long after the due time the situation holds (negative: before it).
    `elsewhere` are the answers of places that tell of other things: of the group's work as a
    whole, or of the present class.
    """

    situation: str
    works: tuple[str, ...]
    arrange: Callable[[World, object], object]
    before: list[str]
    after: list[str]
    since: timedelta = -H
    elsewhere: tuple[tuple[Callable, list[str]], ...] = ()


def nothing(world, due):
    """As it is."""


def joins(offset):
    """Join the roster, and the group, so long after the due time."""

    def arrange(world, due):
        world.is_of(world.student, created_at=due + offset)
        world.stays((due + offset, None))

    return arrange


def drops(offset):
    return lambda world, due: world.is_of(world.student, dropped_at=due + offset)


def is_in_group(*offsets):
    """Be in the group from each first offset to each second one, counted from the due time."""

    def instant(due, offset, otherwise):
        return otherwise if offset is None else due + offset

    def arrange(world, due):
        world.stays(
            *(
                (instant(due, since, make.TERM_BEGINS), instant(due, until, None))
                for since, until in offsets
            )
        )

    return arrange


def recorded_later(joined_roster=None, joined_after=timedelta(0)):
    """The group is recorded three hours after its work was due, with the student in it."""

    def arrange(world, due):
        recorded = due + 3 * H
        StudentGroup.objects.filter(pk=world.group.pk).update(created_at=recorded)
        if joined_roster is not None:
            world.is_of(world.student, created_at=due + joined_roster)
        world.stays((recorded + joined_after, None))

    return arrange


def handed_in(*versions, then=nothing):
    """The group hands in: (offset, verdict, whether the student is credited) for each version."""

    def arrange(world, due):
        work = next(work for work, at in DUE.items() if at == due)
        for number, (offset, verdict, credited) in enumerate(versions, start=1):
            world.hands_in(
                work,
                verdict=verdict,
                at=due + offset,
                by=[world.student] if credited else [],
                version=number,
            )
        then(world, due)

    return arrange


def asks(**fields):
    def arrange(world, due):
        make.QuestionFactory(reading=world.reading, author=world.student, **fields)

    return arrange


def all_of(*arrangements):
    def arrange(world, due):
        for one in arrangements:
            one(world, due)

    return arrange


def no_longer_required(world, due):
    Reading.objects.filter(pk=world.reading.pk).update(is_required=False)
    world.reading.refresh_from_db()


def is_now(kind, **times):
    def arrange(world, due):
        Meeting.objects.filter(pk=world.lecture.pk).update(kind=kind, **times)
        world.reading.meeting.refresh_from_db()

    return arrange


def loses_its_role(world, due):
    world.lecture.assignments.all().delete()


def set_up(offset):
    """The course is set up so long after the due time."""

    def arrange(world, due):
        Course.objects.filter(pk=world.course.pk).update(created_at=due + offset)
        for one in (world.course, world.student, world.reading, world.lecture):
            one.refresh_from_db()

    return arrange


def also_is(*roles):
    return lambda world, due: world.has_role(*roles)


def in_another_group_with(role):
    def arrange(world, due):
        other = make.StudentGroupFactory(course=world.course, number=2)
        world.has_role(role, group=make.in_group(other, world.student))

    return arrange


NO_TIMES = {"starts_at": None, "ends_at": None}
ON_TIME, LATE, NOT_COUNTED = "on_time", "late", "late_not_counted"
STAY = timedelta(days=-3)  # long before
UNLISTED = tuple((place, []) for place in PRESENT)
GROUPS = (STAFF, DIGEST)


def as_a_group(answer):
    """What the places that tell of the group as a whole say instead."""
    return tuple((place, answer) for place in GROUPS)


TABLE = [
    Row("there since the term began", ALL, nothing, [OPEN], [MISSING]),
    # The roster.
    Row("joined a moment before it was due", ALL, joins(-US), [OPEN], [MISSING], -US),
    Row("joined as it fell due", ALL, joins(0 * H), [], [], 0 * H),
    Row("joined after it was due", ALL, joins(US), [], [], US),
    Row("dropped before it was due", (QUESTION,), drops(-US), [], [], -US),
    Row("dropped as it fell due", (QUESTION,), drops(0 * H), [], [], 0 * H),
    Row("dropped before it was due", OF_GROUPS, drops(-US), [], [], 0 * H),
    Row("dropped as it fell due", OF_GROUPS, drops(0 * H), [], [], 0 * H),
    Row("dropped after it was due", (QUESTION,), drops(US), [], [MISSING], US, UNLISTED),
    Row("dropped after it was due", OF_GROUPS, drops(US), [], [MISSING], US, ((MAIL, []),)),
    Row(
        "dropped after handing in",
        OF_GROUPS,
        handed_in((STAY, ON_TIME, True), then=drops(-US)),
        [IN],
        [IN],
        -US,
    ),
    Row(
        "has become a TA",
        ALL,
        lambda world, due: world.is_of(world.student, role="ta"),
        [],
        [],
        0 * H,
    ),
    # The group.
    Row("joined the group a moment before", OF_GROUPS, is_in_group((-US, None)), [OPEN], [MISSING],
        -US),
    Row("joined the group as it fell due", OF_GROUPS, is_in_group((0 * H, None)), [], [MISSING],
        0 * H),
    Row("joined the group after it was due", OF_GROUPS, is_in_group((US, None)), [], [], US),
    Row("left the group a moment before", OF_GROUPS, is_in_group((None, -US)), [], [], 0 * H),
    Row("left the group as it fell due", OF_GROUPS, is_in_group((None, 0 * H)), [], [], 0 * H),
    Row("left the group after it was due", OF_GROUPS, is_in_group((None, US)), [], [MISSING],
        0 * H),
    Row("left it after it was due, and came back", OF_GROUPS, is_in_group((None, US), (H, None)),
        [], [MISSING], H),
    Row("left it before it was due, and came back after", OF_GROUPS,
        is_in_group((None, -US), (US, None)), [], [], H),
    Row("in a group that was recorded later", OF_GROUPS, recorded_later(), [], [MISSING], 3 * H),
    Row("new on the roster, in a group recorded later", OF_GROUPS,
        recorded_later(joined_roster=H), [], [], 3 * H),
    Row("joined a group after it was recorded, later than it was due", OF_GROUPS,
        recorded_later(joined_after=US), [], [], 4 * H),
    # What is in.
    Row("handed in on time", OF_GROUPS, handed_in((STAY, ON_TIME, True)), [IN], [IN]),
    Row("handed in on time, and left", OF_GROUPS,
        handed_in((STAY, ON_TIME, True), then=is_in_group((None, -H))), [IN], [IN]),
    Row("slides came late", (SLIDES,), handed_in((US, LATE, True)), [], [IN], US),
    Row("a summary came late", (SUMMARY,), handed_in((US, NOT_COUNTED, True)), [], [UNCOUNTED], US),
    Row("a summary came on time and again late", (SUMMARY,),
        handed_in((-H, ON_TIME, True), (US, NOT_COUNTED, True)), [], [IN], US),
    Row("credited on slides of a group that they joined after these were due", (SLIDES,),
        handed_in((2 * H, LATE, True), then=is_in_group((H, None))), [], [IN], 2 * H),
    Row("credited on a summary that came late, new to the group", (SUMMARY,),
        handed_in((2 * H, NOT_COUNTED, True), then=is_in_group((H, None))), [], [], 2 * H,
        as_a_group([UNCOUNTED])),
    Row("came to a group that had handed in on time", OF_GROUPS,
        handed_in((STAY, ON_TIME, False), then=is_in_group((-2 * H, None))), [], [], -H,
        as_a_group([IN])),
    Row("left after it was due, before the others handed in late", (SLIDES,),
        handed_in((2 * H, LATE, False), then=is_in_group((None, H))), [], [MISSING], 2 * H,
        as_a_group([IN])),
    Row("dropped after it was due, before the others handed in late", (SLIDES,),
        handed_in((2 * H, LATE, False), then=drops(H)), [], [MISSING], 2 * H,
        (*as_a_group([IN]), (MAIL, []))),
    Row("left after it was due, before the others' late summary", (SUMMARY,),
        handed_in((2 * H, NOT_COUNTED, False), then=is_in_group((None, H))), [], [MISSING], 2 * H,
        as_a_group([UNCOUNTED])),
    Row("asked", (QUESTION,), asks(), [IN], [IN]),
    Row("asked, though the roster has them later", (QUESTION,), all_of(asks(), joins(H)),
        [IN], [IN]),
    Row("asked and withdrew, and the roster has them later", (QUESTION,),
        all_of(asks(withdrawn_at=make.BEFORE_CLASS), joins(H)), [], [], 0 * H),
    Row("asked, and withdrew it", (QUESTION,), asks(withdrawn_at=make.BEFORE_CLASS),
        [OPEN], [MISSING]),
    # Roles.
    Row("companion and reviewer at once", (SUMMARY,), also_is("reviewer"), [OPEN], [MISSING]),
    Row("companion and reviewer at once, handed in", (SUMMARY,),
        all_of(also_is("reviewer"), handed_in((-US, ON_TIME, True))), [], [IN], 0 * H),
    Row("presenter and companion at once", OF_GROUPS,
        lambda world, due: world.has_role(
            "companion" if due == make.SLIDES_DUE else "presenter"
        ), [OPEN], [MISSING]),
    Row("companion in one group and reviewer in another", (SUMMARY,),
        in_another_group_with("reviewer"), [OPEN, OPEN], [MISSING, MISSING]),
    Row("presents in two groups", (SLIDES,), in_another_group_with("presenter"),
        [OPEN, OPEN], [MISSING, MISSING]),
    Row("the group has lost its role", OF_GROUPS, loses_its_role, [], []),
    Row("the group has lost its role since it handed in", OF_GROUPS,
        handed_in((STAY, ON_TIME, True), then=loses_its_role), [IN], [IN], -H, as_a_group([])),
    Row("the group has lost its role since its late summary", (SUMMARY,),
        handed_in((US, NOT_COUNTED, True), then=loses_its_role), [], [], H),
    # The meeting and the course.
    Row("the reading is optional now", (QUESTION,), no_longer_required, [], []),
    Row("the reading is optional now, and was asked about", (QUESTION,),
        all_of(asks(), no_longer_required), [IN], [IN], -H, as_a_group([])),
    Row("no student lecture any more", ALL, is_now("guest_lecture"), [], []),
    Row("asked for what is no student lecture any more", (QUESTION,),
        all_of(asks(), is_now("guest_lecture")), [IN], [IN], -H, as_a_group([])),
    Row("handed in for what is no student lecture any more", OF_GROUPS,
        handed_in((STAY, ON_TIME, True), then=is_now("guest_lecture")), [IN], [IN], -H,
        as_a_group([])),
    Row("handed in for a class that is called off", OF_GROUPS,
        handed_in((STAY, ON_TIME, True), then=is_now("no_class", **NO_TIMES)), [IN], [IN], -H,
        as_a_group([])),
    Row("the class is called off", ALL, is_now("no_class", **NO_TIMES), [], []),
    Row("the course was set up a moment before", ALL, set_up(-US), [OPEN], [MISSING], -US),
    Row("the course was set up as it fell due", ALL, set_up(0 * H), [], [], 0 * H),
    Row("the course was set up after it was due", ALL, set_up(US), [], [], US),
    Row("seen as of before the course was set up", ALL, set_up(timedelta(days=30)),
        [OPEN], [MISSING]),
    Row("slides came in though they had been due before the course was set up", (SLIDES,),
        handed_in((2 * H, LATE, True), then=set_up(H)), [], [IN], 2 * H),
]  # fmt: skip

CASES = [
    pytest.param(row, work, id=f"{row.situation}: {work}") for row in TABLE for work in row.works
]


@pytest.mark.parametrize(("row", "work"), CASES)
def test_every_place_tells_the_same(row, work):
    world, due = a_world(), DUE[work]
    if work is not QUESTION:
        world.has_role(ROLE[work])
    row.arrange(world, due)
    said, right = {}, {}
    for at in {due + offset for offset in (-H, -US, 0 * H, US, row.since)} | {END}:
        if at < due + row.since:
            continue
        for place in PLACES:
            answer = place(world, world.student, work, at)
            if answer is not None:
                about = (place.__name__, at - due)
                said[about] = sorted(answer)
                told_here = dict(row.elsewhere).get(place, row.before if at < due else row.after)
                right[about] = sorted(word for word in told_here if word in TELLS[place])
    assert said == right


def test_one_summary_has_both_roles_in_its_title(client_of):
    world = a_world()
    world.has_role("companion", "reviewer", "presenter")
    at = make.AFTER_CLASS
    titles = [one.title for one in duties_of(world.student, at) if one.work != QUESTION]
    assert titles == ["Slides", "Summary as companion and reviewer"]
    [lecture] = teaching_of(world.course, at).lectures
    assert [(one.duty.work, one.duty.role) for one in lecture.work] == [
        (SLIDES, "presenter"),
        (SUMMARY, "companion and reviewer"),
    ]
    remind(at=at)
    [subject] = told("remind:summary").values_list("subject", flat=True)
    assert "the summary as companion and reviewer of Group 1" in subject


def test_the_receipt_at_home_is_one_that_the_student_may_see():
    """Who has left keeps the version that credits them, not the others' newer one."""
    world = a_world()
    world.has_role("presenter")
    world.hands_in(SLIDES, at=make.TERM_BEGINS, by=[world.student], version=1)
    world.hands_in(SLIDES, at=make.SLIDES_DUE, verdict="late", version=2)
    [duty] = [one for one in duties_of(world.student, END) if one.work == SLIDES]
    receipt = Receipt.objects.get(pk=duty.receipt.pk)
    assert (receipt.version, receipt.members.get()) == (1, world.student)


# Any course at all.

ROLES = ("presenter", "companion", "reviewer")
INSTANTS = sorted(
    {
        due + offset
        for due in (*DUE.values(), make.TERM_BEGINS)
        for offset in (-2 * H, -US, 0 * H, US, 2 * H)
    }
)
instants = st.sampled_from(INSTANTS)


@st.composite
def spans(draw):
    """A time, as (since, until); now and then without an end."""
    since, until = sorted((draw(instants), draw(instants)))
    return since, draw(st.sampled_from([None, None, until]))


students = st.fixed_dictionaries(
    {
        "roster": spans(),
        "stays": st.lists(st.tuples(st.integers(0, 1), spans()), max_size=3),
        "asks": st.sampled_from([None, False, True]),  # None: not; False: and withdraws
    }
)
hand_ins = st.fixed_dictionaries(
    {
        "work": st.sampled_from(OF_GROUPS),
        "group": st.integers(0, 1),
        "at": instants,
        "credited": st.sets(st.integers(0, 2), min_size=1),
    }
)
courses = st.fixed_dictionaries(
    {
        "people": st.lists(students, min_size=3, max_size=3),
        "roles": st.sets(st.tuples(st.sampled_from(ROLES), st.integers(0, 1))),
        "hand_ins": st.lists(hand_ins, max_size=4),
        "recorded": st.tuples(instants, instants),
        "set_up": instants,
        "at": st.sampled_from([one for one in INSTANTS if one > make.TERM_BEGINS + H]),
    }
)


def lay(drawn):
    """The rows of a drawn course, with nothing in them that happens after the instant asked at."""
    at = drawn["at"]
    course = make.CourseFactory(created_at=drawn["set_up"])
    lecture = make.MeetingFactory(course=course)
    reading = make.ReadingFactory(meeting=lecture)
    for kind in ("participation", "presentation", "summary"):
        make.GradeComponentFactory(course=course, kind=kind, name=kind)
    make.EnrolmentFactory(course=course, role="instructor", email="staff@uni.example")
    groups = [
        make.StudentGroupFactory(course=course, number=n, created_at=min(recorded, at))
        for n, recorded in enumerate(drawn["recorded"], start=1)
    ]
    people = []
    for number, one in enumerate(drawn["people"]):
        since, until = one["roster"]
        people.append(
            make.EnrolmentFactory(
                course=course,
                email=f"s{number}@uni.example",
                created_at=min(since, at),
                dropped_at=until if until and until <= at else None,
            )
        )
        open_in = set()
        for group, (joined, left) in one["stays"]:
            gone = left if left and left <= at else None
            if joined <= at and group not in open_in:
                make.MembershipFactory(
                    group=groups[group], enrolment=people[-1], joined_at=joined, left_at=gone
                )
                open_in |= {group} if gone is None else set()
        if one["asks"] is not None:
            make.QuestionFactory(
                reading=reading,
                author=people[-1],
                withdrawn_at=None if one["asks"] else make.BEFORE_CLASS,
            )
    for role, group in drawn["roles"]:
        make.RoleAssignmentFactory(meeting=lecture, group=groups[group], role=role)
    versions: dict[tuple[int, str], int] = {}
    for one in sorted(drawn["hand_ins"], key=lambda one: one["at"]):
        work, group = one["work"], groups[one["group"]]
        if one["at"] > at:
            continue
        number = versions[one["group"], work] = versions.get((one["group"], work), 0) + 1
        late = LATE if work is SLIDES else NOT_COUNTED
        credited = [people[who] for who in sorted(one["credited"])]
        (make.SlidesFactory if work is SLIDES else make.SummaryFactory)(
            meeting=lecture,
            group=group,
            version=number,
            receipt__handed_in_by=credited[0],
            receipt__members=credited,
            receipt__at=one["at"],
            receipt__due_at=DUE[work],
            receipt__verdict=ON_TIME if one["at"] < DUE[work] else late,
        )
    return SimpleNamespace(course=course, reading=reading, people=people, groups=groups)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(courses)
def test_five_places_agree_on_any_course(db, drawn):
    with transaction.atomic():
        agree(lay(drawn), drawn["at"])
        transaction.set_rollback(True)


def agree(world, at):
    """Ask all five of everybody and of every group, and hold the answers side by side."""
    home = {
        (who, work): sorted(at_home(world, who, work, at)) for who in world.people for work in ALL
    }
    present = [who for who in world.people if who.is_active(at)]
    for (who, work), answer in home.items():
        graded = in_the_gradebook(world, who, work, at)
        if graded is not None:
            assert sorted(graded) == [one for one in answer if one in TELLS[GRADES]]
        mailed = sorted(in_the_mail(world, who, work, at))
        in_time = [word for word in answer if word in TELLS[MAIL]] if who in present else []
        assert mailed in ([], in_time)
        if is_told_at(work, at):
            assert mailed == in_time
    [lecture] = teaching_of(world.course, at).lectures
    asked = [home[who, QUESTION] for who in present]
    [counted] = lecture.counted
    assert counted.asked == asked.count([IN])
    assert counted.expected == len([one for one in asked if one])
    assert {who for who, _ in counted.unasked} == {
        who for who in present if home[who, QUESTION] in ([OPEN], [MISSING])
    }
    lines = {(one.duty.group.id, one.duty.work): MEANING[one.state] for one in lecture.work}
    assert len(lines) == len(lecture.work)
    for work in OF_GROUPS:
        said = sorted(word for (_, one), word in lines.items() if one == work)
        digest = in_the_digest(world, None, work, at)
        if digest is not None and told("missing:digest").exists():
            assert sorted(digest) == said
        for group in world.groups:
            words = [
                MEANING[one.state(at)]
                for who in world.people
                for one in duties_of(who, at)
                if one.work == work and one.group.id == group.pk and one.role
            ]
            line = lines.get((group.pk, work))
            if line == MISSING:
                assert MISSING in words
                assert set(words) == {MISSING}
            elif line is None:
                assert words == []


def is_told_at(work, at):
    """Whether reminders or notices of what is missing are sent at this instant."""
    due = DUE[work]
    begins = make.CLASS_ENDS if work is SUMMARY else due - timedelta(hours=24)
    return begins <= at < due + timedelta(days=7)
