"""Roster files as other systems and spreadsheets write them."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.rosterfile import (
    MAX_COLUMNS,
    MAX_ROWS,
    Problem,
    RosterRow,
    RosterUnreadable,
    Skip,
    Skipped,
    decode,
    guess_columns,
    is_workbook,
    read_rows,
    read_table,
    read_workbook,
)
from courses.texts import tidy_name


def read(text, columns=None, domain="uni.example"):
    table = read_table(text)
    return read_rows(table, columns or guess_columns(table.headers, {}), domain)


def rows(text):
    result = read(text)
    assert result.problems == []
    return result.rows


def problems(text, columns=None):
    return [str(problem) for problem in read(text, columns).problems]


CANVAS = """user_id,login_id,first_name,last_name,short_name,email,status
8001,ann7,Ann,Arbor,Annie,ann7@uni.example,active
8002,ben8,Ben,Bow,,ben8@uni.example,deleted
"""
SUBMITTY = (
    "User ID,Given Name,Family Name,Preferred Given Name,Email,Registration Section,"
    "Registration Type\nann7,Anna,Arbor,Ann,ann7@uni.example,1,graded\n"
    "ben8,Ben,Bow,,ben8@uni.example,1,withdrawn\n"
)
BANNER = 'Student Name;NetID;Email Address\n"Arbor, Ann";ann7;ann7@uni.example\n'
MOODLE = "First name\tSurname\tUsername\tEmail address\nAnn\tArbor\tann7\tann7@uni.example\n"
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    '"Arbor, Ann",12,88,ann7,A\n'
)
ANN = ("ann7", "Ann Arbor", "ann7@uni.example", False)


def tuples(text):
    return [(row.netid, row.name, row.email, row.standing == "gone") for row in rows(text)]


def test_canvas():
    assert tuples(CANVAS) == [ANN, ("ben8", "Ben Bow", "ben8@uni.example", True)]


def test_submitty_prefers_the_preferred_name():
    assert tuples(SUBMITTY) == [
        ANN,
        ("ben8", "Ben Bow", "ben8@uni.example", True),
    ]


def test_banner_with_semicolons_and_turned_names():
    assert tuples(BANNER) == [ANN]


def test_moodle_with_tabs():
    assert tuples(MOODLE) == [ANN]


def test_a_canvas_gradebook_with_its_row_of_points():
    assert tuples(GRADEBOOK) == [("ann7", "Ann Arbor", "", False)]


def test_lines_are_counted_as_an_editor_shows_them():
    text = 'NetID,Name\n\nann7,"Ann\nArbor"\nben8,Ben\n'
    assert [(row.line, row.netid, row.name) for row in rows(text)] == [
        (3, "ann7", "Ann Arbor"),
        (5, "ben8", "Ben"),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending(ending):
    assert [row.line for row in rows(ending.join(["NetID", "ann7", "ben8", ""]))] == [2, 3]


@pytest.mark.parametrize(
    "data",
    [
        "NetID,Name\nann7,Zoë\n".encode(),
        "NetID,Name\nann7,Zoë\n".encode("utf-8-sig"),
        "NetID,Name\nann7,Zoë\n".encode("utf-16"),
        "NetID,Name\nann7,Zoë\n".encode("cp1252"),
        b"sep=,\r\nNetID,Name\r\nann7,Zo\xeb\r\n",
    ],
    ids=["utf-8", "with a mark", "utf-16", "windows", "Excel's sep line"],
)
def test_any_encoding(data):
    assert [(row.netid, row.name) for row in rows(decode(data))] == [("ann7", "Zoë")]


@pytest.mark.parametrize("cell", ['"=""ann7"""', "'ann7", " ann7 ", "ann7\u00a0", "\ufeffann7"])
def test_what_spreadsheets_put_around_a_cell_is_taken_off(cell):
    assert [row.netid for row in rows(f"NetID,Name\n{cell},Ann\n")] == ["ann7"]


def test_a_login_that_is_an_address_at_the_courses_domain_is_its_netid():
    assert [row.netid for row in rows("Login,Name\nAnn7@Uni.Example,Ann\n")] == ["Ann7"]


def test_an_address_at_the_courses_domain_alone_gives_the_netid():
    [row] = rows("Email,Name\nann7@uni.example,Ann\n")
    assert row == RosterRow(2, "ann7", "Ann", "ann7@uni.example")


def test_an_address_elsewhere_alone_gives_none():
    [row] = rows("Email,Name\nann7@mail.example,Ann\n")
    assert (row.netid, row.email) == ("", "ann7@mail.example")


def test_remembered_columns_go_before_guessed_ones():
    headers = ("NetID", "Campus", "Email")
    assert guess_columns(headers, {"netid": "Campus", "name": "Gone"}) == {
        "netid": "Campus",
        "email": "Email",
    }


def test_what_is_wrong_is_named_by_line_and_column():
    text = (
        "NetID,Email\nann7,ann7@uni.example\nANN7,other@uni.example\nbe n,ben@uni.example\n"
        "cem,cem at uni\n,\ndan,ann7@uni.example\neve,eve@uni.example,extra\n"
    )
    assert problems(text) == [
        "Line 3: “ann7” stands already in line 2.",
        "Line 4, column “NetID”: “be n” is not a NetID.",
        "Line 5, column “Email”: “cem at uni” is not an address.",
        "Line 7: “ann7@uni.example” stands already in line 2.",
        "Line 8: 3 cells, where the header has 2.",
    ]


def test_a_row_that_names_nobody_is_left_out_and_listed():
    result = read("NetID,Name\nben8,Ben\n,Ann\n")
    assert (result.rows, result.problems) == ([RosterRow(2, "ben8", "Ben")], [])
    assert result.skipped == [Skipped(3, Skip.NOBODY, "Ann")]


