"""Staff and their office hours, from a table or from prose (rules L2, L3)."""

import re

from coursepage.page import OfficeHoursEntry, StaffEntry
from coursepage.parser.inline import LINK, TEXT, Piece, as_text, lines_of, scan, squeeze
from coursepage.parser.source import Source
from coursepage.parser.tables import Table, check_shape
from coursepage.parser.times import backwards, find_time_range, weekday_named

_NAME_HEADING = re.compile(r"\b(?:member|name|instructors?|staff|who|team|person|people)\b")
_ROLE_HEADING = re.compile(r"\b(?:role|position|title)\b")
_HOURS_HEADING = re.compile(r"\b(?:office|hours?)\b")
_NETID = re.compile(
    r"\(\s*([A-Za-z][\w.-]{1,30})(?:@[\w.-]+)?\s*\)|[<(]?\b([\w.-]{2,30})@[\w.-]+\.\w+[>)]?"
)
_HONORIFIC = re.compile(r"^(?:prof(?:essor)?|dr|mr|ms|mrs)\b\.?\s+", re.IGNORECASE)
_TA = re.compile(
    r"\b(?:tas?|gsis?|teaching assistants?|assistants?|ias?|cas?|graders?|ugtas?|tutors?)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^\s*(?:[-*+]\s+)?[*_]*\s*(?:course\s+)?(instructors?|lecturers?|professors?|faculty|tas?|gsis?"
    r"|teaching\s+assistants?|teaching\s+staff)\s*(?:\(s\))?\s*[*_]*\s*:\s*[*_]*\s*(\S.*)$",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"^(?:course\s+)?(instructors?|lecturers?|professors?|tas?|gsis?|teaching\s+assistants?)$",
    re.IGNORECASE,
)
_HOURS_LINE = re.compile(
    r"^\s*(?:[-*+]\s+)?[*_]*\s*office\s+hours?\s*[*_]*\s*:\s*[*_]*\s*(\S.*)$", re.IGNORECASE
)
_OFFICE_LINE = re.compile(
    r"^\s*(?:[-*+]\s+)?[*_]*\s*office\s*[*_]*\s*:\s*[*_]*\s*(\S.*)$", re.IGNORECASE
)


def read_staff(
    source: Source, tables: list[Table]
) -> tuple[tuple[StaffEntry, ...], tuple[OfficeHoursEntry, ...]]:
    """Staff and office hours in the order of the page."""
    staff: list[StaffEntry] = []
    hours: list[OfficeHoursEntry] = []
    for table in tables:
        headings = [as_text(cell).lower() for cell in table.header]
        if any(_HOURS_HEADING.search(h) or _ROLE_HEADING.search(h) for h in headings) and any(
            _NAME_HEADING.search(h) for h in headings
        ):
            _from_table(source, table, headings, staff, hours)
    if not staff:
        _from_prose(source, staff, hours)
    for slot in hours:
        if words := backwards(slot.text):
            source.warn(
                slot.line,
                "backwards",
                f"“{words}” ends before it starts; these office hours stand without a time.",
            )
    return tuple(staff), tuple(hours)


def _from_table(
    source: Source, table: Table, headings: list[str],
    staff: list[StaffEntry], hours: list[OfficeHoursEntry],
) -> None:  # fmt: skip
    def column(pattern: re.Pattern[str], default: int | None = None) -> int | None:
        return next((i for i, h in enumerate(headings) if pattern.search(h)), default)

    hours_at = column(_HOURS_HEADING)
    role_at = column(_ROLE_HEADING)
    name_at = next(
        (i for i, h in enumerate(headings)
         if _NAME_HEADING.search(h) and i not in (hours_at, role_at)),
        0,
    )  # fmt: skip
    for row in table.rows:
        check_shape(source, table, row)
        role_text = as_text(row.cells[role_at]) if role_at is not None else ""
        role = "ta" if _TA.search(role_text) else "instructor"
        members = _members(row.cells[name_at], role, row.line)
        if len(members) > 1:
            source.warn(
                row.line,
                "shared-staff-row",
                f"One row names {len(members)} members of staff "
                f"({', '.join(m.name for m in members)}); they are read as sharing role and hours.",
            )
        staff.extend(members)
        if hours_at is not None and members and as_text(row.cells[hours_at]):
            hours.append(_hours(row.cells[hours_at], members, row.line))


