"""Roster files of any system, read into rows. Pure: no Django, no clock.

Canvas, Submitty, Banner and Moodle name their columns differently, and spreadsheets change
encodings and separators; so columns are mapped by whoever uploads, and guessed first.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

# What a column can be, and by which headers it is known, the surest first.
FIELDS: dict[str, str] = {
    "netid": "NetID",
    "name": "Name",
    "given": "Given name",
    "preferred": "Preferred given name",
    "family": "Family name",
    "email": "Email address",
    "status": "Status",
}
_KNOWN_AS: dict[str, tuple[str, ...]] = {
    "netid": (
        "netid", "loginid", "sisloginid", "username", "userid", "uniqname", "login", "user",
        "enterpriseid", "sisuserid",
    ),
    "name": ("name", "fullname", "studentname", "displayname", "student", "shortname"),
    "given": ("givenname", "firstname", "given", "first"),
    "preferred": ("preferredgivenname", "preferredfirstname", "preferredname"),
    "family": ("familyname", "lastname", "surname", "family", "last"),
    "email": ("email", "emailaddress", "mail", "useremail", "preferredemail"),
    "status": (
        "status", "enrollmentstatus", "enrolmentstatus", "registrationstatus", "registrationtype",
    ),
}  # fmt: skip
_GONE = {
    "dropped", "drop", "deleted", "inactive", "withdrawn", "withdrew", "withdraw", "removed",
    "concluded", "unenrolled", "dropped/deleted",
}  # fmt: skip
MAX_ROWS = 5000
MAX_COLUMNS = 200
_NETID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EMAIL = re.compile(r"[^\s@,;:<>()\"\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\x00"))
_EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)


class RosterUnreadable(ValueError):
    """The text is no table; `str()` says where and why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place; `line` counts from 1, `column` is the file's header."""

    line: int
    message: str
    column: str = ""

    def __str__(self) -> str:
        where = f"Line {self.line}, column “{self.column}”" if self.column else f"Line {self.line}"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person in the file; empty strings where it says nothing."""

    line: int
    netid: str = ""
    name: str = ""
    email: str = ""
    is_gone: bool = False
    # Read off the address: the file did not say it.
    is_netid_derived: bool = field(default=False, compare=False)

    @property
    def label(self) -> str:
        """How to name this person in a sentence."""
        return self.name or self.netid or self.email


@dataclass(frozen=True, slots=True)
class Table:
    """The file's header and its records with the lines on which they start."""

    headers: tuple[str, ...]
    records: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(slots=True)
class ReadRows:
    """What the records mean under one mapping of columns."""

    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def decode(data: bytes) -> str:
    """Bytes of a spreadsheet's export as text: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def _tidy(cell: str) -> str:
    """The cell without what spreadsheets put around it: `="007"`, a leading apostrophe, blanks."""
    text = cell.translate(_INVISIBLE).replace("\u00a0", " ").strip()
    wrapped = _EXCEL_TEXT.fullmatch(text)
    if wrapped:
        text = wrapped.group(1).strip()
    return " ".join(text.removeprefix("'").split())


def _separator(header: str) -> str:
    outside = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=outside.count)


def read_table(text: str) -> Table:
    """The table in `text`, separated by commas, semicolons or tabs.

    Empty lines are skipped, and so are Excel's `sep=` line and Canvas's “Points Possible”.
    Raises `RosterUnreadable` naming the line when it is no table.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise RosterUnreadable("The file is empty.")
    if re.fullmatch(r'"?sep=.?"?', lines[first].strip(), re.IGNORECASE):
        first += 1
    header_line = next((line for line in lines[first:] if line.strip()), "")
    reader = csv.reader(
        io.StringIO("\n".join(lines[first:])), delimiter=_separator(header_line), strict=True
    )
    headers: tuple[str, ...] = ()
    records: list[tuple[int, tuple[str, ...]]] = []
    start = first + 1
    try:
        for cells in reader:
            line, start = start, first + reader.line_num + 1
            if len(cells) > MAX_COLUMNS:
                raise RosterUnreadable(f"Line {line}: more than {MAX_COLUMNS} columns.")
            tidy = tuple(_tidy(cell) for cell in cells)
            if not any(tidy) or tidy[0].lower() == "points possible":
                continue
            if headers:
                records.append((line, tidy))
            else:
                headers = _headers(tidy, line)
            if len(records) > MAX_ROWS:
                raise RosterUnreadable(f"Line {line}: more than {MAX_ROWS} rows.")
    except csv.Error as error:
        raise RosterUnreadable(f"Line {start}: this is not a row of a table ({error}).") from error
    if not headers:
        raise RosterUnreadable("The file is empty.")
    if not records:
        raise RosterUnreadable(f"Line {first + 1}: there is a header and no row below it.")
    return Table(headers, tuple(records))


