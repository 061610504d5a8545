"""What a roster file is made of, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class RosterUnreadable(ValueError):
    """The text is no table; `str()` says where and why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place; `line` counts from 1, `column` is the file's header."""

    line: int
    message: str
    column: str = ""

    def __str__(self) -> str:
        where = f"Line {self.line}, column “{self.column}”" if self.column else f"Line {self.line}"
        return f"{where}: {self.message}"


class Standing(StrEnum):
    """What a file says of somebody's place on the roster.

    ON adds and puts back. LISTED, for a blank cell in a column of statuses, adds but puts nobody
    back. GONE drops. AS_IS neither adds, nor puts back, nor drops.
    """

    ON = "on"
    LISTED = "listed"
    GONE = "gone"
    AS_IS = "as-is"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person in the file; empty strings where it says nothing."""

    line: int
    netid: str = ""
    name: str = ""
    email: str = ""
    standing: Standing = Standing.ON
    # Read off the address: the file did not say it.
    is_netid_derived: bool = field(default=False, compare=False)

    @property
    def is_joining(self) -> bool:
        """Whether somebody whom the roster does not know is added for it."""
        return self.standing in {Standing.ON, Standing.LISTED}

    @property
    def label(self) -> str:
        """How to name this person in a sentence."""
        return self.name or self.netid or self.email


class Skip(StrEnum):
    """Why a row of the file is left out, as the preview says it behind their number."""

    NOBODY = "with neither NetID nor address"
    STAFF = "not of a student"
    TEST = "of a test student"
    AGAIN = "the same as a row above"
    EXPORT = "of the export itself: titles, points, totals"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is left out: its line, why, and what it says."""

    line: int
    why: Skip
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a column of statuses or roles, and on how many rows it stands.

    `key` is the word as it is compared and remembered. `meaning` is a key of
    `words.MEANINGS[field]`, empty where nobody can know it and it must be asked.
    """

    field: str
    text: str
    key: str
    count: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """The file's header and its records with the lines on which they start.

    Headers are unlike each other; `above` are the title lines that stand before them.
    """

    headers: tuple[str, ...]
    records: tuple[tuple[int, tuple[str, ...]], ...]
    header_line: int = 1
    above: tuple[tuple[int, tuple[str, ...]], ...] = ()


@dataclass(slots=True)
class ReadRows:
    """What the records mean under one mapping of columns."""

    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
