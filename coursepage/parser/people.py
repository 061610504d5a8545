"""Who has a role: one cell of names or NetIDs as groups of people (rules R1, S4)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coursepage.page import Group, StaffEntry
from coursepage.parser.inline import LINK, Piece, as_text, lines_of, scan, squeeze
from coursepage.parser.tables import Table
from coursepage.parser.words import NOT_PEOPLE, STAFF_WORDS, looks_like_slides

_GROUP_SEPARATOR = re.compile(r"\s*[&;+]\s*")
_PERSON_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*/\s*")
_HONORIFIC = re.compile(
    r"^(?:prof(?:essor)?|dr|mr|ms|mrs|instructor|ta|gsi)\b\.?\s+", re.IGNORECASE
)
_TITLED = re.compile(r"^(?:prof(?:essor)?|dr)\b\.?\s+\S", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:groups?|teams?|g)\s*#?\s*\d", re.IGNORECASE)
_NUMBERED_AND_NAMED = re.compile(
    r"^(?:groups?|teams?|g)\s*#?\s*\d{1,3}\s*(?::|[-–]\s|\()\s*(?=[A-Za-z])", re.IGNORECASE
)
_PAREN = re.compile(r"\(([^()]*)\)")
_NETID = re.compile(r"^[a-z][a-z0-9_.-]{1,19}$")
_LABEL = re.compile(
    r"^(?:guest|invited|speaker|lead|presenters?|reviewers?|by)\s*(?::|\s+by\b)\s*", re.IGNORECASE
)
_GUEST = re.compile(
    r"^(?:guest|invited)\s*(?:speaker|lecturer|lecture|talk)?\s*(?::|\bby\b|-|–)\s*", re.IGNORECASE
)
_DASHED = re.compile(r"^[A-Z][\w'’]*(?:\s?[-–][A-Z][\w'’]*)+$")


@dataclass(slots=True)
class RoleCell:
    """What one cell says: student groups, staff by the name written, guests, decks.

    `odd` holds fragments that name nobody the reader could make out ("Groups 2, 8, 7").
    """

    groups: list[Group] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    slides: list[str] = field(default_factory=list)
    homepages: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    guests: list[str] = field(default_factory=list)


class StaffNames:
    """Recognises members of staff by full name, first name, last name or NetID."""

    def __init__(self, staff: Iterable[StaffEntry]) -> None:
        self.known: set[str] = set()
        for person in staff:
            words = person.name.lower().split()
            self.known.update({person.name.lower(), person.netid.lower()} - {""})
            if words:
                self.known.update({words[0], words[-1]})
        self.known = {name for name in self.known if len(name.strip(".")) > 1}

    def __contains__(self, written: str) -> bool:
        name = squeeze(written).lower().strip(".")
        if name in self.known or name in STAFF_WORDS or _TITLED.match(name):
            return True
        return _HONORIFIC.sub("", name) in self.known


def joins_by_dash(cells: Iterable[str], staff: StaffNames) -> bool:
    """Whether a page writes groups as "Ana-Bo-Chi". Only a page that never separates people in
    another way does; a lone "Jean-Luc" is one person."""
    dashed = several = total = 0
    for cell in cells:
        for line in lines_of(scan(cell)):
            text = squeeze("".join(piece.text for piece in line))
            if not text or text in staff or text.lower() in NOT_PEOPLE:
                continue
            if "," in text or "&" in text or ";" in text or " and " in text:
                return False
            total += 1
            if _DASHED.match(text):
                dashed += 1
                several += text.count("-") >= 2
    return dashed >= 2 and (several >= 1 or dashed * 2 > total)


def numbered_groups(tables: Iterable[Table], staff: StaffNames) -> dict[str, Group]:
    """Who is in which numbered group, from a table with columns such as "Group" and "Members"."""
    found: dict[str, Group] = {}
    for table in tables:
        headings = [as_text(cell).lower() for cell in table.header]
        group = [i for i, h in enumerate(headings) if re.search(r"\b(?:group|team)\b", h)]
        members = [
            i for i, h in enumerate(headings) if re.search(r"\b(?:members?|students?|people)\b", h)
        ]
        if not group or not members or group[0] == members[0]:
            continue
        for row in table.rows:
            number = re.search(r"\d{1,3}|[A-Z]$", as_text(row.cells[group[0]]))
            cell = read_role_cell(row.cells[members[0]], staff, by_dash=False, numbered={})
            if number and cell.groups:
                people = dict.fromkeys(person for part in cell.groups for person in part)
                found.setdefault(number.group().lstrip("0"), tuple(people))
    return found


def read_role_cell(
    cell: str, staff: StaffNames, *, by_dash: bool, numbered: Mapping[str, Group]
) -> RoleCell:
    """Read one cell. `&`, `+`, `;` join two groups, a comma two people of one group.

    Several lines (`<br>`) are several groups if one of them names more than one person, else one
    group. Staff are told apart by name; a group with a student in it is a student group.
    """
    found = RoleCell()
    lines = lines_of(scan(cell))
    texts: list[str] = []
    for line in lines:
        text = _without_links(line, found)
        named = _NUMBERED_AND_NAMED.sub("", text)
        if named != text and named.endswith(")") and "(" not in named:
            named = named[:-1]
        if named:
            texts.append(named)
    if len(texts) > 1 and not any(_GROUP_SEPARATOR.search(t) or "," in t for t in texts):
        texts = [", ".join(texts)]
    for text in texts:
        if _NUMBERED.match(text) or (numbered and re.fullmatch(r"[\d\s,&]+", text)):
            known = [numbered.get(number.lstrip("0")) for number in re.findall(r"\d+", text)]
            found.groups.extend(group for group in known if group)
            if None in known:
                found.odd.append(text)
            continue
        if _GUEST.match(text):
            name = _person(_LABEL.sub("", _GUEST.sub("", text)))
            found.guests.extend([name] if name else [])
            continue
        for part in _GROUP_SEPARATOR.split(_LABEL.sub("", text)):
            _add_group(part, found, staff, by_dash=by_dash)
    return found


def _without_links(line: list[Piece], found: RoleCell) -> str:
    words: list[str] = []
    for piece in line:
        if piece.kind == LINK and piece.url is not None:
            bare = piece.text.strip().lower()
            if bare in NOT_PEOPLE or not bare or piece.text == piece.url:
                if looks_like_slides(piece.url) or bare in ("slides", "deck"):
                    found.slides.append(piece.url)
                continue
            if looks_like_slides(piece.url):
                found.slides.append(piece.url)
            elif piece.url:
                found.homepages.append(piece.url)
        words.append(piece.text)
    text = squeeze("".join(words))
    return text.replace("()", "").replace("[]", "").strip(" -–*•·")


def _add_group(part: str, found: RoleCell, staff: StaffNames, *, by_dash: bool) -> None:
    part = part.strip()
    if not part or part.lower().strip(". ()") in NOT_PEOPLE:
        return
    if part in staff:
        found.staff.append(part)
        return
    if by_dash and _DASHED.match(part):
        names = re.split(r"\s?[-–]\s?", part)
    else:
        names = _PERSON_SEPARATOR.split(part)
        words = part.split()
        if len(names) == 1 and len(words) > 1 and all(re.search(r"\d$", w) for w in words):
            names = words  # NetIDs separated by spaces alone
    people: dict[str, None] = {}
    for name in names:
        person = _person(name)
        if person:
            people[person] = None
        elif name.strip() and name.lower().strip(" .()") not in NOT_PEOPLE:
            found.odd.append(name.strip())
    if people and all(person in staff for person in people):
        found.staff.extend(people)
    elif people:
        found.groups.append(tuple(people))


def _person(text: str) -> str:
    """One person as written, or '' if the text names none."""
    for note in _PAREN.findall(text):
        if not _NETID.match(note.strip()) or not any(c.isdigit() for c in note):
            text = text.replace(f"({note})", " ")
    text = squeeze(text).strip(" .*_•·:[]{}\"'")
    if text.lower() in NOT_PEOPLE or _NUMBERED.match(text):
        return ""
    if not 1 < len(text) <= 60 or len(text.split()) > 6:
        return ""
    if not any(char.isalpha() for char in text) or "://" in text or "](" in text:
        return ""
    return text
