"""Workbooks: what is read of them, and what is refused before it costs anything."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rosterfile import (
    MAX_COLUMNS,
    MAX_ROWS,
    RosterUnreadable,
    is_workbook,
    read_table,
    read_workbook,
)
from courses.rosterfile.workbook import MAX_UNPACKED

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CANNOT = "This workbook cannot be opened. Save it again as .xlsx, or as CSV."
TOO_LARGE = "This workbook is too large. Save the roster's sheet as CSV."


def book(rows, **others):
    made = openpyxl.Workbook()
    made.active.title = "Roster"
    for row in rows:
        made.active.append(row)
    for title, more in others.items():
        sheet = made.create_sheet(title)
        for row in more:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def with_part(data, name, body):
    """The workbook with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED
    ) as new:  # fmt: skip
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, body)
    return out.getvalue()


def refusal(data):
    with pytest.raises(RosterUnreadable) as refused:
        read_workbook(data)
    return str(refused.value)


SMALL = book([["NetID"], ["ann7"]])
SHEET = "xl/worksheets/sheet1.xml"


def test_lines_are_the_sheets_rows():
    sheet = read_workbook(book([[], ["CS 598"], [], ["NetID", "Name"], ["ann7", "Ann\nArbor"]]))
    table = read_table(sheet.text)
    assert (table.header_line, table.records) == (4, ((5, ("ann7", "Ann Arbor")),))


def test_values_are_read_as_a_person_sees_them():
    row = ["ann7", 7, 7.0, 7.5, True, date(2025, 2, 1), datetime(2025, 2, 1, 9, 30), None, "x"]
    assert read_workbook(book([row])).text == (
        "ann7\t7\t7\t7.5\tTrue\t2025-02-01 00:00:00\t2025-02-01 09:30:00\t\tx\n"
    )


def test_which_sheet_was_read_is_said():
    sheet = read_workbook(book([["Ask the registrar"]], People=[["NetID"], ["a1"]], More=[["x"]]))
    assert (sheet.title, sheet.others, sheet.text) == (
        "People",
        ("Roster", "More"),
        "NetID\na1\n",
    )


def test_what_a_workbook_says_of_its_size_is_not_believed():
    lie = f"""<worksheet {NAMESPACE}><dimension ref="A1"/><sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>NetID</t></is></c></row>
    <row r="2"><c r="A2" t="inlineStr"><is><t>ann7</t></is></c></row></sheetData></worksheet>"""
    assert read_workbook(with_part(SMALL, SHEET, lie)).text == "NetID\nann7\n"


def test_as_many_rows_and_columns_as_a_table_may_have():
    assert refusal(book([["NetID"], *([["a"]] * (MAX_ROWS + 40))])) == (
        f"Line {MAX_ROWS + 41}: more than {MAX_ROWS} rows."
    )
    assert refusal(book([["NetID"] * (MAX_COLUMNS + 1)])) == (
        f"Line 1: more than {MAX_COLUMNS} columns."
    )
    assert read_workbook(book([["NetID"] * MAX_COLUMNS])).text.count("NetID") == MAX_COLUMNS


def test_a_cell_far_below_is_no_reason_to_wait():
    far = f'<worksheet {NAMESPACE}><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    data = with_part(SMALL, SHEET, f"{far}</sheetData></worksheet>")
    assert refusal(data) == "Line 20001: more than 5000 rows."


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("xl/media/image1.png", b"\0" * (MAX_UNPACKED + 1)),
        (SHEET, f"<worksheet {NAMESPACE}><sheetData><row>{'<c/>' * 1_000_001}</row></sheetData>"),
        ("xl/styles.xml", f"<styleSheet {NAMESPACE}><cellXfs>{'<xf/>' * 150_001}</cellXfs>"),
    ],
    ids=["zeros", "cells", "styles"],
)
def test_a_bomb_is_refused_unread(part, body):
    assert refusal(with_part(SMALL, part, body)) == TOO_LARGE


def test_entities_are_not_unfolded():
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 50}">'
        for before, name in zip("abcdef", "bcdefg", strict=True)
    )
    laughs = (
        f'<!DOCTYPE l [<!ENTITY a "{"x" * 1000}">{entities}]>'
        f'<worksheet {NAMESPACE}><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
        "<t>&g;</t></is></c></row></sheetData></worksheet>"
    )
    assert refusal(with_part(SMALL, SHEET, laughs)) == CANNOT


def test_a_sheet_of_open_document_has_its_own_sentence():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(file.getvalue()) == "This is an .ods sheet. Save it as .xlsx, or as CSV."


@given(st.binary(max_size=200), st.integers(0, len(SMALL)), st.integers(0, 300))
def test_whatever_is_broken_is_read_or_refused_in_a_sentence(noise, at, cut):
    data = SMALL[:at] + noise + SMALL[at + cut :]
    if not is_workbook(data):
        return
    try:
        read_workbook(data)
    except RosterUnreadable as error:
        said = str(error)
    else:
        said = CANNOT
    assert said.startswith(("This workbook", "The workbook", "This is an old .xls", "Line "))
