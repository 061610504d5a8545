"""What other seminars ask, and of whom, as values: no line of code is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedule.deadlines import Status
from schedule.plan.asks import Owner
from schedule.plan.calendar import STUDENT_LECTURE, Meeting, Reading
from schedule.plan.moments import AtClass, Edge, OnClock
from schedule.plan.plan import Plan
from schedule.plan.seed import AT_LECTURES, SEED_ROLES, seed_works
from schedule.plan.values import (
    After,
    Assignment,
    Everybody,
    EveryGroup,
    Group,
    Holders,
    HoldersOf,
    OthersThan,
    Per,
    Person,
    Role,
    Span,
    Stay,
    Work,
)

CHICAGO = ZoneInfo("America/Chicago")
BEGINS = datetime(2025, 1, 20, tzinfo=UTC)
STARTS = datetime(2025, 3, 10, 17, 30, tzinfo=UTC)  # Monday, the day after clocks went forward
LECTURE = Meeting(
    7, STUDENT_LECTURE, date(2025, 3, 10), "Caches", STARTS, STARTS + timedelta(minutes=75),
    readings=(Reading(1, "First", True), Reading(2, "Second", False)),
)  # fmt: skip
PEOPLE = tuple(Person(n, n == 9, Span(BEGINS)) for n in (1, 2, 3, 9))
GROUPS = (Group(5, 1, "", BEGINS, (Stay(1, Span(BEGINS)),)), Group(6, 2, "", BEGINS))


def work(**fields):
    usual = {
        "key": "notes", "name": "Notes", "owed_by": Everybody(), "per": Per.MEETING,
        "kinds": AT_LECTURES, "opens": None, "due": AtClass(Edge.START), "after": After.LATE,
    }  # fmt: skip
    return Work(**(usual | fields))


def plan(*works, roles=SEED_ROLES, assignments=()):
    return Plan(
        1, CHICAGO, BEGINS, PEOPLE, GROUPS, (LECTURE,), (), roles, works, tuple(assignments)
    )  # fmt: skip


def owners(made):
    [ask] = made.asks.values()
    return dict(made.owners[ask.key])


@pytest.mark.parametrize(
    ("due", "instant"),
    [
        (OnClock(0, time(23, 59)), datetime(2025, 3, 11, 4, 59, tzinfo=UTC)),
        (OnClock(-1, time(23, 59)), datetime(2025, 3, 10, 4, 59, tzinfo=UTC)),
        (OnClock(-2, time(23, 59)), datetime(2025, 3, 9, 5, 59, tzinfo=UTC)),  # still CST
        (OnClock(3, time(23, 59)), datetime(2025, 3, 14, 4, 59, tzinfo=UTC)),
        (AtClass(Edge.START, -48 * 60), STARTS - timedelta(hours=48)),
        (AtClass(Edge.END, 24 * 60), STARTS + timedelta(hours=24, minutes=75)),
    ],
)
def test_due_on_the_clock_or_in_elapsed_time(due, instant):
    [ask] = plan(work(due=due)).asks.values()
    assert ask.deadline.due_at == instant


def test_what_is_asked_per_reading():
    every = work(key="every", per=Per.READING)
    required = work(key="required", per=Per.REQUIRED_READING)
    assert list(plan(every, required).asks) == [
        ("every", 7, 1),
        ("every", 7, 2),
        ("required", 7, 1),
    ]


def test_nothing_is_asked_at_another_kind_of_meeting_nor_where_no_class_is():
    made = plan(*seed_works())
    for other in (replace(LECTURE, kind="guest_lecture"), replace(LECTURE, starts_at=None)):
        assert dict(replace(made, meetings=(other,)).asks) == {}


def test_late_work_is_taken_for_as_long_as_the_course_says():
    [ask] = plan(work(closes_minutes=90)).asks.values()
    ends = STARTS + timedelta(minutes=90)
    found = [ask.deadline.status(at) for at in (STARTS, ends - timedelta.resolution, ends)]
    assert found == [Status.GRACE, Status.GRACE, Status.CLOSED]


def test_everybody_is_each_student():
    assert owners(plan(work())) == {Owner(person=n): frozenset() for n in (1, 2, 3)}


def test_every_group():
    assert owners(plan(work(owed_by=EveryGroup()))) == {Owner(group=n): frozenset() for n in (5, 6)}


def test_who_has_two_roles_owes_once_for_both():
    given = [Assignment("companion", 7, group=5), Assignment("reviewer", 7, group=5)]
    made = plan(work(owed_by=HoldersOf(frozenset({"companion", "reviewer"}))), assignments=given)
    assert owners(made) == {Owner(group=5): {"companion", "reviewer"}}


def test_roles_of_persons_for_one_reading():
    """Several hold one; a role for the other paper asks nothing on this one."""
    given = [
        Assignment("hacker", 7, person=1, reading=1),
        Assignment("hacker", 7, person=2, reading=1),
        Assignment("hacker", 7, person=3, reading=2),
    ]
    hacker = Role("hacker", "Hacker", holders=Holders.PERSONS)
    theirs = work(owed_by=HoldersOf(frozenset({"hacker"})), per=Per.REQUIRED_READING)
    made = plan(theirs, roles=(hacker,), assignments=given)
    assert owners(made).keys() == {Owner(person=1), Owner(person=2)}
    assert made.is_owed_alone(theirs)


def test_the_others_are_those_without_the_role_alone_or_with_a_group():
    given = [Assignment("presenter", 7, group=5), Assignment("scribe", 7, person=2)]
    roles = (*SEED_ROLES, Role("scribe", "Scribe", holders=Holders.PERSONS))
    others = work(owed_by=OthersThan(frozenset({"presenter", "scribe"})))
    made = plan(others, roles=roles, assignments=given)
    assert owners(made).keys() == {Owner(person=3)}
    assert [len(made.may_owe(person)) for person in (1, 2, 3, 9)] == [0, 0, 1, 0]


def test_works_of_groups_are_not_owed_alone():
    question, slides, summary = seed_works()
    made = plan(question, slides, summary)
    assert [made.is_owed_alone(one) for one in made.works] == [True, False, False]
    assert not made.is_owed_alone(work(owed_by=EveryGroup()))
