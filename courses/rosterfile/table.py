"""The table in a text: which sign separates its columns, where its header is, what lies above."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from courses.rosterfile.cells import ADDRESS, tidy
from courses.rosterfile.columns import numbered, rank
from courses.rosterfile.model import RosterUnreadable, Table

SEPARATORS = ",;\t|"
MAX_ROWS = 5000
MAX_COLUMNS = 200
_LOOK = 40
"""So many records are looked at for the header."""

Record = tuple[int, tuple[str, ...]]


def read_table(text: str) -> Table:
    """The table in `text`, separated by commas, semicolons, tabs or pipes.

    Empty lines are skipped, and so is Excel's `sep=` line. The header is the record with the most
    known names, else the first of several cells; what stands above it is kept apart. Raises
    `RosterUnreadable` naming the line when it is no table.
    """
    text = text.replace("\x00", "").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise RosterUnreadable("The file is empty.")
    if re.fullmatch(r'"?sep=.?"?', lines[first].strip(), re.IGNORECASE):
        first += 1
    body = "\n".join(lines[first:])
    records = list(_records(body, _separator(body), first + 1))
    if not records:
        raise RosterUnreadable("The file is empty.")
    at = _header(records[:_LOOK])
    line, cells = records[at]
    if any(ADDRESS.fullmatch(cell) for cell in cells):
        raise RosterUnreadable(
            f"Line {line}: this is a person, no row of headers. Write the headers above, such as "
            "NetID, Name, Email."
        )
    if at + 1 == len(records):
        raise RosterUnreadable(f"Line {line}: there is a header and no row below it.")
    return Table(numbered(cells), tuple(records[at + 1 :]), line, tuple(records[:at]))


def _records(body: str, separator: str, first: int) -> Iterator[Record]:
    """Each record that is not blank, tidied, without blank cells at its end, with its line."""
    reader = csv.reader(io.StringIO(body), delimiter=separator, strict=True)
    start, rows = first, 0
    try:
        for cells in reader:
            line, start = start, first + reader.line_num
            if len(cells) > MAX_COLUMNS:
                raise RosterUnreadable(f"Line {line}: more than {MAX_COLUMNS} columns.")
            tidied = [tidy(cell) for cell in cells]
            while tidied and not tidied[-1]:
                tidied.pop()
            if tidied:
                rows += 1
                yield line, tuple(tidied)
            if rows > MAX_ROWS + 1:
                raise RosterUnreadable(f"Line {line}: more than {MAX_ROWS} rows.")
    except csv.Error as error:
        raise RosterUnreadable(f"Line {start}: this is not a row of a table ({error}).") from error


def _separator(body: str) -> str:
    """The sign with which the header has the most known names, else the most rows like it."""

    def fit(separator: str) -> tuple[tuple[bool, int], int]:
        try:
            rows = list(islice(csv.reader(io.StringIO(body), delimiter=separator), _LOOK))
        except csv.Error:
            return (False, 0), 0
        sample = [(0, tuple(map(tidy, cells))) for cells in rows if any(cells)]
        if not sample:
            return (False, 0), 0
        header = sample[_header(sample)][1]
        alike = sum(len(cells) == len(header) > 1 for _, cells in sample)
        return rank(header), alike

    return max(SEPARATORS, key=fit)


def _header(sample: Sequence[Record]) -> int:
    """Which of these records is the header. One that holds an address is a person's row."""
    ranks = [
        (False, 0) if any(ADDRESS.fullmatch(cell) for cell in cells) else rank(cells)
        for _, cells in sample
    ]
    best = max(range(len(sample)), key=ranks.__getitem__)
    if ranks[best] != (False, 0):
        return best
    for number, (_, cells) in enumerate(sample):
        if any(ADDRESS.fullmatch(cell) for cell in cells):
            break
        if sum(map(bool, cells)) > 1:
            return number
    return 0