def test_a_file_that_names_nobody_at_all_would_drop_everybody_and_is_refused():
    assert problems("NetID,Name\n,Ann\n") == ["Line 1: no row below it names a student."]


def test_without_a_column_for_netid_or_address_nothing_can_be_read():
    result = read("Name\nAnn\n")
    assert result.problems == [Problem(1, "say which column holds the NetID or the address.")]


A_PERSON = (
    "Line 1: this is a person, no row of headers. Write the headers above, such as NetID, Name, "
    "Email."
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file is empty."),
        (" \n\n", "The file is empty."),
        ("NetID,Name\n", "Line 1: there is a header and no row below it."),
        ("ann7,Ann,ann7@uni.example\nben8,Ben,\n", A_PERSON),
        ('NetID\nann7\n"ben\n', "Line 3: this is not a row of a table (unexpected end of data)."),
        ("NetID\n" + "a\n" * (MAX_ROWS + 1), f"Line {MAX_ROWS + 2}: more than {MAX_ROWS} rows."),
    ],
)
def test_what_is_no_table_says_where(text, message):
    with pytest.raises(RosterUnreadable) as refusal:
        read_table(text)
    assert str(refusal.value) == message


def test_short_rows_are_filled_and_empty_headers_named():
    table = read_table("NetID,,Name,\nann7\n")
    assert table.headers == ("NetID", "column 2", "Name")
    assert read_rows(table, {"netid": "NetID", "name": "Name"}, "").rows == [RosterRow(2, "ann7")]


def outcome(text):
    """What somebody is told of this text: nothing when every row can be read."""
    try:
        return problems(text)
    except RosterUnreadable as refusal:
        return [str(refusal)]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_is_read_or_refused_with_a_line(text):
    assert [said for said in outcome(text) if not said.startswith(("Line ", "The file is"))] == []


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text_or_refused(data):
    try:
        assert "\x00" not in decode(data)
    except RosterUnreadable as refusal:
        assert str(refusal).startswith(("Line ", "This is a"))  # noqa: PT017


WESTERN = "abcxyzABCXYZéèëüöäñçøåßÉÖØ 'O-."
ANY_LETTERS = "aZéñßŚčłЯиفاسی\u200cمشहिन्दी張三李ㄅ한글Ωλ' -.\U0001f600"
ENCODINGS = {
    "utf-8": ANY_LETTERS,
    "utf-8-sig": ANY_LETTERS,
    "utf-16": ANY_LETTERS,
    "utf-16-le": ANY_LETTERS,
    "utf-16-be": ANY_LETTERS,
    "cp1252": WESTERN,
    "workbook": ANY_LETTERS,
}


@st.composite
def rosters(draw):
    """An encoding (or a workbook) and people whose names it can write."""
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    name = st.text(ENCODINGS[encoding], min_size=1, max_size=12).map(lambda one: f"N{one}")
    netid = st.from_regex(r"[a-z]{3}[0-9]{1,3}", fullmatch=True)
    people = st.lists(
        st.tuples(netid, name, netid.map(lambda one: f"{one}@else.example")),
        min_size=1,
        max_size=12,
        unique_by=(lambda row: row[0], lambda row: row[2]),
    )
    return encoding, draw(people)


def written(people, encoding, separator, end):
    """The bytes of the roster as csv or openpyxl writes it."""
    rows = [("NetID", "Name", "Email"), *people]
    file = io.BytesIO()
    if encoding == "workbook":
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        made.save(file)
        return file.getvalue()
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


@given(rosters(), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_roster_that_is_written_reads_back_equal(roster, separator, end):
    encoding, people = roster
    data = written(people, encoding, separator, end)
    try:
        text = read_workbook(data).text if is_workbook(data) else decode(data)
    except RosterUnreadable as refusal:
        # Letters in an order that no name has are taken for another encoding, and said to be.
        assume(encoding != "cp1252")
        raise AssertionError from refusal
    result = read(text, {"netid": "NetID", "name": "Name", "email": "Email"})
    assert (result.problems, result.skipped) == ([], [])
    assert [(row.netid, row.name, row.email) for row in result.rows] == [
        (netid, tidy_name(name), email) for netid, name, email in people
    ]


@pytest.mark.parametrize("filling", ["", "x"])
def test_a_table_has_at_most_so_many_columns(filling):
    names = [f"{filling}{number}" if filling else "" for number in range(MAX_COLUMNS)]
    with pytest.raises(RosterUnreadable, match=r"^Line 1: more than 200 columns\.$"):
        read_table(",".join(["netid", *names]) + "\nab1\n")
    assert read_table(",".join(["netid", *names[1:]]) + "\nab1\n").records == ((2, ("ab1",)),)


@pytest.mark.parametrize("foot", ["Class size,25,", "n=1,,", "Enrolled students in total: 1,,"])
def test_a_count_below_the_rows_is_left_out_and_listed(foot):
    table = read_table(f"NetID,Name,Email\nzza1,Zoe Alpha,\n{foot}\n")
    read = read_rows(table, guess_columns(table.headers, {}), "uni.example")
    assert ([row.netid for row in read.rows], read.problems) == (["zza1"], [])
    assert [skipped.line for skipped in read.skipped] == [3]


def test_long_cells_are_read_in_linear_time():
    cells = ["1 " * 50_000 + "x", "\u200d" * 50_000, " " * 50_000 + "1"]
    table = read_table("NetID,Name,Email\nzza1,Zoe Alpha,\n" + ",".join(cells) + "\n")
    assert [row.netid for row in read_rows(table, {"netid": "NetID"}, "").rows] == ["zza1"]