def _members(cell: str, role: str, line: int) -> list[StaffEntry]:
    """The persons of one cell: one per line, or separated by commas."""
    members: list[StaffEntry] = []
    for pieces in lines_of(scan(cell)):
        persons: list[list[Piece]] = [[]]
        for piece in pieces:
            if piece.kind == LINK:
                persons[-1].append(piece)
                continue
            parts = re.split(r",\s*|\s+and\s+", piece.text)
            persons[-1].append(Piece(TEXT, parts[0]))
            persons.extend([Piece(TEXT, part)] for part in parts[1:])
        members.extend(_member(person, role, line) for person in persons)
    return [member for member in members if member.name]


def _member(pieces: list[Piece], role: str, line: int) -> StaffEntry:
    homepage = next(
        (p.url for p in pieces if p.kind == LINK and p.url and not p.url.startswith("mailto:")), ""
    )
    text = squeeze("".join(p.text for p in pieces))
    found = _NETID.search(text)
    netid = (found.group(1) or found.group(2)) if found else ""
    name = _NETID.sub(" ", text)
    name = re.sub(r"\([^()]*\)", " ", name)
    name = squeeze(name).strip(" -–,.;:*_()")
    name = _HONORIFIC.sub("", name)
    if not 1 < len(name) <= 80 or any(c.isdigit() for c in name) or not name[0].isalpha():
        name = ""
    return StaffEntry(name, netid.lower() if netid else "", role, homepage or "", line)


def _hours(cell: str, members: list[StaffEntry], line: int) -> OfficeHoursEntry:
    """Place, day and time of one cell: "3128 Siebel Center. W 2:00 PM – 3:00 PM"."""
    pieces = scan(cell)
    url = next((p.url for p in pieces if p.kind == LINK and p.url), "") or ""
    text = as_text(cell)
    span = find_time_range(text)
    weekday, place = None, ""
    if span:
        words = list(re.finditer(r"[A-Za-z.]+", text[: span[2]]))
        cut = span[2]
        if words and (weekday := weekday_named(words[-1].group())) is not None:
            cut = words[-1].start()
        else:
            behind = re.search(r"\b(?:every|on|each)?\s*([A-Za-z]+)", text[span[3] :])
            weekday = weekday_named(behind.group(1)) if behind else None
        place = text[:cut].strip(" .,;:-–@")
        place = re.sub(r"\b(?:on|every|each|from)$", "", place).strip(" .,;:")
    else:
        place = re.split(r"\.\s|\bby\b|\(", text, maxsplit=1, flags=re.IGNORECASE)[0]
        place = place.strip(" .,;:")
    return OfficeHoursEntry(
        tuple(m.name for m in members), tuple(m.netid for m in members if m.netid), place, url,
        weekday, span[0] if span else None, span[1] if span else None, text, line,
    )  # fmt: skip


def _from_prose(source: Source, staff: list[StaffEntry], hours: list[OfficeHoursEntry]) -> None:
    """ "**Instructor:** [Ada](...)", or a heading "Instructor" with the name below it."""
    for heading in source.headings:
        if not _HEADED.match(heading.text.strip(" :")):
            continue
        role = "ta" if _TA.search(heading.text) else "instructor"
        number = heading.line + 1
        while number <= len(source) and not source.line(number).strip():
            number += 1
        following = source.line(number)
        if following.strip() and len(as_text(following)) < 120 and "|" not in following:
            staff.extend(_members(re.sub(r"^\s*[-*+]\s+", "", following), role, number))
    for number in range(1, len(source) + 1):
        match = _LABELLED.match(source.line(number))
        if match and len(as_text(match.group(2))) < 160 and number not in source.used:
            role = "ta" if _TA.search(match.group(1)) else "instructor"
            staff.extend(_members(match.group(2), role, number))
    if not staff:
        return
    instructors = [member for member in staff if member.role == "instructor"] or staff
    for number in range(1, len(source) + 1):
        line = source.line(number)
        match = _HOURS_LINE.match(line)
        if match is None and "office hour" in line.lower():
            match = _OFFICE_LINE.match(line)
        if match and number not in source.used:
            hours.append(_hours(match.group(1), instructors, number))
