"""Dates of the project and of forming groups, from the prose and from the schedule
(rules G2, J2, J3, J4); the same date told twice counts once."""

import datetime as dt
import re

from coursepage.page import Milestone, Row
from coursepage.parser.dates import Calendar, find_dates
from coursepage.parser.inline import as_text, squeeze
from coursepage.parser.source import Source
from coursepage.parser.tables import Table
from coursepage.parser.times import find_time
from coursepage.parser.words import mentions_due

TITLES = {
    "groups": "Group membership and preferences",
    "proposal": "Project proposal",
    "mid_presentation": "Mid-semester presentation",
    "final_presentation": "Final presentation",
    "report": "Final report",
}
_BY = re.compile(
    r"\b(?:by|before|due|deadline|until|no later than|submit|turn in|hand in)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[a-z)0-9*][.!?])[*_]*\s+(?=[*_]*[A-Z\[])")
_MAX = 200


def milestone_kind(text: str) -> str:
    """The kind of milestone that a sentence or a title speaks of, 'other' if none."""
    words = text.lower()
    presents = "present" in words or "poster" in words
    group = re.search(r"\b(?:form(?:ing)?|declare|find)\b.*\b(?:groups?|teams?)\b", words)
    if group or re.search(r"\bgroup(?:'s)? (?:membership|formation|sign-?up)", words):
        return "groups"
    if re.search(r"\bmid-?\s?(?:semester|term|quarter|point)\b", words) and presents:
        return "mid_presentation"
    if re.search(r"\bproposals?\b", words) and not presents and "finalized" not in words:
        return "proposal"
    if (
        re.search(r"\bfinal\b", words)
        and presents
        and not re.search(r"\b(?:report|slides)\b", words)
    ):
        return "final_presentation"
    if re.search(r"\breports?\b|\bfinal paper\b", words) and "mid" not in words:
        return "report"
    return "other"


def read_milestones(
    source: Source,
    calendar: Calendar,
    rows: list[Row],
    due: list[tuple[str, dt.date, int]],
    tables: list[Table],
) -> tuple[Milestone, ...]:
    """All milestones by date. Prose comes first: it knows the time of day."""
    told = _from_prose(source, calendar)
    told += _from_tables(calendar, tables)
    for text, on, line in due:
        told.append(_milestone(text, on, find_time(text), line))
    shown: list[Milestone] = []
    for row in rows:
        label = squeeze(f"{row.title} {row.topic}")
        if row.kind == "deadline" or (row.kind == "no_class" and mentions_due(label)):
            shown.append(_milestone(label, row.on, find_time(label), row.line))
        elif row.meeting_kind == "presentations":
            kind = milestone_kind(label + " presentation")
            if kind in ("mid_presentation", "final_presentation"):
                shown.append(Milestone(kind, TITLES[kind], row.on, None, row.line))
    _compare(source, told, shown)
    merged: dict[tuple[str, dt.date], Milestone] = {}
    for milestone in told + shown:
        merged.setdefault((milestone.kind, milestone.on), milestone)
    known = {milestone.on for milestone in merged.values() if milestone.kind != "other"}
    return tuple(
        sorted(
            (m for m in merged.values() if m.kind != "other" or m.on not in known),
            key=lambda m: (m.on, m.line),
        )
    )[:_MAX]


def _milestone(text: str, on: dt.date, time: dt.time | None, line: int) -> Milestone:
    kind = milestone_kind(text)
    title = TITLES.get(kind) or squeeze(as_text(text)).strip(" .:;")[:120]
    return Milestone(kind, title, on, time, line)


def _from_prose(source: Source, calendar: Calendar) -> list[Milestone]:
    found: list[Milestone] = []
    for number in range(1, len(source) + 1):
        line = source.line(number)
        if number in source.used or not line.strip() or len(line) > 6000 or len(found) >= _MAX:
            continue
        if not find_dates(line, slashes=False):
            continue
        before = as_text(source.line(number - 1)) if source.line(number - 1).strip() else ""
        for part in _SENTENCE.split(line):
            sentence = as_text(part)
            dates = find_dates(sentence, slashes=False)
            if not dates:
                continue
            kind = milestone_kind(sentence)
            if kind == "other" and len(sentence) < 40:
                kind = milestone_kind(f"{before[-80:]} {sentence}")
            if kind == "other" and not _BY.search(sentence):
                continue
            for date in dates:
                on = calendar.near(date.month, date.day, date.year)
                if on:
                    title = TITLES.get(kind) or sentence.strip(" .:;*-")[:120]
                    found.append(Milestone(kind, title, on, find_time(sentence), number))
    return found


def _from_tables(calendar: Calendar, tables: list[Table]) -> list[Milestone]:
    """A table of its own for what is due: "| Milestone | Due |"."""
    found: list[Milestone] = []
    for table in tables:
        headings = " ".join(as_text(cell).lower() for cell in table.header)
        if not re.search(r"\b(?:due|deadlines?|milestones?|deliverables?)\b", headings):
            continue
        for row in table.rows[:_MAX]:
            text = as_text(" ".join(row.cells))
            for date in find_dates(text)[:1]:
                on = calendar.near(date.month, date.day, date.year)
                if on:
                    words = f"{text[: date.start]} {text[date.end :]}"
                    found.append(_milestone(words, on, find_time(words), row.line))
    return found


def _compare(source: Source, told: list[Milestone], shown: list[Milestone]) -> None:
    """Warn when the prose names other days for a presentation or report than the schedule."""
    for kind in ("mid_presentation", "final_presentation", "report"):
        prose = [m for m in told if m.kind == kind]
        table = {m.on for m in shown if m.kind == kind}
        for milestone in prose:
            starts = kind == "final_presentation" and milestone.on == min(table, default=None)
            if table and milestone.on not in table and not starts:
                days = ", ".join(f"{day:%b} {day.day}" for day in sorted(table))
                on = milestone.on
                source.warn(
                    milestone.line,
                    "milestone-mismatch",
                    f"{TITLES[kind]}: here {on:%b} {on.day}, in the schedule {days}.",
                )
