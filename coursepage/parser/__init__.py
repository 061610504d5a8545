"""Reads an instructor's Markdown course page. Pure Python: text in, a frozen `Page` out.

Built for a family of pages, not for one: docs/course-page.md says what a page may look like and
what each warning means. A doubt never stops the reading; only a page without a schedule does.
"""

import dataclasses
import zoneinfo

from coursepage.page import Group, Page, PageNotUnderstood, Row, TextEntry, assignments
from coursepage.parser.checks import (
    check_clocks,
    check_dates,
    check_groups,
    check_links,
    check_numbers,
    check_roles,
    check_zone_names,
    stated_group_size,
)
from coursepage.parser.columns import schedule_tables
from coursepage.parser.dates import Calendar, find_term, parse_term
from coursepage.parser.inline import squeeze
from coursepage.parser.logistics import read_logistics
from coursepage.parser.lookalikes import look_alikes
from coursepage.parser.milestones import read_milestones
from coursepage.parser.people import StaffNames, numbered_groups
from coursepage.parser.schedule import read_schedule
from coursepage.parser.source import Source
from coursepage.parser.staff import read_staff
from coursepage.parser.tables import Table, read_tables
from coursepage.parser.texts import read_texts
from coursepage.parser.weights import read_weights

__all__ = ["parse_page"]


def parse_page(text: str, *, term: str, zone: str) -> Page:
    """Read a course page.

    `term` supplies the year ("Spring 2025"); `zone` is the IANA name of the course's time zone.
    Raises PageNotUnderstood, with the line to blame, if the text is empty, binary or larger than
    1 MB, if the term has no year, the zone is unknown, or there is no schedule table with dates.
    Everything else that is odd is a warning of the page returned.
    """
    first = parse_term(term)
    where = _zone(zone)
    source = Source(text)
    tables = read_tables(source)
    schedule_of = schedule_tables(source, tables)
    dated = {table.line for table in schedule_of}
    others = [table for table in tables if table.line not in dated]
    head = read_logistics(source)
    if (written := find_term(head.written_term)) and written[0].year != first.year:
        source.warn(
            head.title_line,
            "term-mismatch",
            f"The title says “{written[1]}”; the page is read as {squeeze(term)}.",
        )
    staff, hours = read_staff(source, others)
    calendar = Calendar(first)
    known = StaffNames(staff)
    schedule = read_schedule(
        source,
        schedule_of,
        calendar,
        known,
        numbered=numbered_groups(others, known),
        weekdays=head.weekdays,
    )
    rows = _merged_no_class(schedule.rows)
    if not rows:
        raise PageNotUnderstood(schedule_of[0].line, "no row of the schedule has a readable date")
    weights = read_weights(source, others)
    milestones = read_milestones(source, calendar, rows, schedule.due, others)

    firsts = _groups(rows)
    people = _people(source, firsts)
    size = stated_group_size(source)
    per_reading = any(reading.roles for row in rows for reading in row.readings)
    check_groups(source, firsts, size, per_reading=per_reading)
    check_roles(source, rows, [column.key for column in schedule.role_columns])
    check_dates(source, rows, head.weekdays)
    check_clocks(source, rows, head.starts, head.ends, where)
    check_links(source)
    check_numbers(source)
    check_zone_names(source, calendar, where)
    _warn_of_look_alikes(source, people)
    if not staff:
        source.warn(0, "no-staff", "The page names no staff, or not where it can be read.")
    if head.starts is None:
        source.warn(
            0,
            "no-class-time",
            "The page gives no time of day at which the class meets; noon to 1 PM stands in.",
        )

    class_days = [
        day for row in rows if row.kind != "deadline" for day in (row.on, row.until) if day
    ]
    days = class_days or [row.on for row in rows]
    return Page(
        title=head.title,
        code=head.code,
        term=squeeze(term),
        zone=zone,
        room=head.room,
        weekdays=head.weekdays,
        starts=head.starts,
        ends=head.ends,
        term_starts=min(days),
        term_ends=max([*days, *(row.on for row in rows)]),
        contact_label=head.contact_label,
        contact_url=head.contact_url,
        staff_email=head.staff_email,
        staff=staff,
        office_hours=hours,
        texts=read_texts(source) + _leftovers(source, others, weights=bool(weights)),
        sections=tuple(schedule.sections),
        rows=tuple(rows),
        role_columns=tuple(schedule.role_columns),
        groups=tuple(firsts),
        people=tuple(people),
        group_size=size[:2] if size else None,
        weights=weights,
        milestones=milestones,
        required_default=schedule.required_default,
        warnings=source.warnings,
    )


def _zone(zone: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise PageNotUnderstood(
            0, f"“{zone[:60]}” is not a time zone; write an IANA name such as America/Chicago"
        ) from None


def _groups(rows: list[Row]) -> dict[Group, int]:
    """Each group once, by its set of people, in the order of first appearance, with that line."""
    firsts: dict[Group, int] = {}
    known: set[frozenset[str]] = set()
    for row in rows:
        lines = {group: r.line for r in row.readings for _role, gs in r.roles for group in gs}
        for _role, group in assignments(row):
            folded = frozenset(person.casefold() for person in group)
            if folded not in known:
                known.add(folded)
                firsts[group] = lines.get(group, row.line)
    return firsts


def _people(source: Source, firsts: dict[Group, int]) -> dict[str, int]:
    """Everyone once, as first written, with that line. Capitals alone make no other person."""
    lines: dict[str, int] = {}
    written: dict[str, str] = {}
    for group, line in firsts.items():
        for person in group:
            first = written.setdefault(person.casefold(), person)
            lines.setdefault(first, line)
            if first != person:
                source.warn(
                    line,
                    "capitals-differ",
                    f"{person} is taken for {first} (line {lines[first]}); only capitals differ.",
                )
    return lines


def _merged_no_class(rows: list[Row]) -> list[Row]:
    """A day without class that stands on the page twice is one day; its words are joined."""
    out: list[Row] = []
    at: dict[object, int] = {}
    for row in rows:
        if row.kind == "no_class" and row.on in at:
            first = out[at[row.on]]
            words = [w for w in (first.title, row.title, row.topic) if w and w != first.topic]
            out[at[row.on]] = dataclasses.replace(
                first, title="; ".join(dict.fromkeys(words)), readings=first.readings + row.readings
            )
            continue
        if row.kind == "no_class":
            at[row.on] = len(out)
        out.append(row)
    return out


def _warn_of_look_alikes(source: Source, line_of: dict[str, int]) -> None:
    for first, second in look_alikes(line_of):
        source.warn(
            line_of[second],
            "look-alike",
            f"{second} looks like {first} (line {line_of[first]}); they are kept as two people.",
        )


def _leftovers(source: Source, tables: list[Table], *, weights: bool) -> tuple[TextEntry, ...]:
    """Tables that are neither schedule, staff nor weights are kept as they stand (rule L4)."""
    kept: list[TextEntry] = []
    for table in tables:
        about = " ".join(table.header).lower()
        if any(word in about for word in ("office", "role", "weight", "%", "percent")):
            continue
        if weights and "grad" in table.above.lower():
            continue
        body = "\n".join(source.lines[table.line - 1 : table.last_line])
        kept.append(TextEntry("other", table.above, body, table.line))
    return tuple(kept)
