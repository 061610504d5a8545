"""Which table is the schedule, and what each of its columns holds."""

import re
from dataclasses import dataclass

from coursepage.page import PageNotUnderstood, RoleColumn
from coursepage.parser.dates import WrittenDate, date_of_cell, find_dates
from coursepage.parser.inline import LINK, as_text, scan
from coursepage.parser.source import Source
from coursepage.parser.tables import Table
from coursepage.parser.words import ROLE_WORDS

_READINGS = re.compile(r"\b(?:readings?|papers?|materials?|references?|reading list)\b")
_TOPIC = re.compile(r"\b(?:topics?|title|subject|theme|lectures?|content|description|event|what)\b")
_SLIDES = re.compile(r"\b(?:slides?|decks?|notes|recordings?|videos?)\b")
_DUE = re.compile(r"\b(?:due|deadlines?|deliverables?|assignments?|homework|milestones?|hw)\b")
_DATE = re.compile(r"\b(?:dates?|day|when|week of|class date|meeting date)\b")
_NOTHING = re.compile(r"^(?:#|no\.?|nr\.?|week|wk|lec(?:ture)? ?#?|class ?#?|session|id|)$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Column numbers of a schedule table. `readings` may also hold the topic
    (`readings_are_topics`); `roles` are (number, role) in the order of the page."""

    date: int
    readings: int | None
    topic: int | None
    slides: tuple[int, ...]
    due: tuple[int, ...]
    roles: tuple[tuple[int, RoleColumn], ...]
    readings_are_topics: bool


def role_column(heading: str) -> RoleColumn | None:
    """The role that a column's heading names, or None."""
    name = as_text(heading).strip(" :")
    key = re.sub(r"\s*\(.*?\)\s*$|\(s\)$", "", name.lower()).strip()
    for candidate in (key, key.removesuffix("s"), re.sub(r"\s+(?:group|team|role)s?$", "", key)):
        if candidate in ROLE_WORDS:
            canonical = ROLE_WORDS[candidate]
            return RoleColumn(name, canonical if _plural(candidate, canonical) else key, canonical)
    return None


def _plural(key: str, canonical: str) -> bool:
    """ "Presenters" is the role presenter; "summary" keeps its own name."""
    return key in (canonical, canonical + "s", canonical + "(s)")


def date_column(table: Table, *, day_first: bool = False) -> tuple[int | None, int]:
    """The column of dates and how many rows have one: by heading first, else by content."""
    counts = [0] * len(table.header)
    for row in table.rows:
        for index, cell in enumerate(row.cells[:6]):
            if len(cell) < 160 and date_of_cell(as_text(cell), day_first=day_first):
                counts[index] += 1
    for index, heading in enumerate(table.header):
        if _DATE.search(as_text(heading).lower()) and counts[index]:
            return index, counts[index]
    best = max(range(len(counts)), key=lambda index: counts[index], default=None)
    return (best, counts[best]) if best is not None and counts[best] else (None, 0)


def schedule_tables(source: Source, tables: list[Table]) -> list[Table]:
    """The tables that make up the schedule. Raises PageNotUnderstood when there is none."""
    found: list[Table] = []
    for table in tables:
        _column, dates = date_column(table)
        headings = [as_text(heading).lower() for heading in table.header]
        about = " ".join(headings)
        talks = any(role_column(heading) for heading in table.header)
        reads = bool(_READINGS.search(about) or _TOPIC.search(about) or talks)
        if _DUE.search(about) and not _READINGS.search(about) and not talks:
            reads = False
        if "office" in about or "weight" in about:
            continue
        if dates and (reads or dates >= 4) and len(table.header) > 1:
            found.append(table)
    if found:
        return found
    for heading in source.headings:
        if re.search(r"\b(?:schedule|calendar|reading list|syllabus)\b", heading.text.lower()):
            raise PageNotUnderstood(
                heading.line,
                f"under “{heading.text}” there is no table with a column of dates such as “Jan 22”",
            )
    if tables:
        raise PageNotUnderstood(
            tables[0].line, "no table of this page has a column of dates such as “Jan 22”"
        )
    raise PageNotUnderstood(
        0, "the page has no table; the schedule must be a Markdown table with a column of dates"
    )


def read_columns(table: Table, *, day_first: bool) -> Columns:
    """Give each column its meaning: by heading, and by content where the heading says nothing."""
    date, _count = date_column(table, day_first=day_first)
    headings = [as_text(heading).lower().strip(" :*") for heading in table.header]
    readings = topic = None
    slides: list[int] = []
    due: list[int] = []
    roles: list[tuple[int, RoleColumn]] = []
    unknown: list[int] = []
    for index, heading in enumerate(headings):
        if index == date or _NOTHING.match(heading):
            continue
        role = role_column(table.header[index])
        if role and role.key not in [known.key for _i, known in roles]:
            roles.append((index, role))
        elif _READINGS.search(heading) and readings is None:
            readings = index
        elif _SLIDES.search(heading):
            slides.append(index)
        elif _DUE.search(heading):
            due.append(index)
        elif _TOPIC.search(heading) and topic is None:
            topic = index
        else:
            unknown.append(index)
    also_topic = readings is not None and bool(_TOPIC.search(headings[readings]))
    if readings is None and unknown:
        linked = [i for i in unknown if _links(table, i)]
        readings = linked[0] if linked else None
    if readings is None and topic is not None:
        readings, topic, also_topic = topic, None, True
    for index in unknown:
        if index != readings and _people_like(table, index):
            name = as_text(table.header[index])
            roles.append((index, RoleColumn(name, name.lower(), "companion")))
    assert date is not None  # nosec B101 # a schedule has that column
    return Columns(
        date, readings, topic, tuple(slides), tuple(due), tuple(sorted(roles, key=lambda r: r[0])),
        also_topic,
    )  # fmt: skip


def _links(table: Table, index: int) -> int:
    return sum(any(piece.kind == LINK for piece in scan(row.cells[index])) for row in table.rows)


def _people_like(table: Table, index: int) -> bool:
    """Whether a column of unknown heading lists people: short comma-separated names, no prose."""
    cells = [as_text(row.cells[index]) for row in table.rows if row.cells[index]]
    names = [
        cell for cell in cells
        if "," in cell and len(cell) < 160
        and all(0 < len(part.split()) <= 3 for part in cell.split(","))
    ]  # fmt: skip
    return len(names) >= 2 and len(names) * 2 > len(cells)


def writes_day_first(tables: list[Table]) -> bool:
    """Whether 1/7 means 1 July: only if read as month/day some date is impossible or the dates
    run backwards more often."""

    def disorder(day_first: bool) -> tuple[int, int]:
        previous: tuple[int, int] | None = None
        wrong = backwards = 0
        for table in tables:
            for row in table.rows:
                for cell in row.cells[:3]:
                    if not re.search(r"\d{1,2}[/.]\d{1,2}", cell) or len(cell) > 60:
                        continue
                    dates: list[WrittenDate] = find_dates(as_text(cell), day_first=day_first)
                    if not dates:
                        wrong += 1
                        continue
                    here = (dates[0].month, dates[0].day)
                    if previous and here < previous:
                        backwards += 1
                    previous = here
        return wrong, backwards

    return disorder(True) < disorder(False)
