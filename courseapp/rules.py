"""The rules of a course as a whole: roles, works and the parts of the grade, as one object.

What stands here spans the schedule and the grades. `presets/` has such objects for seminars of
several kinds.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from courses.texts import listed
from grading.actions import Part, set_parts
from grading.actions.parts import LONGEST_NAME
from grading.models import GradeComponent
from schedule.actions.rules import set_rules
from schedule.errors import RulesContradict
from schedule.forms.rulesfile import Reader, as_data, as_number
from schedule.models import Role, Work
from schedule.plan.contradictions import Fault
from schedule.plan.sentences import sentences
from schedule.plan.values import Rules
from schedule.queries.rules import roles_of, titles_of, works_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from courses.models import Course
    from schedule.plan import values

PRESETS = Path(__file__).with_name("presets")
WHOLE = frozenset({"roles", "works", "parts"})


def preset_names() -> list[str]:
    """The names of the presets, in alphabetical order."""
    return sorted(one.stem for one in PRESETS.glob("*.json"))


def preset(name: str) -> dict[str, Any]:
    """The object of a preset. Raises KeyError for a name that there is not."""
    if name not in preset_names():
        raise KeyError(name)
    found: dict[str, Any] = json.loads((PRESETS / f"{name}.json").read_text())
    return found


def rules_of(course: Course) -> Rules:
    """The roles and works of the course, retired ones too."""
    return Rules(roles_of(course), works_of(course))


def parts_of(course: Course) -> list[Part]:
    """The parts of its grade, in their order."""
    rows = GradeComponent.objects.filter(course=course).prefetch_related("works")
    return [
        Part(one.name, one.weight, tuple(work.key for work in one.works.all()))
        for one in rows.order_by("position", "pk")
    ]


def as_object(course: Course) -> dict[str, Any]:
    """All rules of the course, as `set_all` takes them."""
    parts = [
        {"name": one.name, "weight": as_number(one.weight)}
        | ({"works": list(one.works)} if one.works else {})
        for one in parts_of(course)
    ]
    return {**as_data(rules_of(course), titles_of(course)), "parts": parts}


def in_words(course: Course) -> list[str]:
    """All rules of the course as sentences, a line for each role, work and part of the grade."""
    rules = rules_of(course)
    lines = [sentence for _, sentence in sentences(rules, titles_of(course))]
    return [*lines, *graded_in_words(course, rules.works)]


def graded_in_words(course: Course, works: Sequence[values.Work]) -> list[str]:
    """What the grade is made of, a line for each part and for each of the works that feeds none.

    Two queries.
    """
    names = {work.key: work.name for work in works if work.retired_at is None}
    lines, parts = [], parts_of(course)
    for part in parts:
        fed = [names[key] for key in part.works if key in names]
        gone = "from work that is asked no more" if part.works else "graded by hand"
        by = f"from {listed(fed, 'and')}" if fed else gone
        lines.append(f"{as_number(part.weight)} % of the grade: {part.name}, {by}.")
    in_parts = {key for part in parts for key in part.works}
    lines += [
        f"{work.name} {'feed' if work.is_plural else 'feeds'} no part of the grade."
        for work in works
        if parts and work.key not in in_parts and work.retired_at is None
    ]
    return lines


def set_all(*, course: Course, said: Any, at: datetime) -> None:
    """Let the course have the rules of this object, from `at` on.

    What the object does not name (`roles` and `works` go together, `parts`) stays as it is.
    Raises RulesContradict with all that cannot be; then nothing has changed.
    """
    try:
        _set_all(course, said, at)
    except IntegrityError:
        # Something was handed in meanwhile for what was to go; now it is there to be seen.
        _set_all(course, said, at)


@transaction.atomic
def _set_all(course: Course, said: Any, at: datetime) -> None:
    faults: list[Fault] = []
    if not isinstance(said, dict):
        raise RulesContradict([Fault("", "", "The rules must be an object.")])
    if not said:
        raise RulesContradict([Fault("", "", "Say roles and works, parts, or all of them.")])
    try:
        json.dumps(said, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise RulesContradict([Fault("", "", "It holds half a character (\\ud800).")]) from None
    faults += [Fault("", str(one), "There is no such thing to say.") for one in said.keys() - WHOLE]
    reader = Reader(at, _retired(course))
    rules = reader.rules(said) if {"roles", "works"} & said.keys() else None
    parts, wrong = _parts(said["parts"]) if "parts" in said else (None, [])
    faults += [*reader.faults, *wrong]
    if faults:
        raise RulesContradict(faults)
    if rules is not None:
        if "roles" not in said or "works" not in said:
            raise RulesContradict([Fault("", "works", "Say roles and works together.")])
        set_rules(course=course, rules=rules, at=at)
    if parts is not None:
        set_parts(course=course, parts=parts)


def _retired(course: Course) -> dict[str, datetime]:
    """When what is retired was, by its key."""
    found: dict[str, datetime] = {}
    for model in (Role, Work):
        rows = model._default_manager.filter(course=course, retired_at__isnull=False)
        found |= {row.key: row.retired_at for row in rows if row.retired_at is not None}
    return found


def _parts(said: Any) -> tuple[list[Part], list[Fault]]:
    if not isinstance(said, list):
        return [], [Fault("parts", "", "This must be a list of objects.")]
    parts, faults = [], []
    for number, one in enumerate(said, 1):
        name = f"part {number}"
        if not isinstance(one, dict):
            faults.append(Fault(name, "", "This must be an object."))
            continue
        unknown = one.keys() - {"name", "weight", "works"}
        faults += [Fault(name, str(field), "There is no such thing to say.") for field in unknown]
        works = one.get("works", [])
        if not isinstance(works, list) or not all(isinstance(key, str) for key in works):
            faults.append(Fault(name, "works", "This must be a list of keys."))
            works = []
        try:
            weight = Decimal(str(one.get("weight", "")))
        except InvalidOperation:
            faults.append(Fault(name, "weight", "A weight is a number from 0 to 100."))
            weight = Decimal(0)
        called = one.get("name", "")
        if not isinstance(called, str) or not 1 <= len(called.strip()) <= LONGEST_NAME:
            sentence = f"A name has 1 to {LONGEST_NAME} characters."
            faults.append(Fault(name, "name", sentence))
            continue
        parts.append(Part(called, weight, tuple(works)))
    return parts, faults
