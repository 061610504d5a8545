"""Every door takes and refuses alike: the action, the page, the part of a page; to the microsecond.

Works of random rules, around each edge of theirs, in weeks in which clocks are put forward and
back. And a hand-in that meets a change of the rules is judged by one revision.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.actions.locks import raise_revision
from courses.models import Course
from schedule.deadlines import DeadlinePassed, NotOpenYet, wall_clock
from schedule.models import Prompt
from schedule.plan.moments import instant_of
from schedule.queries import plan_of
from submissions.actions import hand_in as module
from submissions.actions.hand_in import hand_in
from submissions.actions.withdraw import withdraw
from submissions.errors import AskChanged, NothingHandedIn
from submissions.links import work_path
from submissions.models import Receipt
from tests import factories as make
from tests.submissions.conftest import a_key

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")
# A class on the day after clocks were put forward, and on the day of it; and so put back.
DAYS = [date(2025, 3, 9), date(2025, 3, 10), date(2025, 11, 2), date(2025, 11, 3)]
US = timedelta(microseconds=1)

edges = st.one_of(
    st.builds(
        lambda end, n: {"from": end, "minutes": n},
        st.sampled_from(["start", "end"]), st.sampled_from([-1440, -60, 0, 60, 1440]),
    ),
    st.builds(
        lambda n, clock: {"from": "clock", "days": n, "clock": clock},
        st.integers(-2, 2),
        st.sampled_from([time(1, 30), time(2, 30), time(23, 59)]),  # shown twice, skipped, usual
    ),
)  # fmt: skip


@st.composite
def works(draw):
    """The columns of a work that is due after it opens, whatever the day."""
    due = draw(edges)
    said = {f"due_{name}": value for name, value in due.items()}
    said.setdefault("due_minutes", None)
    if draw(st.booleans()):
        said |= {"opens_from": "start", "opens_minutes": -7 * 1440}
    after = draw(st.sampled_from(["closed", "late", "late_not_counted"]))
    said["after"] = after
    if after != "closed" and draw(st.booleans()):
        said["closes_minutes"] = draw(st.sampled_from([1, 1440]))
    return said | {"can_withdraw": draw(st.booleans())}


def told(answer) -> str:
    """What a page says became of it: the verdict, or why not."""
    if answer.status_code == 409:
        early = "is not open yet" in answer.content.decode() or "opens" in answer.content.decode()
        return "early" if early else "passed"
    assert answer.status_code in {200, 303}, answer.status_code
    return Receipt.objects.latest("at", "version").verdict


def by_action(student, thing, at):
    try:
        return hand_in(thing=thing, by=student, answers={"text": "X"}, at=at, key=a_key()).verdict
    except NotOpenYet:
        return "early"
    except DeadlinePassed:
        return "passed"


def by_page(student, thing, at, **headers):
    client = Client()
    client.force_login(student.person)
    path = work_path("doors", thing)
    with time_machine.travel(at, tick=False):
        return told(client.post(path, {"text": "X", "key": a_key()}, headers=headers))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(works(), st.sampled_from(DAYS))
def test_every_door_says_the_same_around_every_edge(db, said, on):
    with transaction.atomic():
        _ask_at_every_door(said, on)
        transaction.set_rollback(True)


def _ask_at_every_door(said, on):
    course = make.CourseFactory(slug="doors", rules=make.NO_RULES)
    meeting = make.MeetingFactory(
        course=course, on=on, starts_at=wall_clock(on, time(12, 30), CHICAGO)
    )
    work = make.WorkFactory(course=course, key="essay", **said)
    student = make.claimed(course, "student")
    student.course = course = Course.objects.get(pk=course.pk)
    thing = ("essay", meeting.pk, 0)
    deadline = plan_of(course).asks[thing].deadline
    instants = [one for one in (deadline.opens_at, deadline.due_at, deadline.closes_at) if one]
    for at in (moment for edge in dict.fromkeys(instants) for moment in (edge - US, edge)):
        doors = [
            by_action(student, thing, at),
            by_page(student, thing, at),
            by_page(student, thing, at, **{"X-Part": "essay"}),
        ]
        assert doors == [_expected(deadline, at)] * 3, (at, deadline)
        _withdrawing_too(student, thing, at, deadline, work)


def _expected(deadline, at):
    if deadline.opens_at is not None and at < deadline.opens_at:
        return "early"
    if at < deadline.due_at:
        return "on_time"
    if deadline.closes_at is not None and at >= deadline.closes_at:
        return "passed"
    return deadline.late.value


def _withdrawing_too(student, thing, at, deadline, work):
    if not work.can_withdraw:
        return
    try:
        withdraw(thing=thing, by=student, at=at)
        said = "withdrawn"
    except NotOpenYet:
        said = "early"
    except DeadlinePassed:
        said = "passed"
    except NothingHandedIn:
        said = "nothing"
    is_early = deadline.opens_at is not None and at < deadline.opens_at
    is_over = at >= deadline.due_at
    assert said == ("early" if is_early else "passed" if is_over else "withdrawn")


def test_what_a_moment_means_when_clocks_change():
    """The table itself: 24 elapsed hours are not a day on the clock in these nights."""
    from schedule.plan.moments import AtClass, Edge, OnClock

    def at(on, moment):
        starts = wall_clock(on, time(12, 30), CHICAGO)
        meeting = make.MeetingFactory.build(
            course=None, on=on, starts_at=starts, ends_at=starts + timedelta(minutes=75)
        )
        return instant_of(moment, meeting, CHICAGO, {}).astimezone(CHICAGO)

    march, november = date(2025, 3, 10), date(2025, 11, 3)
    for on, by_the_clock, elapsed in (
        (march, time(12, 30), time(11, 30)), (november, time(12, 30), time(13, 30)),
    ):  # fmt: skip
        day_before = on - timedelta(days=1)
        assert at(on, OnClock(-1, by_the_clock)).time() == by_the_clock
        two_days = at(day_before, AtClass(Edge.START, -24 * 60))
        assert (two_days.date(), two_days.time()) == (day_before - timedelta(days=1), elapsed)


# Rules that change between the look before the lock and the lock.


@pytest.fixture
def changed(monkeypatch, seminar):
    """`changed(what)`: `what()` happens, with its revision, while somebody waits in line."""

    def when(what):
        real = module.in_line

        def waits(enrolment, group):
            what()
            raise_revision(seminar.pk)
            monkeypatch.setattr(module, "in_line", real)
            return real(enrolment, group)

        monkeypatch.setattr(module, "in_line", waits)

    return when


def asks(student, reading, at=make.BEFORE_CLASS):
    student = type(student).objects.select_related("course").get(pk=student.pk)
    thing = ("question", reading.meeting_id, reading.pk)
    return hand_in(thing=thing, by=student, answers={"text": "Why?"}, at=at, key=a_key())


def test_a_deadline_that_has_moved_meanwhile_is_the_one_that_judges(
    changed, seminar, reading, presenter
):
    changed(lambda: make.set_work(seminar, "question", due_minutes=-6 * 60))
    with pytest.raises(DeadlinePassed):
        asks(presenter, reading)
    assert not Receipt.objects.exists()
    changed(lambda: make.set_work(seminar, "question", due_minutes=60))
    receipt = asks(presenter, reading, make.CLASS_STARTS - US)
    assert receipt.due_at == make.CLASS_STARTS + timedelta(hours=1)


def test_other_prompts_meanwhile_refuse_the_old_form(changed, seminar, reading, presenter):
    def asks_more():
        work = make.work_at(seminar, "question")
        Prompt.objects.create(work=work, key="why", label="Why do you ask?")

    changed(asks_more)
    with pytest.raises(AskChanged):
        asks(presenter, reading)
    assert not Receipt.objects.exists()


def test_a_later_change_flips_no_verdict(seminar, reading, presenter):
    receipt = asks(presenter, reading)
    make.set_work(seminar, "question", due_minutes=-6 * 60)
    raise_revision(seminar.pk)
    receipt.refresh_from_db()
    assert (receipt.verdict, receipt.due_at) == ("on_time", make.CLASS_STARTS)
