"""Roster files of any system, read into rows. Pure: no Django, no clock.

Canvas, Submitty, Banner and Moodle name their columns differently, and spreadsheets change
encodings and separators; so columns are mapped by whoever uploads, and guessed first. The way of a
file: bytes -> text (`encoding`, `workbook`) -> `table` -> `columns` -> `people`, whose `words` of
status and role are asked for where nobody can know them.
"""

from courses.rosterfile.columns import FIELDS, doubtful_columns, guess_columns
from courses.rosterfile.encoding import decode
from courses.rosterfile.model import (
    Problem,
    ReadRows,
    RosterRow,
    RosterUnreadable,
    Skip,
    Skipped,
    Standing,
    Table,
    Word,
)
from courses.rosterfile.people import read_rows
from courses.rosterfile.table import MAX_COLUMNS, MAX_ROWS, read_table
from courses.rosterfile.words import MEANINGS
from courses.rosterfile.workbook import is_workbook, read_workbook

__all__ = [
    "FIELDS",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MEANINGS",
    "Problem",
    "ReadRows",
    "RosterRow",
    "RosterUnreadable",
    "Skip",
    "Skipped",
    "Standing",
    "Table",
    "Word",
    "decode",
    "doubtful_columns",
    "guess_columns",
    "is_workbook",
    "read_rows",
    "read_table",
    "read_workbook",
]
