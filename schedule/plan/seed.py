"""The rules with which a course begins; those of other seminars are `courseapp/presets/`."""

from __future__ import annotations

from decimal import Decimal

from schedule.plan.calendar import STUDENT_LECTURE
from schedule.plan.moments import AtClass, Edge
from schedule.plan.values import (
    After,
    Everybody,
    FileKind,
    FileSlot,
    HoldersOf,
    Per,
    Prompt,
    Role,
    Rules,
    SeenBy,
    Work,
)

AT_LECTURES = frozenset({STUDENT_LECTURE})

SEED_ROLES = (
    Role("presenter", "Presenter", "presented by", minutes=40),
    Role("companion", "Companion", "authors"),
    Role("reviewer", "Reviewer", "reviewers"),
)
"""Rules R1 and T1."""


SUMMARY = (
    ("problem", "What is the problem, and why does it matter?"),
    ("related_work", "What is the state of related work?"),
    ("solution", "What is the solution, and which insight is the key to it?"),
    ("drawbacks", "What are its drawbacks or limits?"),
    ("future", "Where could research go from here?"),
)
"""Rule U1."""


def seed_works(*, slides_lead_hours: int = 24, summary_lag_hours: int = 24) -> tuple[Work, ...]:
    """Questions (rule P2), slides (T3) and summaries (U3), with the hours of the course."""
    return (
        Work(
            key="question",
            name="Question",
            owed_by=Everybody(),
            per=Per.REQUIRED_READING,
            kinds=AT_LECTURES,
            opens=None,
            due=AtClass(Edge.START),
            after=After.CLOSED,
            can_withdraw=True,
            remind_hours=(24, 2),
            points=Decimal(2),
            prompts=(Prompt("text", "Your question", longest=2000),),
            seen_by=SeenBy.HOLDERS_FROM_DUE,
        ),
        Work(
            key="slides",
            name="Slides",
            is_plural=True,
            owed_by=HoldersOf(frozenset({"presenter"})),
            per=Per.MEETING,
            kinds=AT_LECTURES,
            opens=None,
            due=AtClass(Edge.START, -60 * slides_lead_hours),
            after=After.LATE,
            remind_hours=(24, 3),
            files=(FileSlot("upload", "The slides, as .pptx", FileKind.PPTX),),
            seen_by=SeenBy.PUBLIC_WHEN_RELEASED,
        ),
        Work(
            key="summary",
            name="Summary",
            owed_by=HoldersOf(frozenset({"companion", "reviewer"})),
            per=Per.MEETING,
            kinds=AT_LECTURES,
            opens=AtClass(Edge.START),
            due=AtClass(Edge.END, 60 * summary_lag_hours),
            after=After.LATE_NOT_COUNTED,
            remind_hours=(4,),
            prompts=tuple(Prompt(key, label) for key, label in SUMMARY),
            files=(FileSlot("upload", "Or a PDF", FileKind.PDF),),
            is_either=True,
            seen_by=SeenBy.OWNER,
        ),
    )


SEED = Rules(SEED_ROLES, seed_works())
"""What a course is laid with."""
