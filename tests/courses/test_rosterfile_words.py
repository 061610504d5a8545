"""What words of status and role are taken for; what is doubtful is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rosterfile import RosterRow, Standing, guess_columns, read_rows, read_table
from courses.rosterfile.words import guess, key_of

ON = """Enrolled|Active|active|Registered|**Web Registered**|**Re-enrolled**|Re-enrolled|RE|RW|E
|RW - Web Registered|Web Registered on Feb 01, 2025|Registered by Registrar|graded|Added"""
GONE = """Dropped via Web|Web Dropped|Web Drop/Withdraw|WD|DR|DD|DW|D|Deleted|Inactive|Cancelled
|Canceled|Withdrawn|Withdrew|Drop Delete|Drop - Web|Dropped on 02/01/2025|Unenrolled|Unregistered
|Removed|Concluded|DROPPED|Course Withdrawal|Drop Full Refund Web|Dropped by Instructor"""
ASKED = """Not dropped|Not enrolled|Non-active|No longer enrolled|Waitlisted|Registered (Waitlist)
|Auditing|Audit|Completed|Invited|Pending|Suspended|W|A|I|N|Yes|No|1|?|Enrolled / Dropped
|Withdrawal cancelled|Drop removed|Drop-in|Was enrolled|Abgemeldet|Student"""
STUDENT = "Student|student|Learner|S|StudentEnrollment|Undergraduate Student|STUDENT|Active student"
OTHER = """TeacherEnrollment|TaEnrollment|ObserverEnrollment
|DesignerEnrollment|StudentViewEnrollment
|Student, Teaching assistant|Teaching Assistant|Non-editing teacher|Instructor|TA|Grader|I|T|G
|Graduate Student Instructor|Student assistant|Guest|Course Builder|Faculty"""
UNSURE = "Participant|Member|Auditor|Former student|Waitlisted student|X|7"


def each(words):
    return [word.strip() for word in words.replace("\n", "").split("|")]


@pytest.mark.parametrize(
    ("field", "meaning", "words"),
    [
        ("status", "on", ON),
        ("status", "gone", GONE),
        ("status", "", ASKED),
        ("status", "as-is", "staff|Instructor|TA"),
        ("role", "student", STUDENT),
        ("role", "other", OTHER),
        ("role", "", UNSURE),
    ],
)
def test_words_of_all_systems(field, meaning, words):
    assert {word: guess(field, word) for word in each(words)} == dict.fromkeys(each(words), meaning)


@given(
    st.sampled_from(each(ON) + each(GONE)),
    st.sampled_from(["not", "never", "no longer", "non", "un", "ex", "formerly", "pending", "zzz"]),
    st.booleans(),
)
def test_a_word_that_is_not_known_makes_any_status_doubtful(word, other, before):
    assert guess("status", f"{other} {word}" if before else f"{word} {other}") == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_words_key_is_the_same_however_it_is_written(word):
    assert key_of(word.upper()) == key_of(word.upper().lower().upper())
    assert key_of(f"  {word} ") == key_of(word)


def read(text, answers=None):
    table = read_table(text)
    return read_rows(table, guess_columns(table.headers, {}), "", answers)


TEXT = "NetID,Status\nann7,Auditing\nben8,auditing\ncem9,Active\n"


def test_each_word_is_listed_once_with_its_rows_and_asked_once():
    result = read(TEXT)
    assert [(word.text, word.count, word.meaning) for word in result.words] == [
        ("Auditing", 2, ""),
        ("Active", 1, "on"),
    ]
    assert [str(problem) for problem in result.problems] == [
        "Line 2, column “Status”: say below what “Auditing” means."
    ]


@pytest.mark.parametrize("meaning", ["on", "gone", "as-is"])
def test_an_answer_holds_for_each_row_with_the_word(meaning):
    result = read(TEXT, {"status": {"auditing": meaning}})
    standing = Standing(meaning)
    assert (result.rows, result.problems) == (
        [RosterRow(2, "ann7", standing=standing), RosterRow(3, "ben8", standing=standing),
         RosterRow(4, "cem9")],
        [],
    )  # fmt: skip


def test_an_answer_goes_before_what_is_known():
    [*_, cem] = read(TEXT, {"status": {"auditing": "on", "active": "gone"}}).rows
    assert cem.standing is Standing.GONE


def test_a_blank_status_is_no_word():
    result = read("NetID,Status\nann7,\nben8,WD\n")
    assert [(word.text, word.count) for word in result.words] == [("WD", 1)]
    assert [row.standing for row in result.rows] == [Standing.LISTED, Standing.GONE]


def test_a_blank_role_is_a_students():
    assert [row.netid for row in read("NetID,Role\nann7,\ntam1,TA\n").rows] == ["ann7"]


def test_what_staff_hold_as_status_is_not_asked():
    result = read("NetID,Role,Status\nann7,Student,Active\ntam1,TA,Contract\n")
    assert (result.problems, [word.text for word in result.words]) == (
        [],
        ["Student", "TA", "Active"],
    )


def test_a_column_of_names_is_no_status():
    text = "NetID,Status\n" + "".join(f"s{n},Name{chr(97 + n)}\n" for n in range(26))
    text += "".join(f"t{n},Other{chr(97 + n)}\n" for n in range(26))
    assert [str(problem) for problem in read(text).problems] == [
        "Line 2, column “Status”: 52 different words are too many for a status."
    ]


@pytest.mark.parametrize(
    "word", ["Enrolled?", "❌ enrolled", "~enrolled", "Active ✗", "!registered"]
)
def test_a_sign_beside_a_known_word_makes_it_unknown(word):
    assert guess("status", word) == ""
