"""Rules that cannot be: each is a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from schedule.plan import contradictions
from schedule.plan.calendar import STUDENT_LECTURE, Meeting
from schedule.plan.moments import AtClass, Edge, OnClock, OnDate
from schedule.plan.plan import Plan
from schedule.plan.seed import SEED, SEED_ROLES
from schedule.plan.values import (
    After,
    Everybody,
    FileKind,
    FileSlot,
    For,
    Holders,
    HoldersOf,
    OthersThan,
    Per,
    Prompt,
    Role,
    Work,
)

NOW = datetime(2025, 1, 20, tzinfo=UTC)
WRITTEN = Prompt("text", "Your notes")
USUAL = Work(
    "notes", "Notes", Everybody(), Per.MEETING, frozenset({STUDENT_LECTURE}), None,
    AtClass(Edge.START), After.LATE, prompts=(WRITTEN,),
)  # fmt: skip
SCRIBE = Role("scribe", "Scribe", holders=Holders.PERSONS, most=3)
HACKER = Role("hacker", "Hacker", holders=Holders.PERSONS, per=For.READING)
GONE = Role("gone", "Gone", retired_at=NOW)
ROLES = (*SEED_ROLES, SCRIBE, HACKER, GONE)


def holders(*keys):
    return HoldersOf(frozenset(keys))


def test_the_seeds_rules_can_be():
    assert contradictions.faults_in(SEED.roles, SEED.works) == []


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"owed_by": holders()}, "roles", "Nobody owes it: say the roles whose holders do."),
        ({"owed_by": OthersThan(frozenset())}, "roles", "Say the roles."),
        ({"owed_by": holders("critic")}, "roles", "There is no role “critic”."),
        ({"owed_by": holders("gone")}, "roles", "Gone is no role of this course any more."),
        ({"owed_by": holders("scribe", "presenter")}, "roles", "Some of these roles are held by"),
        ({"opens": AtClass(Edge.START)}, "due_from", "It would be due before it opens."),
        (
            {"opens": AtClass(Edge.END), "due": AtClass(Edge.START)}, "due_from",
            "It would be due before it opens.",
        ),
        (
            {"opens": OnClock(0, time(9)), "due": OnClock(0, time(9))}, "due_from",
            "It would be due before it opens.",
        ),
        ({"kinds": frozenset()}, "meetings", "It is asked at no meeting"),
        ({"kinds": frozenset({"no_class"})}, "meetings", "It is asked at no meeting"),
        (
            {"after": After.CLOSED, "closes_minutes": 60}, "closes_minutes",
            "Nothing is taken after it is due",
        ),
        ({"points": 0}, "points", "Nothing can be graded out of zero."),
        ({"remind_hours": (24, 0)}, "remind_hours", "A reminder comes an hour before"),
        ({"prompts": ()}, "prompts", "Nothing is to be written and no file to be handed in."),
        ({"is_either": True}, "is_either", "Either needs both: something to write, and a file."),
        (
            {"prompts": (WRITTEN, WRITTEN)}, "prompts", "Two of its parts have the key “text”.",
        ),
        (
            {"files": (FileSlot("text", "Notes", FileKind.PDF),)}, "prompts",
            "Two of its parts have the key “text”.",
        ),
        ({"prompts": (Prompt("key", "Key?"),)}, "prompts", "No part can have the key “key”."),
        (
            {"prompts": (replace(WRITTEN, points=Decimal(9)),)}, "points",
            "The prompts give 9 points together, and the work 10.",
        ),
        ({"per": Per.ONCE}, "due_from", "What is asked once hangs on no class"),
        (
            {"per": Per.ONCE, "due": OnDate(1), "opens": OnClock(0, time(9))}, "opens_from",
            "What is asked once hangs on no class",
        ),
        ({"opens": OnDate(1), "due": OnDate(1)}, "due_from", "It would be due before it opens."),
    ],
)  # fmt: skip
def test_a_work_that_cannot_be(said, field, sentence):
    [fault] = contradictions.faults_in(ROLES, [replace(USUAL, **said)])
    assert (fault.key, fault.field) == ("notes", field)
    assert fault.sentence.startswith(sentence)


@pytest.mark.parametrize(
    "said",
    [
        {"opens": AtClass(Edge.START), "due": AtClass(Edge.END)},
        {"opens": AtClass(Edge.START), "due": AtClass(Edge.END, -30)},  # a long class
        {"opens": OnClock(-7, time(9)), "due": OnClock(-1, time(8))},
        {"opens": OnClock(0, time(23)), "due": AtClass(Edge.START)},  # the dates will say
        {"owed_by": OthersThan(frozenset({"scribe", "presenter"}))},
        {"owed_by": holders("gone"), "retired_at": NOW},
        {"per": Per.ONCE, "due": OnDate(1), "kinds": frozenset()},
        {"due": OnDate(1), "opens": OnDate(2)},  # the dates will say
        {"prompts": (), "files": (FileSlot("deck", "Deck", FileKind.PPTX),)},
        {"prompts": (replace(WRITTEN, points=Decimal(10)),)},
        {"prompts": (replace(WRITTEN, points=Decimal(9)), Prompt("more", "More?"))},
    ],
)
def test_what_may_be(said):
    assert contradictions.faults_in(ROLES, [replace(USUAL, **said)]) == []


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role("x", "X", most=0, least=0), "Nobody could have a role with no holder."),
        (Role("x", "X", most=2, least=3), "It takes 3 at least, so it cannot take 2."),
    ],
)
def test_a_role_that_nobody_can_hold(role, sentence):
    assert contradictions.faults_in([role], []) == [contradictions.Fault("x", "most", sentence)]


def test_a_key_is_used_once():
    found = contradictions.faults_in([*SEED_ROLES, SEED_ROLES[0]], [*SEED.works, SEED.works[0]])
    assert [(one.key, one.field, one.sentence) for one in found] == [
        ("presenter", "key", "Another role has the key “presenter” already."),
        ("question", "key", "Another work has the key “question” already."),
    ]


def test_a_work_is_due_before_it_opens_for_one_meeting_of_many():
    starts = datetime(2025, 2, 5, 18, 30, tzinfo=UTC)
    short = Meeting(
        7, STUDENT_LECTURE, date(2025, 2, 5), "One", starts, starts + timedelta(minutes=20)
    )
    longer = replace(short, id=8, ends_at=starts + timedelta(minutes=75))
    work = replace(USUAL, opens=AtClass(Edge.START, 30), due=AtClass(Edge.END))
    made = Plan(1, ZoneInfo("UTC"), NOW, meetings=(longer, short), works=(work,))
    [fault] = contradictions.never_open(made)
    assert (fault.key, fault.sentence) == ("notes", "For Feb 5 it would be due before it opens.")
    assert contradictions.never_open(replace(made, meetings=(longer,))) == []
