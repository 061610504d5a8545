"""The gradebook as a file: its columns, its numbers, and no formula in any cell."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import strategies as st

from courses.actions.roster import plan_roster
from courses.rosterfile import guess_columns, read_rows, read_table
from grading.exports import as_csv, safe
from grading.models import ExportRecord
from grading.queries import gradebook_of
from tests import factories as make
from tests.factories import SUMMARY_DUE

LATER = SUMMARY_DUE + make.timedelta(days=1)
HEADERS = [
    "Student",
    "NetID",
    "Email",
    "Group",
    "Participation (15%)",
    "Presentation (15%)",
    "Summary (10%)",
    "Report (60%)",
    "Total so far",
    "Total",
]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_has_a_row_per_student_and_a_column_per_component(
    seminar, companion, dropped_student, report, lecture
):
    make.GradeChangeFactory(component=report, enrolment=companion, score="8.12")
    assert rows_of(as_csv(gradebook_of(seminar, LATER), for_excel=False)) == [
        HEADERS,
        [
            "Comyn Vale",
            "comyn",
            "comyn@uni.example",
            "Group 2",
            "0.00",  # two questions missing
            "",  # no presentation asked
            "0.00",  # summary missing
            "81.20",
            "57.32",  # 60 * 81.2 / 85
            "48.72",
        ],
    ]


def test_excused_and_not_graded_are_told_apart(seminar, student_without_group, report):
    make.GradeChangeFactory(
        component=report, enrolment=student_without_group, state="excused", score=None, out_of=None
    )
    cells = rows_of(as_csv(gradebook_of(seminar, LATER), for_excel=False))[1][4:]
    assert cells == ["", "", "", "EX", "", "0.00"]


def test_carries_a_byte_order_mark_for_excel_alone(seminar, components):
    book = gradebook_of(seminar, LATER)
    assert as_csv(book, for_excel=True) == b"\xef\xbb\xbf" + as_csv(book, for_excel=False)


@pytest.mark.parametrize("name", ["Final Score", "Final Grade", "Current Score", "=Exam"])
def test_no_header_is_dropped_by_canvas_or_run_by_excel(seminar, name):
    make.GradeComponentFactory(course=seminar, name=name, weight=100)
    header = rows_of(as_csv(gradebook_of(seminar, LATER), for_excel=False))[0][4]
    assert name not in header or header.startswith("'")
    assert header.endswith("(100%)")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Ada Lund", "Ada Lund"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("|calc", "'|calc"),
        ("%0A", "'%0A"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ("\n=1", "'=1"),
        (" =1", "'=1"),
        ("\u3000＝1", "'＝1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM", "'＠SUM"),
        ("﹦1", "'﹦1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("Jean-Luc = x", "Jean-Luc = x"),
        ("a\nb", "a b"),
    ],
)
def test_text_stays_text(text, cell):
    assert safe(text) == cell


def looks_like_a_formula(cell: str) -> bool:
    """What Excel and LibreOffice see once they have dropped what they do not show."""
    seen = unicodedata.normalize("NFKC", cell)
    while seen and unicodedata.category(seen[0])[0] in "CZ":
        seen = seen[1:]
    return seen.startswith(("=", "+", "-", "@", "|", "%"))


@given(st.text())
@example("\x1f=1")
@example("\u00a0＝1")
@example("\u2060@x")
@example("\ue000=1")
def test_no_name_becomes_a_formula(text):
    line = io.StringIO(newline="")
    csv.writer(line).writerow([safe(text)])
    (cell,) = next(csv.reader(io.StringIO(line.getvalue(), newline="")), [""])
    assert not looks_like_a_formula(cell)
    assert not set(cell) & set("\t\r\n\0")


READ_BACK = ["Sean O'Brien", "=Sum Total", "-Dash", "@At", "+1 Plus", "|Pipe", "%Per Cent", "Zoë"]


def read_back(course):
    """The plan of importing the course's own export as its roster."""
    text = as_csv(gradebook_of(course, LATER), for_excel=True).decode("utf-8-sig")
    table = read_table(text)
    read = read_rows(table, guess_columns(table.headers, {}), course.email_domain)
    assert read.problems == []
    return plan_roster(course=course, rows=read.rows, at=LATER, drop_missing=True)


