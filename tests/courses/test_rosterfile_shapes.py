"""Rosters in the shapes of real exports, each as its system writes it; the people are invented.

Each shape gives its bytes and who is read from them; what is left out, and what is asked or
refused, stands beside it where there is any.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import openpyxl
import pytest

from courses.rosterfile import (
    RosterUnreadable,
    decode,
    guess_columns,
    is_workbook,
    read_rows,
    read_table,
    read_workbook,
)

ANN = ("ann7", "Ann Arbor", "ann7@uni.example")
BEN = ("ben8", "Ben Bow", "ben8@uni.example")
ZOE = ("zoe3", "Zoë Śliwa", "")


@dataclass(frozen=True)
class Shape:
    """What one export holds, and what is to be read from it.

    `people` are (NetID, name, address), or with a standing behind that is not "on"; `skipped`
    are (line, reason); `said` are the sentences of problems, or of the refusal.
    """

    name: str
    data: bytes
    people: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    said: list = field(default_factory=list)


def book(*sheets, hidden=()):
    """The bytes of a workbook: (title, rows) for each sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def lines(*rows, end="\n"):
    return (end.join(rows) + end).encode()


NETID_NAME_EMAIL = [["NetID", "Name", "Email"], list(ANN), list(BEN)]
TAIL = ["NetID,Name,Email", ",".join(ANN), ",".join(BEN)]

