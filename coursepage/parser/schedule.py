"""The schedule: dated rows, section headings between them, and what happens on each date
(rules S1-S4). One date may take several physical rows, the date only on the first."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from coursepage.page import Group, RoleColumn, Row
from coursepage.parser.columns import Columns, read_columns, writes_day_first
from coursepage.parser.dates import Calendar, WrittenDate, date_of_cell, find_dates
from coursepage.parser.entries import DatedEntry, finish
from coursepage.parser.inline import LINK, as_text, scan, squeeze
from coursepage.parser.labels import day_of, label_of, topic_beside_links
from coursepage.parser.people import RoleCell, StaffNames, joins_by_dash, read_role_cell
from coursepage.parser.readings import Draft, ReadingList
from coursepage.parser.required import Legend, decide_required
from coursepage.parser.source import Source
from coursepage.parser.tables import Table, TableRow, check_shape
from coursepage.parser.times import WEEKDAY_NAMES, weekday_word
from coursepage.parser.words import is_break, is_list_label, is_placeholder

_MAX_ROWS = 2000  # of one table; a course page has dozens


@dataclass(slots=True)
class Schedule:
    """What was read: rows in the order of the page, and what the page says is due besides."""

    rows: list[Row] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    role_columns: list[RoleColumn] = field(default_factory=list)
    required_default: str | None = None
    due: list[tuple[str, dt.date, int]] = field(default_factory=list)


def read_schedule(
    source: Source,
    tables: list[Table],
    calendar: Calendar,
    staff: StaffNames,
    *,
    numbered: Mapping[str, Group],
    weekdays: tuple[int, ...],
) -> Schedule:
    """Read the schedule tables of a page as one schedule.

    `numbered` says who is in "Group 3", where the page lists its groups; `weekdays` are the days
    of class, to find the one of a row that spans a week.
    """
    reader = _Reader(source, calendar, staff, day_first=writes_day_first(tables))
    reader.numbered = numbered
    schedule = Schedule()
    columns = [read_columns(table, day_first=reader.day_first) for table in tables]
    reader.by_dash = joins_by_dash(
        (row.cells[i] for t, c in zip(tables, columns, strict=True) for row in t.rows
         for i, _role in c.roles),
        staff,
    )  # fmt: skip
    titled = all(table.above for table in tables) and len({table.above for table in tables}) > 1
    for table, meaning in zip(tables, columns, strict=True):
        if titled and table.above not in reader.sections[-1:]:
            reader.open_section(table.above)
        reader.read_table(table, meaning)
        for _index, role in meaning.roles:
            if role not in schedule.role_columns:
                schedule.role_columns.append(role)
    schedule.sections = reader.sections
    legend = Legend.of(source)
    drafts = [draft for entry in reader.entries for draft in entry.drafts]
    required, schedule.required_default = decide_required(source, drafts, legend, tables[0].line)
    for entry in reader.entries:
        schedule.rows.append(finish(entry, schedule.role_columns, required, weekdays))
        if entry.odd and schedule.rows[-1].meeting_kind not in ("presentations", "guest_lecture"):
            source.warn(
                entry.line,
                "nobody-named",
                f"“{entry.odd[0][:60]}” names nobody that this page lists; the role stays open.",
            )
        schedule.due.extend((text, entry.on, line) for text, line in entry.due)
    return schedule


class _Reader:
    """Walks the physical rows and keeps the date that they belong to."""

    def __init__(
        self, source: Source, calendar: Calendar, staff: StaffNames, *, day_first: bool
    ) -> None:
        self.source = source
        self.calendar = calendar
        self.staff = staff
        self.day_first = day_first
        self.by_dash = False
        self.numbered: Mapping[str, Group] = {}
        self.sections: list[str] = []
        self.section: int | None = None
        self.entries: list[DatedEntry] = []
        self.current: DatedEntry | None = None
        self.extra: list[DatedEntry] = []
        self.reading_list = ReadingList(source)

    def open_section(self, title: str) -> None:
        self.sections.append(title)
        self.section = len(self.sections) - 1

    def read_table(self, table: Table, columns: Columns) -> None:
        for row in table.rows[:_MAX_ROWS]:
            self._row(table, columns, row)

    def _row(self, table: Table, columns: Columns, row: TableRow) -> None:
        if not any(row.cells):
            return
        cell = as_text(row.cells[columns.date])
        written = date_of_cell(cell, day_first=self.day_first)
        if written is None:
            heading = self._heading(columns, row)
            check_shape(self.source, table, row, heading=bool(heading))
            if heading:
                dates = find_dates(heading) if is_break(heading) else []
                if dates and (inside := date_of_cell(heading[dates[0].start :])):
                    self._dated(heading, replace(inside, start=0, end=0), columns, row)
                elif is_break(heading):
                    self.source.warn(
                        row.line, "undated-break", f"“{heading}” has no date; it is left out."
                    )
                else:
                    self.open_section(heading)
                return
            if cell.strip(" .-–—*:"):
                self._without_date(cell, columns, row)
            elif self.current:
                self._fill(columns, row, first=False)
            else:
                self.source.warn(
                    row.line, "row-before-date", "A row before the first date is left out."
                )
            return
        check_shape(self.source, table, row)
        self._dated(cell, written, columns, row)

    def _without_date(self, cell: str, columns: Columns, row: TableRow) -> None:
        """A row whose date cell holds something else: a week's number, a time, a riddle."""
        words = cell.lower()
        harmless = (
            re.fullmatch(r"(?:week\s*)?\d{0,2}|\W*", words) or weekday_word(words) is not None
        )
        if harmless and self.current:
            self._fill(columns, row, first=False)
            return
        self.current = None
        said = squeeze(" ".join(as_text(c) for c in row.cells if c))[:80]
        code = "no-date" if is_placeholder(cell) else "unreadable-date"
        self.source.warn(
            row.line, code, f"“{cell[:40]}” is not a date; the row is left out: “{said}”."
        )

    def _heading(self, columns: Columns, row: TableRow) -> str:
        """The section that a row without date opens, or ''.

        A heading is the only filled cell, bold or in the date column, with no link in it; a label
        such as **Optional** among the readings is none.
        """
        filled = [index for index, cell in enumerate(row.cells) if as_text(cell)]
        texts = {as_text(row.cells[index]).strip(" :") for index in filled}
        if not filled or len(texts) > 1:
            return ""
        index = filled[0]
        pieces = scan(row.cells[index])
        if any(piece.kind == LINK for piece in pieces):
            return ""
        text = texts.pop().lstrip("#").strip()
        if not any(char.isalpha() for char in text) or is_placeholder(text):
            return ""
        if is_list_label(as_text(row.cells[index])):
            return ""
        words = [piece for piece in pieces if piece.text.strip()]
        bold = words[0].bold
        rest = squeeze("".join(piece.text for piece in words if not piece.bold))
        if bold and (not rest or (rest.startswith("(") and rest.endswith(")"))):
            return text
        if row.cells[index].lstrip().startswith("#"):
            return text
        week = re.fullmatch(r"(?:week\s*)?\d{1,2}", text.lower())
        if index == columns.date and not week and weekday_word(text) is None:
            return "" if re.search(r"\d/\d", text) else text
        return ""

    def _dated(self, cell: str, written: WrittenDate, columns: Columns, row: TableRow) -> None:
        on = self.calendar.next(written.month, written.day, written.year)
        until = self._until(on, written, row.line)
        if on is None:
            self.source.warn(row.line, "unreadable-date", f"“{cell[:40]}” is not a date here.")
            self.current = None
            return
        if written.weekday is not None and written.weekday != on.weekday():
            self.source.warn(
                row.line,
                "weekday-wrong",
                f"{on:%b} {on.day} is a {WEEKDAY_NAMES[on.weekday()]} in {on.year}, not a "
                f"{WEEKDAY_NAMES[written.weekday]}.",
            )
        last = self.entries[-1] if self.entries else None
        if last and last.on == on and last.until == until and self.current is not None:
            self.extra = []
            self._fill(columns, row, first=False)  # the date repeated on each of its rows
            return
        self.current = DatedEntry(row.line, on, until, self.section)
        self.entries.append(self.current)
        self.extra = []
        for month, day in written.also:
            more = self.calendar.next(month, day, written.year)
            if more:
                self.extra.append(DatedEntry(row.line, more, None, self.section))
        self.reading_list = ReadingList(self.source)
        rest = label_of(cell[: written.start] + " " + cell[written.end :])
        if rest:
            self.current.topics.append(rest)
        self._fill(columns, row, first=True)
        for entry in self.extra:
            entry.topics, entry.titles = self.current.topics, self.current.titles
            entry.plain_titles = self.current.plain_titles
            self.entries.append(entry)

    def _until(self, on: dt.date | None, written: WrittenDate, line: int) -> dt.date | None:
        """The last day of a span; None if there is none, or if it would run backwards."""
        if on is None or written.until is None:
            return None
        year = on.year + (written.until < (on.month, on.day) and on.month >= 11)
        until = day_of(year, *written.until)
        if until is not None and until < on:
            self.source.warn(
                line,
                "backwards",
                f"{until:%b} {until.day} is before {on:%b} {on.day}, where it would begin; the row "
                "is read as that one day.",
            )
        if until is None or until <= on:
            return None
        self.calendar.next(until.month, until.day, until.year)
        return until

    def _fill(self, columns: Columns, row: TableRow, *, first: bool) -> None:
        entry = self.current
        if entry is None:
            return
        added: list[Draft] = []
        if columns.topic is not None:
            self._topic(entry, row.cells[columns.topic], row.line)
        if columns.readings is not None:
            content = self.reading_list.read(
                row.cells[columns.readings], row.line,
                first=first and columns.topic is None, titled=not columns.readings_are_topics,
            )  # fmt: skip
            added = content.drafts
            if columns.readings_are_topics and added and not content.plain_titles:
                entry.topics.extend(filter(None, [topic_beside_links(row.cells[columns.readings])]))
            entry.titles.extend(content.titles)
            entry.plain_titles.extend(content.plain_titles)
            entry.slides.extend(content.slides)
            entry.drafts.extend(added)
        for index in columns.slides:
            entry.slides.extend(p.url for p in scan(row.cells[index]) if p.kind == LINK and p.url)
        for index in columns.due:
            text = as_text(row.cells[index])
            if text and not is_placeholder(text):
                entry.due.append((text, row.line))
        self._roles(entry, columns, row, added, first=first)

    def _topic(self, entry: DatedEntry, cell: str, line: int) -> None:
        content = ReadingList(self.source).read(cell, line, first=True, titled=False)
        links = [draft for draft in content.drafts if draft.url]
        if links and content.titles == content.plain_titles == []:
            entry.topics.append(as_text(cell))
        else:
            entry.topics.extend(content.plain_titles or [])
            entry.titles.extend(content.titles)

    def _roles(
        self, entry: DatedEntry, columns: Columns, row: TableRow, added: list[Draft], *, first: bool
    ) -> None:
        for index, role in columns.roles:
            if not row.cells[index]:
                continue
            cell: RoleCell = read_role_cell(
                row.cells[index], self.staff, by_dash=self.by_dash, numbered=self.numbered
            )
            entry.slides.extend(cell.slides)
            entry.odd.extend(cell.odd)
            entry.guests.extend(cell.guests)
            entry.staff.extend(name for name in cell.staff if name not in entry.staff)
            if not first and cell.groups:
                entry.per_reading = True
            for group in cell.groups:
                entry.roles.setdefault(role.key, []).append(group)
                if added:
                    entry.reading_roles.setdefault(id(added[0]), []).append((role.key, group))
