"""Rules that cannot be, and roles given against them: each is a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from schedule.plan import checks
from schedule.plan.asks import Owner
from schedule.plan.moments import AtClass, Edge, OnClock, OnDate
from schedule.plan.plan import Plan
from schedule.plan.presets import SEED, SEED_ROLES
from schedule.plan.values import (
    STUDENT_LECTURE,
    After,
    Assignment,
    Everybody,
    FileKind,
    FileSlot,
    For,
    Holders,
    HoldersOf,
    Meeting,
    OthersThan,
    Per,
    Prompt,
    Reading,
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
    assert checks.faults_in(SEED.roles, SEED.works) == []


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
    [fault] = checks.faults_in(ROLES, [replace(USUAL, **said)])
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
    assert checks.faults_in(ROLES, [replace(USUAL, **said)]) == []


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role("x", "X", most=0, least=0), "Nobody could have a role with no holder."),
        (Role("x", "X", most=2, least=3), "It takes 3 at least, so it cannot take 2."),
    ],
)
def test_a_role_that_nobody_can_hold(role, sentence):
    assert checks.faults_in([role], []) == [checks.Fault("x", "most", sentence)]


def test_a_key_is_used_once():
    found = checks.faults_in([*SEED_ROLES, SEED_ROLES[0]], [*SEED.works, SEED.works[0]])
    assert [(one.key, one.field, one.sentence) for one in found] == [
        ("presenter", "key", "Another role has the key “presenter” already."),
        ("question", "key", "Another work has the key “question” already."),
    ]


# Roles that are given at one meeting.


def clashes(*given):
    return checks.clashes({role.key: role for role in ROLES}, given, name_of)


def name_of(owner: Owner) -> str:
    return f"Group {owner.group}" if owner.person is None else f"Student {owner.person}"


def group(role, n, **more):
    return Assignment(role, 7, group=n, **more)


def person(role, n, **more):
    return Assignment(role, 7, person=n, **more)


def test_three_groups_in_three_roles():
    assert clashes(group("presenter", 1), group("companion", 2), group("reviewer", 3)) == []


def test_too_few_are_not_wrong_yet():
    assert clashes(group("presenter", 1)) == clashes() == []


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        (
            [group("presenter", 1), group("presenter", 2)],
            ["Presenter is given to 2 groups; it takes one (R1)."],
        ),
        (
            [group("presenter", 1), group("reviewer", 1)],
            ["Group 1 has 2 roles at one meeting; it takes one (R1)."],
        ),
        (
            [person("scribe", n) for n in range(4)],
            ["Scribe is given to 4 students; it takes 3 at most (R1)."],
        ),
        (
            [person("hacker", 1, reading=1), person("hacker", 2, reading=1)],
            ["Hacker is given to 2 students; it takes one (R1)."],
        ),
        (
            [person("hacker", 1), person("hacker", 2, reading=1)],  # the first has it for all
            ["Hacker is given to 2 students; it takes one (R1)."],
        ),
        (
            [person("scribe", 1), person("hacker", 1, reading=2)],
            ["Student 1 has 2 roles at one meeting; they take one (R1)."],
        ),
        (
            [person("presenter", 1)],
            ["Presenter is a role of groups, and Student 1 is none."],
        ),
        ([group("scribe", 1)], ["Scribe is a role of single students, and Group 1 is none."]),
        (
            [group("presenter", 1, reading=1)],
            ["Presenter is for the whole meeting, not for one reading of it."],
        ),
    ],
)
def test_roles_against_the_rules(given, sentences):
    assert clashes(*given) == sentences


def test_one_student_may_have_a_role_for_each_reading():
    assert clashes(person("hacker", 1, reading=1), person("hacker", 1, reading=2)) == []


# Papers that are read twice (rule R3).


AGAIN = Reading(3, "Caches", True, url="https://papers.example/a")


def plan(*given, second=AGAIN):
    first = Reading(1, "Caches, again", True, url="https://papers.example/a")
    extra = Reading(2, "A survey", False, url="https://papers.example/b")
    meetings = (
        Meeting(7, STUDENT_LECTURE, date(2025, 2, 5), "One", readings=(first, extra)),
        Meeting(8, STUDENT_LECTURE, date(2025, 2, 12), "Two", readings=(second,)),
    )
    zone = ZoneInfo("America/Chicago")
    return Plan(1, zone, NOW, meetings=meetings, roles=ROLES, assignments=given)


def repeats(made, meeting=8):
    found = checks.read_again(made, made.meeting[meeting])
    return [(owner, title, other.id) for owner, title, other in found]


def test_a_group_never_summarises_what_it_presented():
    made = plan(Assignment("presenter", 7, group=1), Assignment("reviewer", 8, group=1))
    assert repeats(made) == [(Owner(group=1), "Caches", 7)]
    assert repeats(made, 7) == [(Owner(group=1), "Caches, again", 8)]


@pytest.mark.parametrize(
    "given",
    [
        [Assignment("presenter", 7, group=1), Assignment("reviewer", 8, group=2)],
        [Assignment("presenter", 7, group=1), Assignment("presenter", 8, group=1)],
        [Assignment("presenter", 7, group=1)],
    ],
)
def test_others_or_the_same_role_on_it_are_no_harm(given):
    assert repeats(plan(*given)) == []


def test_another_paper_is_another_and_an_optional_one_is_not_presented():
    given = (Assignment("presenter", 7, group=1), Assignment("reviewer", 8, group=1))
    for second in (
        Reading(3, "Caches", True, url="https://papers.example/c"),
        Reading(3, "A survey", True, url="https://papers.example/b"),
    ):
        assert repeats(plan(*given, second=second)) == []


def test_a_role_on_one_reading_is_on_that_paper_alone():
    given = (
        Assignment("hacker", 7, person=1, reading=2),
        Assignment("scribe", 8, person=1),
    )
    survey = Reading(3, "A survey", True, url="https://papers.example/b")
    assert repeats(plan(*given)) == []
    assert repeats(plan(*given, second=survey)) == [(Owner(person=1), "A survey", 7)]


# What a page says of roles, by the words of its people.


def test_who_is_in_several_roles():
    held = [("presenter", "ann"), ("reviewer", "ann"), ("presenter", "bo"), ("reviewer", "ann")]
    assert checks.in_several_roles(held) == {"ann": ["presenter", "reviewer"]}


@pytest.mark.parametrize(
    ("given", "missing"),
    [([], []), (["b"], ["a", "c"]), (["c", "a", "b"], []), (["a", "a"], ["b", "c"])],
)
def test_roles_that_nobody_has(given, missing):
    assert checks.missing_roles("abc", given) == missing


def test_a_work_is_due_before_it_opens_for_one_meeting_of_many():
    starts = datetime(2025, 2, 5, 18, 30, tzinfo=UTC)
    short = Meeting(
        7, STUDENT_LECTURE, date(2025, 2, 5), "One", starts, starts + timedelta(minutes=20)
    )
    longer = replace(short, id=8, ends_at=starts + timedelta(minutes=75))
    work = replace(USUAL, opens=AtClass(Edge.START, 30), due=AtClass(Edge.END))
    made = Plan(1, ZoneInfo("UTC"), NOW, meetings=(longer, short), works=(work,))
    [fault] = checks.never_open(made)
    assert (fault.key, fault.sentence) == ("notes", "For Feb 5 it would be due before it opens.")
    assert checks.never_open(replace(made, meetings=(longer,))) == []
