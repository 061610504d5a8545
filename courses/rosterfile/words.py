"""What the words of a status or a role mean: what is doubtful is asked, never guessed."""

from __future__ import annotations

import re

from courses.rosterfile.model import Standing
from courses.texts import folded

MEANINGS: dict[str, dict[str, str]] = {
    "status": {
        Standing.ON: "on the roster",
        Standing.GONE: "gone",
        Standing.AS_IS: "leave them as they are",
    },
    "role": {"student": "students", "other": "not students: left out"},
}
"""What a word of each such field can be taken for, and how that is said."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ON = _set("active added enrolled enroled registered reenrolled reregistered graded")
_GONE = _set(
    "drop drops dropped delete deleted inactive withdraw withdrawn withdrew withdrawal removed "
    "concluded unenrolled unenroled unregistered deregistered deenrolled cancelled canceled "
    "cancellation"
)
# A withdrawal that was cancelled is none: beside another word these are doubtful.
_UNDONE = _set("cancelled canceled cancellation removed")
# Says how or when, and never turns the meaning round; a word that is not here makes it doubtful.
_HOW = _set(
    "via by on from the web online re self service registrar admin administrative "
    "administratively administrator instructor faculty advisor student students user course "
    "class section status system office full refund before after week census "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday am pm"
)
# Codes of Banner and PeopleSoft that stand alone. W waits in one and has withdrawn in another, A
# may be active, added or an auditor: those are asked.
_CODES: dict[str, str] = {
    **dict.fromkeys(("wd", "dr", "dd", "dw", "dc", "df", "fw", "cw", "wc", "ww", "d"), "gone"),
    **dict.fromkeys(("re", "rw", "e"), "on"),
}
_STUDENT = _set("student students learner learners pupil")
_STUDENT_WHO = _set(
    "enrollment enrolment role enrolled active graduate undergraduate grad undergrad"
)
_STAFF = _set(
    "teacher teaching instructor instructors ta tas assistant tutor grader marker designer "
    "observer faculty staff professor prof lecturer coordinator manager admin "
    "administrator facilitator mentor guest parent librarian builder view editor"
)
_ROLE_CODES = {"s": "student", "i": "other", "t": "other", "g": "other", "p": "other", "u": "other"}


def key_of(word: str) -> str:
    """The word as it is compared and remembered."""
    return " ".join(folded(word).split())


_SIGNS = re.compile(r"[^\w\s\-–—/()\[\].,:;*&'’\"|]")


def _tokens(word: str) -> list[str]:
    """“StudentEnrollment” and “**Web Registered**” in small letters, word by word."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)
    return re.findall(r"[^\W\d_]+", folded(apart))


def guess(field: str, word: str) -> str:
    """A key of `MEANINGS[field]`, or nothing where the word is not known for sure.

    A sign beside it, such as a cross or a question mark, may say the opposite.
    """
    if _SIGNS.search(word):
        return ""
    return _status(_tokens(word)) if field == "status" else _role(_tokens(word))


def _status(tokens: list[str]) -> str:
    if len(tokens) == 1 and tokens[0] in _CODES:
        return _CODES[tokens[0]]
    if tokens and set(tokens) <= _STAFF:  # Submitty says “staff” where it says how one is graded
        return Standing.AS_IS
    said = set(tokens) - _HOW
    if said & _UNDONE and said - _UNDONE:
        return ""
    if said and said <= _ON | _codes("on"):
        return Standing.ON
    if said and said <= _GONE | _codes("gone"):
        return Standing.GONE
    return ""


def _codes(meaning: str) -> set[str]:
    """The codes with this meaning that may stand among words, as in “RW - Web Registered”."""
    return {code for code, means in _CODES.items() if means == meaning and len(code) > 1}


def _role(tokens: list[str]) -> str:
    if len(tokens) == 1 and tokens[0] in _ROLE_CODES:
        return _ROLE_CODES[tokens[0]]
    said = set(tokens)
    if said & _STAFF:
        return "other"
    return "student" if said & _STUDENT and said <= _STUDENT | _STUDENT_WHO else ""