def said(plan):
    return [(change.enrolment.label, change.fields) for change in plan.changed]


@pytest.mark.parametrize("standing", [False, True])
def test_read_back_as_a_roster_it_changes_nothing_and_is_refused_nothing(
    seminar, instructor, companion, dropped_student, components, standing
):
    """Claimed by another address than the roster's or not, named or not, with NetID or without."""
    for number, name in enumerate(READ_BACK):
        make.EnrolmentFactory(course=seminar, name=name, email=f"Roster{number}@Mail.Example")
    claimed = [
        make.EnrolmentFactory(
            course=seminar,
            netid=netid,
            name=name,
            email=email,
            person=make.account(f"own{number}@account.example", name=account),
        )
        for number, (netid, name, email, account) in enumerate(
            [
                ("cl0", "Clay Zero", "clay@mail.example", "Clay Otherwise"),
                ("cl1", "Clay One", "", ""),
                ("cl2", "", "two@mail.example", "Clay Two"),
                ("cl3", "", "", ""),
                ("", "Clay Four", "four@mail.example", ""),
                ("", "", "five@mail.example", ""),
            ]
        )
    ]
    make.EnrolmentFactory(course=seminar, netid="un1", name="", email="")
    make.EnrolmentFactory(course=seminar, netid="", name="", email="un2@mail.example")
    if standing:  # an account has verified the address that the roster gives for somebody else
        EmailAddress.objects.create(
            user=claimed[0].person, email="roster0@mail.example", verified=True
        )
    plan = read_back(seminar)
    assert [str(problem) for problem in plan.problems] == []
    assert said(plan) == []
    assert (plan.added, plan.dropped, plan.restored) == ([], [], [])
    assert plan.unchanged == 1 + len(READ_BACK) + len(claimed) + 2


def test_read_back_an_alias_of_an_account_makes_no_second_entry(seminar, instructor):
    """The address of who has no NetID here may be at the course's domain."""
    alias = make.account("ann.seven@uni.example")
    make.EnrolmentFactory(course=seminar, netid="a7", name="Ann", person=alias)
    plan = read_back(seminar)
    assert (said(plan), plan.added, plan.problems, plan.unchanged) == ([], [], [], 1)


class TestCommand:
    def test_writes_the_file_and_notes_it(self, seminar, companion, components, tmp_path):
        file = tmp_path / "grades.csv"
        call_command("export_gradebook", "seminar", "--format", "csv", "-o", str(file), verbosity=0)
        rows = rows_of(file.read_bytes())
        assert (rows[0], [row[1] for row in rows[1:]]) == (HEADERS, ["comyn"])
        record = ExportRecord.objects.get()
        assert (record.course, record.made_by, record.format, record.rows) == (
            seminar,
            None,
            "csv",
            1,
        )

    def test_writes_to_stdout(self, seminar, companion, components, capfdbinary):
        call_command("export_gradebook", "seminar", "-o", "-")
        assert rows_of(capfdbinary.readouterr().out)[1][0] == "Comyn Vale"

    def test_names_the_courses_there_are(self, seminar, other_course, tmp_path):
        with pytest.raises(CommandError) as error:
            call_command("export_gradebook", "nowhere", "-o", str(tmp_path / "x.csv"))
        assert str(error.value) == "There is no course “nowhere”. There are: other, seminar."

    def test_says_why_a_file_cannot_be_written(self, seminar, tmp_path):
        with pytest.raises(CommandError, match="cannot be written: Is a directory"):
            call_command("export_gradebook", "seminar", "-o", str(tmp_path))
        assert not ExportRecord.objects.exists()


def test_a_semicolon_hides_no_formula():
    assert safe("x;=1+1") == "x;'=1+1"
    assert safe("=a;b") == "'=a;b"
