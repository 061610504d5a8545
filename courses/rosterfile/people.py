"""The people of a table under one mapping of its columns, and the rows that are nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from courses.rosterfile.cells import ADDRESS, NETID, identity
from courses.rosterfile.columns import unnumbered
from courses.rosterfile.encoding import LOST
from courses.rosterfile.model import (
    Problem,
    ReadRows,
    RosterRow,
    Skip,
    Skipped,
    Standing,
    Table,
    Word,
)
from courses.rosterfile.words import MEANINGS, guess, key_of
from courses.texts import folded

MAX_WORDS = 30
Person = tuple[int, dict[str, str]]
"""A line and what its mapped columns say, by field."""
Answers = Mapping[str, Mapping[str, str]]
"""What was said of words: field -> key of the word -> meaning."""

_UNKNOWN = "?"
_POINTS = re.compile(r"points? possible|possible points?|out of|max(imum)? points?", re.I)
_TOTALS = re.compile(
    r"((grand|sub)[ -]?)?totals?( \w+){0,3}|counts?( of \w+)?|sum|average|mean|median|std\.? ?dev"
    r"|(number|no\.?) of \w+|(students|records|rows|enrolled|enrolment|enrollment)( total| count)?",
    re.I,
)
_MADE = re.compile(
    r"(generated|printed|exported|created|downloaded|produced|extracted|run|report)\b.{0,20}?"
    r"(\b(on|by|at|date|for)\b|:|\d)|as of\b.*\d|page \d|end of (the )?(report|list|roster|file)"
    r"|\*{2,}|-{3,}|={3,}|©|confidential\b",
    re.I,
)
_FIGURES = re.compile(r"\(?read[ -]?only\)?|manual posting|muted|[-–\d.,:/()%=+ ]*", re.I)
_TEST_NAMES = {"test student", "student view", "demo student", "preview user"}
_PREVIEW = "_previewuser"
_PSEUDONYM = re.compile(rf"[0-9a-f]{{20,}}|.*{_PREVIEW}", re.I)


def read_rows(
    table: Table, columns: Mapping[str, str], domain: str, answers: Answers | None = None
) -> ReadRows:
    """The table's rows under this mapping; `domain` is that of the course's NetID addresses.

    People who stand twice, NetIDs and addresses that cannot be ones, and words that nobody has
    explained are problems, each with its line and column. Rows that are no person's, and those
    of the staff, are left out and listed.
    """
    result = ReadRows(skipped=[_skipped(line, Skip.EXPORT, cells) for line, cells in table.above])
    if not {"netid", "email"} & columns.keys():
        result.problems.append(
            Problem(table.header_line, "say which column holds the NetID or the address.")
        )
        return result
    people: list[Person] = []
    for line, cells in table.records:
        values = _values(table, columns, cells)
        why = _why_nobody(table, cells, values)
        if why:
            result.skipped.append(_skipped(line, why, cells))
        elif len(cells) > len(table.headers):
            result.problems.append(
                Problem(line, f"{len(cells)} cells, where the header has {len(table.headers)}.")
            )
        else:
            people.append((line, values))
    students = []
    _explain(result, "role", people, columns, answers or {})
    for line, values in people:
        if values.get("role") == "other":
            said = [values[name] for name in columns if name not in MEANINGS]
            result.skipped.append(_skipped(line, Skip.STAFF, said))
        else:
            students.append((line, values))
    _explain(result, "status", students, columns, answers or {})
    _take(result, students, columns, domain.strip().lower())
    if not result.rows and not result.problems:
        result.problems.append(Problem(table.header_line, "no row below it names a student."))
    result.skipped.sort(key=lambda one: one.line)
    result.problems.sort(key=lambda one: one.line)
    return result


def _values(table: Table, columns: Mapping[str, str], cells: tuple[str, ...]) -> dict[str, str]:
    """The mapped cells by field, empty where the row is too short."""
    values = {}
    for name, header in columns.items():
        at = table.headers.index(header)
        cell = cells[at] if at < len(cells) else ""
        values[name] = identity(cell) if name in {"netid", "email"} else cell
    return values


def _skipped(line: int, why: Skip, cells: Iterable[str]) -> Skipped:
    return Skipped(line, why, " · ".join(cell for cell in cells if cell)[:200])


def _why_nobody(table: Table, cells: tuple[str, ...], values: Mapping[str, str]) -> Skip | None:
    """Why a row is no person's; None for a person, also for one with mistakes."""
    heads = zip(cells, map(unnumbered, table.headers), strict=False)
    if all(not cell or folded(cell) == folded(head) for cell, head in heads):
        return Skip.EXPORT
    netid, email = values.get("netid", ""), values.get("email", "")
    if "@" in email:
        return None
    is_test = folded(_name(values)) in _TEST_NAMES or netid.lower().endswith(_PREVIEW)
    if is_test and (not netid or _PSEUDONYM.fullmatch(netid)):
        return Skip.TEST
    first, *others = [cell for cell in cells if cell]
    if _is_furniture(first, others, is_wide=len(table.headers) > 1):
        return Skip.EXPORT
    if not netid and not email:
        return Skip.EXPORT if all(map(_FIGURES.fullmatch, cells)) else Skip.NOBODY
    # A remark or a count, not a person: several words and no name beside them.
    is_remark = " " in first and all(map(_FIGURES.fullmatch, others))
    if netid == identity(first) and (":" in first or "=" in first or is_remark):
        return Skip.NOBODY if len(table.headers) > 1 else None
    return None


