"""What a rule reads like, kind by kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from schedule.plan.calendar import STUDENT_LECTURE
from schedule.plan.moments import AtClass, Edge, OnClock, OnDate
from schedule.plan.seed import SEED, SEED_ROLES
from schedule.plan.sentences import of_role, of_work, sentences
from schedule.plan.values import (
    After,
    All,
    Best,
    Everybody,
    EveryGroup,
    FileKind,
    FileSlot,
    First,
    For,
    Holders,
    HoldersOf,
    OthersThan,
    Per,
    Prompt,
    Role,
    Rules,
    SeenBy,
    Work,
)

NOTES = Work(
    "notes", "Notes", Everybody(), Per.MEETING, frozenset({STUDENT_LECTURE}), None,
    AtClass(Edge.START), After.CLOSED, is_plural=True, prompts=(Prompt("text", "Your notes"),),
)  # fmt: skip
ROLES = {one.key: one for one in (*SEED_ROLES, Role("scribe", "Scribe", holders=Holders.PERSONS))}


def said(**changed):
    return " ".join(of_work(replace(NOTES, **changed), ROLES, {7: "Final report"}))


def test_the_usual():
    assert said() == (
        "Each student writes notes for every student lecture, until the start of class. Nothing is "
        "taken after that. To hand in: “Your notes” (at most 20,000 characters). Each is graded "
        "out of 10 points. The staff read it, and nobody else."
    )


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"name": "Essay", "is_plural": False}, "writes an essay for every"),
        ({"owed_by": EveryGroup()}, "Each group writes notes"),
        ({"owed_by": HoldersOf(frozenset({"scribe"}))}, "Each student who is scribe writes"),
        (
            {"owed_by": HoldersOf(frozenset({"reviewer", "companion"}))},
            "Each group that is companion or reviewer writes",
        ),
        (
            {"owed_by": OthersThan(frozenset({"presenter", "companion", "reviewer"}))},
            "Each student who is not presenter, companion or reviewer writes",
        ),
        ({"per": Per.READING}, "on every reading of every student lecture,"),
        ({"per": Per.REQUIRED_READING}, "on every required reading of every student lecture,"),
        ({"kinds": frozenset({"guest_lecture"})}, "for every guest lecture,"),
        ({"per": Per.ONCE, "due": OnDate(7)}, "Each student writes notes, until “Final report”."),
        ({"per": Per.ONCE, "due": OnDate("Proposal")}, "until “Proposal”."),
        ({"due": AtClass(Edge.END, 60)}, "until 1 hour after the end of class."),
        ({"due": AtClass(Edge.START, -48 * 60)}, "until 48 hours before the start of class."),
        ({"due": AtClass(Edge.END, 7 * 24 * 60)}, "until 7 days after the end of class."),
        ({"due": AtClass(Edge.START, -90)}, "until 90 minutes before the start of class."),
        ({"due": OnClock(0, time(23, 59))}, "until 11:59 PM on the day of the class."),
        ({"due": OnClock(-1, time(23, 59))}, "until 11:59 PM on the day before the class."),
        ({"due": OnClock(3, time(18))}, "until 6:00 PM three days after the class."),
        ({"opens": AtClass(Edge.START)}, "from the start of class on, until"),
        ({"after": After.LATE}, "What comes later is taken and shown as late."),
        (
            {"after": After.LATE, "closes_minutes": 1440},
            "What comes later is taken for 24 hours and shown as late.",
        ),
        (
            {"after": After.LATE_NOT_COUNTED},
            "What comes later is kept on record, and not counted.",
        ),
        ({"can_withdraw": True}, "Until then it can be changed and taken back."),
        (
            {"prompts": (
                Prompt("a", "A?", 500, Decimal("0.5")),
                Prompt("b", "B?", 9, is_needed=False),
            )},
            "To hand in: “A?” (at most 500 characters, 0.5 points) and “B?” (at most 9 characters, "
            "if one likes).",
        ),
        (
            {"prompts": tuple(Prompt(f"p{n}", f"{n}?", 100) for n in range(5))},
            "To hand in: five answers of at most 100 characters each.",
        ),
        (
            {"prompts": (), "files": (FileSlot("f", "F", FileKind.PDF, 20, 8),
                                      FileSlot("g", "G", FileKind.ZIP))},
            "hands in notes for every student lecture, until the start of class. Nothing is taken "
            "after that. To hand in: a .pdf file of at most 8 pages and 20 MB and a .zip file.",
        ),
        (
            {"files": (FileSlot("f", "F", FileKind.PDF),), "is_either": True},
            "To hand in: “Your notes” (at most 20,000 characters); or a .pdf file.",
        ),
        ({"counting": Best(14)}, "Each is graded out of 10 points; the best 14 count."),
        ({"counting": First(3)}, "points; the first three that are handed in count."),
        ({"counting": All(2)}, "points; two may be missed."),
        ({"points": Decimal("1.00")}, "graded out of 1 point."),
        ({"seen_by": SeenBy.CLASS}, "The class reads it."),
        ({"seen_by": SeenBy.HOLDERS_FROM_DUE}, "Once it is due, who has a role at the meeting"),
        (
            {"seen_by": SeenBy.PUBLIC_WHEN_RELEASED},
            "The class reads it, and everybody once the staff releases it.",
        ),
    ],
)  # fmt: skip
def test_a_work(changed, part):
    assert part in said(**changed)


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role("x", "Host"), "Host: one group for each meeting."),
        (Role("x", "Host", per=For.READING), "Host: one group for each reading."),
        (
            Role("x", "Host", holders=Holders.PERSONS, least=2, most=3),
            "Host: two to three students",
        ),
        (Role("x", "Host", least=0, most=12), "Host: at most 12 groups for each meeting."),
        (Role("x", "Host", least=1, most=None), "Host: one group or more for each meeting."),
        (Role("x", "Host", minutes=8), "It has 8 minutes at most."),
        (Role("x", "Host", must_attend=False), "Who has it need not be in class."),
    ],
)
def test_a_role(role, sentence):
    assert sentence in " ".join(of_role(role))


def test_the_seeds_rules_a_line_each_without_what_is_retired():
    assert [key for key, _ in sentences(SEED, {})] == [
        "presenter", "companion", "reviewer", "question", "slides", "summary",
    ]  # fmt: skip
    gone = replace(SEED.works[0], retired_at=datetime(2025, 1, 1, tzinfo=UTC))
    rules = Rules(SEED.roles, (gone, *SEED.works[1:]))
    assert "question" not in dict(sentences(rules, {}))