def _headers(cells: tuple[str, ...], line: int) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    names = tuple(name or f"column {number}" for number, name in enumerate(cells, 1))
    for number, name in enumerate(names):
        if name in names[:number]:
            raise RosterUnreadable(f"Line {line}: two columns are called “{name}”.")
    return names


def guess_columns(headers: tuple[str, ...], remembered: dict[str, str]) -> dict[str, str]:
    """Which header holds which field: as `remembered` where that exists, else by known names."""
    plain = {re.sub(r"[^a-z]", "", header.lower()): header for header in reversed(headers)}
    columns: dict[str, str] = {}
    for name, known in _KNOWN_AS.items():
        if remembered.get(name) in headers:
            columns[name] = remembered[name]
            continue
        header = next((plain[key] for key in known if key in plain), None)
        if header is not None and header not in columns.values():
            columns[name] = header
    return columns


def read_rows(table: Table, columns: dict[str, str], domain: str) -> ReadRows:
    """The table's rows under this mapping; `domain` is that of the course's NetID addresses.

    People who stand twice, NetIDs and addresses that cannot be ones, and rows that name
    nobody are problems, each with its line and column.
    """
    result = ReadRows()
    if not {"netid", "email"} & columns.keys():
        result.problems.append(Problem(1, "say which column holds the NetID or the address."))
        return result
    index = {name: table.headers.index(header) for name, header in columns.items()}
    seen: dict[str, int] = {}
    for line, cells in table.records:
        if any(cells[len(table.headers) :]):
            result.problems.append(
                Problem(line, f"{len(cells)} cells, where the header has {len(table.headers)}.")
            )
            continue
        values = {name: cells[at] if at < len(cells) else "" for name, at in index.items()}
        row, problems = _row(line, values, columns, domain.strip().lower())
        for key in (row.netid.lower(), row.email) if not problems else ():
            if key and key in seen:
                problems.append(Problem(line, f"“{key}” stands already in line {seen[key]}."))
            seen.setdefault(key, line)
        result.problems += problems
        if not problems:
            result.rows.append(row)
    return result


def _row(
    line: int, values: dict[str, str], columns: dict[str, str], domain: str
) -> tuple[RosterRow, list[Problem]]:
    problems: list[Problem] = []
    netid, email = values.get("netid", ""), values.get("email", "").lower()
    if domain and netid.lower().endswith(f"@{domain}"):
        netid = netid[: -len(domain) - 1]
    is_derived = bool(not netid and domain and email.endswith(f"@{domain}"))
    if is_derived:
        netid = email[: -len(domain) - 1]
    name = _name(values)
    if not netid and not email:
        column = columns.get("netid") or columns["email"]
        problems.append(Problem(line, "names neither a NetID nor an address.", column))
    if netid and not _NETID.fullmatch(netid):
        problems.append(Problem(line, f"“{netid}” is not a NetID.", columns.get("netid", "")))
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        problems.append(Problem(line, f"“{email}” is not an address.", columns["email"]))
    if len(name) > 200:
        problems.append(Problem(line, "the name is longer than 200 characters."))
    gone = values.get("status", "").strip().lower() in _GONE
    return RosterRow(line, netid, name, email, gone, is_derived), problems


def _name(values: dict[str, str]) -> str:
    """“Given Family”, from two columns or from one that says it or “Family, Given”."""
    given = values.get("preferred") or values.get("given", "")
    if given or values.get("family"):
        return f"{given} {values.get('family', '')}".strip()
    name = values.get("name", "")
    family, comma, given = name.partition(",")
    if comma and given.strip() and "," not in given:
        return f"{given.strip()} {family.strip()}"
    return name