def _is_furniture(first: str, others: list[str], is_wide: bool) -> bool:
    """Whether a row that begins like this is the export's own: points, totals, who made it."""
    if _POINTS.fullmatch(first) or _MADE.match(first):
        return True
    words, _, rest = first.partition(":")
    parts = words.split()
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    total = _TOTALS.fullmatch(" ".join(parts))
    figures = all(map(_FIGURES.fullmatch, [rest, *others]))
    # One word alone in a file of one column can be somebody's NetID.
    return bool(total) and figures and (is_wide or first != words or " " in words)


def _explain(
    result: ReadRows, field: str, people: list[Person], columns: Mapping[str, str], answers: Answers
) -> None:
    """Collect the words of one field, and put their meanings in the words' place."""
    if field not in columns:
        return
    said = [(line, values[field], key_of(values[field])) for line, values in people]
    counts = Counter(key for _, _, key in said if key)
    meanings: dict[str, str] = {"": ""}
    if len(counts) > MAX_WORDS:
        message = f"{len(counts)} different words are too many for a {field}."
        result.problems.append(Problem(said[0][0], message, columns[field]))
        meanings |= dict.fromkeys(counts, _UNKNOWN)
    for line, text, key in said:
        if key in meanings:
            continue
        meaning = answers.get(field, {}).get(key, guess(field, text))
        meaning = meaning if meaning in MEANINGS[field] else ""
        result.words.append(Word(field, text, key, counts[key], meaning))
        meanings[key] = meaning or _UNKNOWN
        if not meaning:
            problem = Problem(line, f"say below what “{text}” means.", columns[field])
            result.problems.append(problem)
    for (_, values), (_, _, key) in zip(people, said, strict=True):
        values[field] = meanings[key]


def _take(result: ReadRows, people: list[Person], columns: Mapping[str, str], domain: str) -> None:
    """Put each person into the rows, or say what is wrong with theirs."""
    seen: dict[str, RosterRow] = {}
    for line, values in people:
        row, problems = _row(line, values, columns, domain)
        keys = [key for key in (row.netid.lower(), row.email) if key]
        twin = next((seen[key] for key in keys if key in seen), None)
        if twin is not None and replace(twin, line=line) == row:
            result.skipped.append(Skipped(line, Skip.AGAIN, row.label))
            continue
        if not problems:
            problems = [
                Problem(line, f"“{key}” stands already in line {seen[key].line}.")
                for key in keys
                if key in seen
            ]
            for key in keys:
                seen.setdefault(key, row)
        result.problems += problems
        if not problems:
            result.rows.append(row)


def _row(
    line: int, values: Mapping[str, str], columns: Mapping[str, str], domain: str
) -> tuple[RosterRow, list[Problem]]:
    problems: list[Problem] = []
    netid, email, name = values.get("netid", ""), values.get("email", "").lower(), _name(values)
    if ADDRESS.fullmatch(netid):
        local = _local_part(netid, domain)
        if not local and (not email or _at(netid, domain) or netid.lower() == email):
            email = email or netid.lower()
            netid = ""
        netid = local or netid
    is_derived = not netid
    netid = netid or _local_part(email, domain)
    if netid and not NETID.fullmatch(netid):
        problems.append(Problem(line, f"“{netid}” is not a NetID.", columns.get("netid", "")))
    if email and (len(email) > 254 or not ADDRESS.fullmatch(email)):
        problems.append(Problem(line, f"“{email}” is not an address.", columns.get("email", "")))
    if len(name) > 200:
        problems.append(Problem(line, "the name is longer than 200 characters."))
    if LOST in name:
        problems.append(
            Problem(line, f"a letter of “{name}” could not be read. Write it in the text below.")
        )
    standing = _standing(values, columns)
    return RosterRow(line, netid, name, email, standing, bool(netid) and is_derived), problems


def _standing(values: Mapping[str, str], columns: Mapping[str, str]) -> Standing:
    if values.get("role") == _UNKNOWN:
        return Standing.AS_IS
    if "status" not in columns:
        return Standing.ON
    said = values["status"]
    if not said:
        return Standing.LISTED
    return Standing.AS_IS if said == _UNKNOWN else Standing(said)


def _at(address: str, domain: str) -> bool:
    return bool(domain) and address.lower().endswith(f"@{domain}")


def _local_part(address: str, domain: str) -> str:
    """The NetID in an address at the course's domain; empty where it does not fit one."""
    local = address[: -len(domain) - 1] if _at(address, domain) else ""
    return local if NETID.fullmatch(local) else ""


def _name(values: Mapping[str, str]) -> str:
    """“Given Family”, from two columns or from one that says it or “Family, Given”."""
    given = values.get("preferred") or values.get("given", "")
    if given or values.get("family"):
        return f"{given} {values.get('family', '')}".strip()
    name = values.get("name", "")
    family, comma, given = name.partition(",")
    if comma and given.strip() and "," not in given:
        return f"{given.strip()} {family.strip()}"
    return name
