"""Watches what the product writes: no row of a plan changes unless the revision rises with it.

Factories write as they like; what counts is what happens inside a transaction of the product's (in
a test: a savepoint), or in a statement that the product sends outside of any.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ANY = frozenset[str]()
COLUMNS = {
    "courses_course": {"timezone", "created_at"},
    "courses_enrolment": {"role", "created_at", "dropped_at"},
    "groups_studentgroup": ANY,
    "groups_membership": ANY,
    "schedule_section": ANY,
    "schedule_meeting": ANY,
    "schedule_reading": ANY,
    "schedule_roleassignment": ANY,
    "schedule_role": ANY,
    "schedule_work": ANY,
    "schedule_work_roles": ANY,
    "schedule_prompt": ANY,
    "schedule_fileslot": ANY,
    "schedule_milestone": ANY,
}
"""The tables that a plan is read from; of some, only these columns."""
_WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
_RAISES = 'UPDATE "courses_course" SET "revision"'


@dataclass
class Transaction:
    """What was written in one savepoint."""

    writes: list[str] = field(default_factory=list)
    is_raised: bool = False


@dataclass
class Watch:
    """A wrapper for the statements of a connection; `faults` are those that it found."""

    frames: list[Transaction] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            self.frames.append(Transaction())
        elif sql.startswith("ROLLBACK TO") and self.frames:
            self.frames[-1] = Transaction()
        elif sql.startswith("RELEASE") and self.frames:
            self._end(self.frames.pop())
        elif sql.startswith(_RAISES):
            for frame in self.frames:
                frame.is_raised = True
        elif changes_plan(sql):
            self._note(sql)
        return execute(sql, *rest)

    def _note(self, sql: str) -> None:
        if self.frames:
            self.frames[-1].writes.append(sql)
        elif is_ours():
            self.faults.append(sql)

    def _end(self, ended: Transaction) -> None:
        if not ended.writes or ended.is_raised:
            return
        if self.frames:
            self.frames[-1].writes += ended.writes
        else:
            self.faults += ended.writes


def changes_plan(sql: str) -> bool:
    """Whether this statement changes what a plan says."""
    found = _WRITES.match(sql)
    if found is None or found[2] not in COLUMNS:
        return False
    if found[1] != "UPDATE" or not COLUMNS[found[2]]:
        return found[2] != "courses_course"  # a new course has no plan yet
    assigned = sql.partition(" SET ")[2].partition(" WHERE ")[0]
    return bool(COLUMNS[found[2]] & set(re.findall(r'"(\w+)" = ', assigned)))


def is_ours() -> bool:
    """Whether the nearest caller that belongs to this project is not a test."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(str(ROOT)) and ".venv" not in path and path != __file__:
            return not path.startswith(str(ROOT / "tests"))
        frame = frame.f_back
    return False