SHAPES = [
    Shape(
        "Canvas gradebook",
        lines(
            "Student,ID,SIS User ID,SIS Login ID,Section,Talk (7),Final Score",
            ",,,,,Manual Posting,",
            "    Points Possible,,,,,10.00,(read only)",
            '"Arbor, Ann",101,8001,ann7,CS 598 A,9.00,90.00',
            '"Student, Test",109,,5f2b1c0d9e8a7f6e5d4c3b2a190807f6e5d4c3b2,CS 598 A,,',
        ),
        [("ann7", "Ann Arbor", "")],
        [(2, "EXPORT"), (3, "EXPORT"), (5, "TEST")],
    ),
    Shape(
        "Canvas gradebook, points spelt and indented otherwise",
        lines(
            "Student,ID,SIS Login ID,Section",
            "\u00a0\u00a0POINTS  possible:,,,".replace(":", ""),
            '"Arbor, Ann",101,ann7,A',
        ),
        [("ann7", "Ann Arbor", "")],
        [(2, "EXPORT")],
    ),
    Shape(
        "Canvas gradebook with first and last names and a test student without login",
        lines(
            "LastName,FirstName,ID,SIS Login ID,Section",
            "    Points Possible,,,,",
            "Arbor,Ann,101,ann7,A",
            "Student,Test,109,,A",
        ),
        [("ann7", "Ann Arbor", "")],
        [(2, "EXPORT"), (4, "TEST")],
    ),
    Shape(
        "Canvas users, SIS export",
        lines(
            "user_id,login_id,first_name,last_name,short_name,email,status",
            "8001,ann7,Ann,Arbor,Annie,ann7@uni.example,active",
            "8002,ben8,Ben,Bow,,ben8@uni.example,deleted",
        ),
        [ANN, (*BEN, "gone")],
    ),
    Shape(
        "Canvas people with enrolment types",
        lines(
            "Name,Login ID,Role",
            "Ann Arbor,ann7@uni.example,StudentEnrollment",
            "Tam Sel,tamsel@uni.example,TaEnrollment",
            "Ines Naru,inaru@uni.example,TeacherEnrollment",
            "Obi Ser,obi@uni.example,ObserverEnrollment",
            "Test Student,,StudentViewEnrollment",
        ),
        [("ann7", "Ann Arbor", "")],
        [(3, "STAFF"), (4, "STAFF"), (5, "STAFF"), (6, "TEST")],
    ),
    Shape(
        "Moodle participants",
        "\ufeffFirst name,Last name,Email address,Roles,Groups\r\n"
        "Ann,Arbor,ann7@uni.example,Student,\r\n"
        'Tam,Sel,tam@uni.example,"Student, Teaching assistant",\r\n'.encode(),
        [ANN],
        [(3, "STAFF")],
    ),
    Shape(
        "Moodle enrolments with a status that nobody can know",
        lines(
            "Username,Full name,Status",
            "ann7,Ann Arbor,Active",
            "ben8,Ben Bow,Suspended",
        ),
        [("ann7", "Ann Arbor", ""), ("ben8", "Ben Bow", "", "as-is")],
        [],
        ["Line 3, column “Status”: say below what “Suspended” means."],
    ),
    Shape(
        "Moodle with semicolons",
        lines("Vorname;Name;Username;E-Mail", "Ann;Ann Arbor;ann7;ann7@uni.example"),
        [ANN],
    ),
    Shape(
        "Brightspace grades",
        lines(
            "OrgDefinedId,Username,Last Name,First Name,Email,Talk Points Grade,"
            "End-of-Line Indicator",
            "#60001,#ann7,Arbor,Ann,ann7@uni.example,9,#",
        ),
        [ANN],
    ),
    Shape(
        "Brightspace grades with the key alone",
        lines("OrgDefinedId,Talk Points Grade,End-of-Line Indicator", "#ann7,9,#", "#ben8,,#"),
        [("ann7", "", ""), ("ben8", "", "")],
    ),
    Shape(
        "Brightspace class list",
        lines("Name,Username,Role", "Ann Arbor,ann7,Learner", "Ines Naru,inaru,Instructor"),
        [("ann7", "Ann Arbor", "")],
        [(3, "STAFF")],
    ),
    Shape(
        "Blackboard full grade centre, as UTF-16 with tabs",
        "Last Name\tFirst Name\tUsername\tStudent ID\tAvailability\n"
        "Arbor\tAnn\tann7\t60001\tYes\n"
        "Naru_PreviewUser\tInes\tinaru_previewuser\t\tYes\n".encode("utf-16"),
        [("ann7", "Ann Arbor", "")],
        [(3, "TEST")],
    ),
    Shape(
        "Blackboard membership with codes of roles",
        lines("Username,Name,Role", "ann7,Ann Arbor,S", "inaru,Ines Naru,I", "tam,Tam Sel,T"),
        [("ann7", "Ann Arbor", "")],
        [(3, "STAFF"), (4, "STAFF")],
    ),
    Shape(
        "Banner class list",
        lines(
            "Student Name;NetID;Registration Status",
            '"Arbor, Ann";ann7;**Web Registered**',
            '"Bow, Ben";ben8;Dropped via Web',
            '"Cem, Can";can1;**Re-enrolled**',
        ),
        [
            ("ann7", "Ann Arbor", ""),
            ("ben8", "Ben Bow", "", "gone"),
            ("can1", "Can Cem", ""),
        ],
    ),
    Shape(
        "Banner with codes",
        lines("Name,Login ID,Reg Status", "Ann Arbor,ann7,RW", "Ben Bow,ben8,DW"),
        [("ann7", "Ann Arbor", ""), ("ben8", "Ben Bow", "", "gone")],
    ),
    Shape(
        "Banner with codes and words",
        lines("Name,NetID,Status", "Ann Arbor,ann7,RW - Web Registered", "Ben Bow,ben8,WD"),
        [("ann7", "Ann Arbor", ""), ("ben8", "Ben Bow", "", "gone")],
    ),
    Shape(
        "Banner with withdrawals",
        lines("Name,NetID,Status", "Ann Arbor,ann7,Web Dropped", "Ben Bow,ben8,Web Drop/Withdraw"),
        [("ann7", "Ann Arbor", "", "gone"), ("ben8", "Ben Bow", "", "gone")],
    ),
    Shape(
        "PeopleSoft class roster with titles",
        lines(
            "Class Roster",
            "2025 Spring | Regular Academic Session",
            "",
            "ID,Name,Email Address,Grade Basis,Status",
            '60001,"Arbor, Ann",ann7@uni.example,GRD,Enrolled',
            '60002,"Bow, Ben",ben8@uni.example,GRD,Dropped',
            '60003,"Cem, Can",can1@uni.example,GRD,Waiting',
        ),
        [ANN, (*BEN, "gone"), ("can1", "Can Cem", "can1@uni.example", "as-is")],
        [(1, "EXPORT"), (2, "EXPORT")],
        ["Line 7, column “Status”: say below what “Waiting” means."],
    ),
    Shape(
        "PeopleSoft's web page that is called .xls",
        b"<html><body><table border=1><tr><th>ID</th></tr></table></body></html>",
        said=[
            "This is a web page, whatever its name says. Open it in a spreadsheet and save it as "
            "CSV or as an .xlsx workbook."
        ],
    ),
    Shape(
        "Workday",
        lines(
            "Course Section,CS 598-1",
            "Student,Email,Registration Status",
            "Ann Arbor,ann7@uni.example,Registered",
            "Ben Bow,ben8@uni.example,Unregistered",
        ),
        [ANN, (*BEN, "gone")],
        [(1, "EXPORT")],
    ),
    Shape(
        "Submitty",
        lines(
            "User ID,Given Name,Family Name,Preferred Given Name,Email,Registration Section,"
            "Registration Type",
            "ann7,Anna,Arbor,Ann,ann7@uni.example,1,graded",
            "tam1,Tam,Sel,,tam1@uni.example,1,staff",
            "ben8,Ben,Bow,,ben8@uni.example,,withdrawn",
        ),
        [ANN, ("tam1", "Tam Sel", "tam1@uni.example", "as-is"), (*BEN, "gone")],
    ),
    Shape(
        "Gradescope",
        lines("Name,SID,Email,Role", "Ann Arbor,60001,ann7@uni.example,Student"),
        [ANN],
    ),
    Shape(
        "a list with a blank status for who is there",
        lines("NetID,Name,Status", "ann7,Ann Arbor,", "ben8,Ben Bow,WD"),
        [("ann7", "Ann Arbor", "", "listed"), ("ben8", "Ben Bow", "", "gone")],
    ),
    Shape(
        "titles above, totals and a stamp below",
        lines(
            '"CS 598, Spring 2025"',
            "Instructor: Ines Naru",
            "",
            *TAIL,
            "",
            "Total: 2",
            "Count,2",
            "Generated on Feb 1, 2025 9:00 AM",
            "*** End of report ***",
        ),
        [ANN, BEN],
        [(1, "EXPORT"), (2, "EXPORT"), *((line, "EXPORT") for line in (8, 9, 10, 11))],
    ),
    Shape(
        "a total beside the name",
        lines("Name,NetID", "Ann Arbor,ann7", "Total,1", "Total students: 1,"),
        [("ann7", "Ann Arbor", "")],
        [(3, "EXPORT"), (4, "EXPORT")],
    ),
    Shape(
        "a header that comes again on each page",
        lines(TAIL[0], TAIL[1], "netid,name,email", TAIL[2]),
        [ANN, BEN],
        [(3, "EXPORT")],
    ),
    Shape("pipes", lines(*(row.replace(",", "|") for row in TAIL)), [ANN, BEN]),
    Shape("tabs", lines(*(row.replace(",", "\t") for row in TAIL)), [ANN, BEN]),
    Shape("Excel's sep line", lines("sep=;", *(row.replace(",", ";") for row in TAIL)), [ANN, BEN]),
    Shape("lone carriage returns", lines(*TAIL, end="\r"), [ANN, BEN]),
    Shape("every cell in quotes", lines('"NetID","Name"', '"ann7","Ann Arbor"'), [(*ANN[:2], "")]),
    Shape("separators at the end", lines(*(f"{row},,," for row in TAIL)), [ANN, BEN]),
    Shape(
        "empty columns between",
        lines("NetID,,Name,,Email", "ann7,,Ann Arbor,,ann7@uni.example"),
        [ANN],
    ),
    Shape(
        "two columns of notes and of sections",
        lines("NetID,Section,Notes,Section,Notes,Name", "ann7,A,late,B,early,Ann Arbor"),
        [("ann7", "Ann Arbor", "")],
    ),
    Shape(
        "somebody in two sections",
        lines("NetID,Name,Section", "ann7,Ann Arbor,A", "ann7,Ann Arbor,B"),
        [("ann7", "Ann Arbor", "")],
        [(3, "AGAIN")],
    ),
    Shape(
        "rows without identity",
        lines("NetID,Name,Email", "ann7,Ann Arbor,ann7@uni.example", ",Nora Body,", "-,,n/a", ",,"),
        [ANN],
        [(3, "NOBODY"), (4, "NOBODY")],
    ),
    Shape(
        "more cells than headers",
        lines("NetID,Name", "ann7,Ann,Arbor"),
        said=["Line 2: 3 cells, where the header has 2."],
    ),
    Shape(
        "addresses that are no NetIDs",
        lines(
            "Email,Name",
            "sean.o'brien@uni.example,Sean O'Brien",
            "ann+cs@uni.example,Ann Arbor",
            f"{'x' * 64}@uni.example,Xe Long",
            "be@uni.example,Be",
        ),
        [
            ("", "Sean O'Brien", "sean.o'brien@uni.example"),
            ("", "Ann Arbor", "ann+cs@uni.example"),
            ("x" * 64, "Xe Long", f"{'x' * 64}@uni.example"),
            ("be", "Be", "be@uni.example"),
        ],
    ),
    Shape(
        "whole addresses where the NetID should be",
        lines(
            "NetID,Name",
            "Ann7@UNI.example,Ann Arbor",
            "sean.o'brien@uni.example,Sean O'Brien",
            "ben@else.example,Ben Bow",
        ),
        [
            ("Ann7", "Ann Arbor", ""),
            ("", "Sean O'Brien", "sean.o'brien@uni.example"),
            ("", "Ben Bow", "ben@else.example"),
        ],
    ),
    Shape(
        "apostrophes that belong to names, and those that shield",
        lines(
            "NetID,Name",
            "a1,'t Hart",
            "a2,'Abd al-Rahman",
            "a3,'=Ann",
            "a4,'-Ben",
            "a5,'\uff20Cem",
            "a6,'007",
            "'a7,D'Arcy",
        ),
        [
            ("a1", "'t Hart", ""),
            ("a2", "'Abd al-Rahman", ""),
            ("a3", "=Ann", ""),
            ("a4", "-Ben", ""),
            ("a5", "\uff20Cem", ""),
            ("a6", "007", ""),
            ("a7", "D'Arcy", ""),
        ],
    ),
    Shape(
        "numbers kept as text",
        lines("NetID,Name", '"=""007""","=""Ann\u00a0 Arbor"""'),
        [("007", "Ann Arbor", "")],
    ),
    Shape(
        "joiners inside, marks around, letters in parts",
        lines("NetID,Name", "\ufeffa1,می\u200cنا", "a2\u200b,Zoe\u0308 \u00adBow\u200d"),
        [("a1", "می\u200cنا", ""), ("a2", "Zoë Bow", "")],
    ),
    Shape("UTF-8", "NetID,Name\nzoe3,Zoë Śliwa\n".encode(), [ZOE]),
    Shape("UTF-8 with its mark", "NetID,Name\nzoe3,Zoë Śliwa\n".encode("utf-8-sig"), [ZOE]),
    Shape("UTF-16", "NetID,Name\nzoe3,Zoë Śliwa\n".encode("utf-16"), [ZOE]),
    Shape("UTF-16 LE, no mark", "NetID,Name\nzoe3,Zoë Śliwa\n".encode("utf-16-le"), [ZOE]),
    Shape("UTF-16 BE, no mark", "NetID,Name\nzoe3,Zoë Śliwa\n".encode("utf-16-be"), [ZOE]),
    Shape(
        "Windows-1252",
        "NetID,Name\nzoe3,Zoë Šik-O’Neil\n".encode("cp1252"),
        [("zoe3", "Zoë Šik-O’Neil", "")],
    ),
    Shape(
        "one stray byte in UTF-8",
        "NetID,Name\nzoe3,Zoë Śliwa\n".encode() + b"jo4,Jo\xebl Kim\n",
        [ZOE],
        [],
        ["Line 3: a letter of “Jo\ufffdl Kim” could not be read. Write it in the text below."],
    ),
    Shape(
        "one stray byte in marked UTF-8 that is plain else",
        b"\xef\xbb\xbfNetID,Name\nann7,Ann Arbor\njo4,Jo\xebl\n",
        [("ann7", "Ann Arbor", "")],
        [],
        ["Line 3: a letter of “Jo\ufffdl” could not be read. Write it in the text below."],
    ),
    Shape(
        "Mac Roman is not guessed",
        "NetID,Name\nann7,Ann\nandre1,André\n".encode("mac-roman"),
        said=[
            "Line 3: the letters cannot be read, since this is neither Unicode nor Windows text. "
            "Save the file as “CSV UTF-8”, or as an .xlsx workbook."
        ],
    ),
    Shape(
        "nor is Cyrillic of Windows",
        "NetID,Name\nivan1,Иван\n".encode("cp1251"),
        said=[
            "Line 2: the letters cannot be read, since this is neither Unicode nor Windows text. "
            "Save the file as “CSV UTF-8”, or as an .xlsx workbook."
        ],
    ),
    Shape("zeros inside", b"NetID,Name\nann7\x00,Ann\x00 Arbor\n", [("ann7", "Ann Arbor", "")]),
    Shape("a workbook", book(("Roster", NETID_NAME_EMAIL)), [ANN, BEN]),
    Shape(
        "a workbook with a cover, a hidden list, titles and a total",
        book(
            ("Read me", [["How to use this book"], ["Ask", "the registrar"]]),
            ("Old", [["NetID"], ["old1"]]),
            ("Roster", [["CS 598"], [], *NETID_NAME_EMAIL, [None, None], ["Total", 2]]),
            hidden={"Old"},
        ),
        [ANN, BEN],
        [(1, "EXPORT"), (7, "EXPORT")],
    ),
    Shape(
        "a workbook whose NetIDs are numbers",
        book(("S", [["NetID", "Name"], [7001, "Ann\nArbor"], [7002.0, "Ben\tBow"]])),
        [("7001", "Ann Arbor", ""), ("7002", "Ben Bow", "")],
    ),
    Shape(
        "an old workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        said=["This is an old .xls workbook. Save it as .xlsx, or as CSV."],
    ),
    Shape(
        "a workbook with a password",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        said=["This workbook is protected with a password. Save it without one, or as CSV."],
    ),
    Shape(
        "a workbook cut short",
        book(("Roster", NETID_NAME_EMAIL))[:3000],
        said=["This workbook cannot be opened. Save it again as .xlsx, or as CSV."],
    ),
    Shape(
        "an empty workbook", book(("Roster", [])), said=["The workbook is empty."]
    ),
    Shape(
        "a PDF",
        b"%PDF-1.7\n",
        said=["This is a PDF. Export the roster as CSV or as an .xlsx workbook."],
    ),
    Shape(
        "people without headers",
        lines(*TAIL[1:]),
        said=[
            "Line 1: this is a person, no row of headers. Write the headers above, such as NetID, "
            "Name, Email."
        ],
    ),
    Shape(
        "nothing but totals",
        lines("NetID,Name", "Total,0"),
        [],
        [(2, "EXPORT")],
        ["Line 1: no row below it names a student."],
    ),
]  # fmt: skip


def read(data):
    text = read_workbook(data).text if is_workbook(data) else decode(data)
    table = read_table(text)
    return read_rows(table, guess_columns(table.headers, {}), "uni.example")


def outcome(data):
    """People, what is left out and what is said, as a shape has them."""
    try:
        result = read(data)
    except RosterUnreadable as refusal:
        return [], [], [str(refusal)]
    return (
        [
            (row.netid, row.name, row.email)
            if row.standing == "on"
            else (row.netid, row.name, row.email, row.standing.value)
            for row in result.rows
        ],
        [(one.line, one.why.name) for one in result.skipped],
        [str(problem) for problem in result.problems],
    )


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape_is_read_as_it_is_meant(shape):
    assert outcome(shape.data) == (shape.people, shape.skipped, shape.said)


def test_there_are_as_many_shapes_as_promised_and_none_twice():
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) >= 40
