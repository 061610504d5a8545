"""Roles given against the rules (R1, R3): each is a sentence."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from schedule.plan import roles_given
from schedule.plan.asks import Owner
from schedule.plan.calendar import STUDENT_LECTURE, Meeting, Reading
from schedule.plan.plan import Plan
from schedule.plan.values import Assignment
from tests.schedule.plan.test_contradictions import NOW, ROLES


def clashes(*given):
    return roles_given.clashes({role.key: role for role in ROLES}, given, name_of)


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
    found = roles_given.read_again(made, made.meeting[meeting])
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
    assert roles_given.in_several_roles(held) == {"ann": ["presenter", "reviewer"]}


@pytest.mark.parametrize(
    ("given", "missing"),
    [([], []), (["b"], ["a", "c"]), (["c", "a", "b"], []), (["a", "a"], ["b", "c"])],
)
def test_roles_that_nobody_has(given, missing):
    assert roles_given.missing_roles("abc", given) == missing
