"""A workbook's sheet as the text of a table, so that it can be corrected like any other."""

from __future__ import annotations

import csv
import io
import operator
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import openpyxl

from courses.rosterfile.columns import rank
from courses.rosterfile.model import RosterUnreadable
from courses.rosterfile.table import MAX_COLUMNS, MAX_ROWS

MAX_UNPACKED = 20 * 1024 * 1024
_MAX_PARTS = 1000
# Elements of XML are what takes time: so many of a list's cells and texts (5,000 rows of 20
# columns have 700,000), and so many of styles, names and whatever else nobody asked for.
_MAX_CELLS, _MAX_OTHERS = 1_000_000, 150_000
_MAX_LINES = 20_000
_WIDEST = 1000
"""Beyond this column nothing is looked at."""
_LOOK = 40
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_CANNOT = "This workbook cannot be opened. Save it again as .xlsx, or as CSV."


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that was read: its text, separated by tabs, a row on each line."""

    text: str
    title: str
    others: tuple[str, ...]


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are a spreadsheet's own format, of whatever kind."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD))


def read_workbook(data: bytes) -> Sheet:
    """The first visible sheet with a header, else the first with anything.

    Formulas count as what they gave when the workbook was saved. Raises `RosterUnreadable` for
    every workbook that cannot be read, and before anything is unpacked that is too large.
    """
    if data.startswith(_OLD):
        if _LOCKED in data:
            raise RosterUnreadable(
                "This workbook is protected with a password. Save it without one, or as CSV."
            )
        raise RosterUnreadable("This is an old .xls workbook. Save it as .xlsx, or as CSV.")
    try:
        _guard(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and links, which nobody asked for
            return _read(data)
    except RosterUnreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes fail
        raise RosterUnreadable(_CANNOT) from error


def _guard(data: bytes) -> None:
    """Refuse by the sizes that the archive declares; no part is ever read beyond its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
            raise RosterUnreadable("This is an .ods sheet. Save it as .xlsx, or as CSV.")
        too_many = len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED
        if too_many or any(map(operator.gt, _elements(archive), (_MAX_CELLS, _MAX_OTHERS))):
            raise RosterUnreadable("This workbook is too large. Save the roster's sheet as CSV.")


def _elements(archive: zipfile.ZipFile) -> tuple[int, int]:
    """How many marks of elements the sheets and their texts have, and how many all else."""
    cells = others = 0
    for name in archive.namelist():
        marks = archive.read(name).count(b"<") if name.endswith((".xml", ".rels")) else 0
        if name.startswith(("xl/worksheets/", "xl/sharedStrings")):
            cells += marks
        else:
            others += marks
    return cells, others


def _read(data: bytes) -> Sheet:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        found: tuple[str, list[list[str]]] | None = None
        for sheet in visible or book.worksheets:
            rows = list(_rows(sheet))
            if not any(rows):
                continue
            if found is None:
                found = sheet.title, rows
            if any(rank(row) != (False, 0) for row in rows[:_LOOK]):
                found = sheet.title, rows
                break
    finally:
        book.close()
    if found is None:
        raise RosterUnreadable("The workbook is empty.")
    title, rows = found
    file = io.StringIO()
    csv.writer(file, delimiter="\t", lineterminator="\n").writerows(rows)
    others = tuple(sheet.title for sheet in visible if sheet.title != title)
    return Sheet(file.getvalue(), title, others)


def _rows(sheet: openpyxl.worksheet.worksheet.Worksheet) -> Iterator[list[str]]:
    """Each row as text, also the empty ones, so that lines are the sheet's rows."""
    sheet.reset_dimensions()  # what a workbook says of its size is often wrong
    filled = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=_WIDEST), 1):
        row = [_words(value) for value in values]
        while row and not row[-1]:
            row.pop()
        filled += bool(row)
        if len(row) > MAX_COLUMNS:
            raise RosterUnreadable(f"Line {number}: more than {MAX_COLUMNS} columns.")
        if filled > MAX_ROWS + _LOOK or number > _MAX_LINES:
            raise RosterUnreadable(f"Line {number}: more than {MAX_ROWS} rows.")
        yield row


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, datetime, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return " ".join(str(value).split())
