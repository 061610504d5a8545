"""The gradebook as a file that no spreadsheet takes for a program.

Columns: Student, NetID, Email, Group, one per component with its weight, then the two totals.
No title holds "Final Score", "Final Grade" or "Current Score": Canvas drops such columns
without a word. Percentages have two decimals; `EX` is excused, an empty cell not graded yet.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from courses.texts import is_formula
from grading.errors import plain
from grading.gradebook import State, two_decimals

if TYPE_CHECKING:
    from fractions import Fraction

    from grading.gradebook import Cell
    from grading.queries import Gradebook

FORMATS = ("csv",)
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8"}
IDENTITY = ("Student", "NetID", "Email", "Group")
SO_FAR, TOTAL = "Total so far", "Total"


def safe(text: str) -> str:
    """The text as a cell that stays text: on one line, with `'` before what starts a formula.

    A leading tab, line end or blank is removed, too: it hides what follows.
    """
    text = " ".join(text.replace("\0", "").split())
    # Where a semicolon separates columns, each part would be a cell of its own.
    return ";".join(f"'{part}" if is_formula(part) else part for part in text.split(";"))


def percent(value: Fraction | None) -> str:
    """“87.50”; empty for None."""
    return "" if value is None else two_decimals(value)


def cell_text(cell: Cell) -> str:
    """A cell of the file: the percentage so far, `EX`, or nothing."""
    return "EX" if cell.state is State.EXCUSED else percent(cell.current)


def headers(book: Gradebook) -> list[str]:
    """The first row; each component with its weight, such as “Participation (15%)”."""
    components = [safe(f"{one.name} ({plain(one.weight)}%)") for one in book.components]
    return [*IDENTITY, *(harmless(title) for title in components), SO_FAR, TOTAL]


def harmless(title: str) -> str:
    """A title that Canvas reads: one of the names that it drops gets a full stop in between."""
    for word in ("Score", "Grade"):
        for first in ("Final", "Current"):
            title = title.replace(f"{first} {word}", f"{first}. {word}")
    return title


def table(book: Gradebook) -> list[list[str]]:
    """Headers and one row per student, every cell as safe text."""
    rows = [headers(book)]
    for row in book.rows:
        student = row.student
        who = [student.name, student.netid, student.email, student.group]
        cells = [cell_text(cell) for cell in row.cells]
        sums = [percent(row.totals.current), percent(row.totals.final)]
        rows.append([*(safe(text) for text in who), *cells, *sums])
    return rows


def as_csv(book: Gradebook, *, for_excel: bool) -> bytes:
    """The gradebook as CSV: UTF-8, lines ended by CR LF.

    `for_excel` puts a byte-order mark first, without which Excel misreads names; the
    command leaves it out, because programs read the mark as part of the first header.
    """
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table(book))
    return out.getvalue().encode("utf-8-sig" if for_excel else "utf-8", errors="replace")
