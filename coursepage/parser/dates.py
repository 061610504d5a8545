"""Dates as course pages write them, without a year, and the term that supplies it (rule S1)."""

import datetime as dt
import re
from dataclasses import dataclass

from coursepage.page import PageNotUnderstood
from coursepage.parser.inline import squeeze
from coursepage.parser.times import weekday_named

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb febr february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = r"(jan|january|febr|feb|february|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov|december|dec)\b\.?"  # noqa: E501
_ORD = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s*((?:19|20)\d{2}))?"
_DASH = r"\s*(?:-|–|—|−|to|through|until)\s*"
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s*(\d{{1,2}}){_ORD}\b{_YEAR}", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}}){_ORD}\s*(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_SLASH = re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})(?:[/.]((?:20)?\d{2}))?(?![\d/])")
_TAIL_DAY = re.compile(rf"{_DASH}(\d{{1,2}}){_ORD}\b(?!\s*[:/])", re.IGNORECASE)
_MORE_DAY = re.compile(rf"\s*(?:,|&|and|/|\+)\s*(\d{{1,2}}){_ORD}\b(?!\s*[:/.])", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\b(mon|tues?|weds?|thu|thurs?|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)

_SEASONS = {
    "spring": 1, "sp": 1, "s": 1, "winter": 1, "wi": 1, "w": 1, "summer": 5, "su": 5,
    "fall": 8, "autumn": 8, "fa": 8, "f": 8, "au": 8, "a": 8, "january": 1,
}  # fmt: skip
_TERM = re.compile(
    r"(?<![A-Za-z])(spring|winter|summer|fall|autumn|sp|su|fa|wi|au|s|w|f)"
    r"[\s_,-]*(?:term|semester|quarter)?[\s_,-]*['’‘`]?\s*((?:19|20)\d{2}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_TERM_REVERSED = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[-/_,]?\s*(spring|winter|summer|fall|autumn)\b", re.IGNORECASE
)
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\s*[-/–]\s*((?:19|20)?\d{2}))?(?!\d)")


@dataclass(frozen=True, slots=True)
class Term:
    """A term by the year it begins in and the month it usually begins with."""

    year: int
    month: int
    name: str = ""


def find_term(text: str) -> tuple[Term, str] | None:
    """A term named in a text, with the words that name it: "(S'25)", "Fall 2024", "W25"."""
    match = _TERM.search(text)
    if match:
        season, year = match.group(1).lower(), match.group(2)
    else:
        match = _TERM_REVERSED.search(text)
        if not match:
            return None
        season, year = match.group(2).lower(), match.group(1)
    number = int(year) if len(year) == 4 else 2000 + int(year)
    return Term(number, _SEASONS[season], season), match.group()


def parse_term(text: str) -> Term:
    """The term that an instructor names at import: "Spring 2025", "W25", "2024/25 Fall".

    Raises PageNotUnderstood when no year can be read from it.
    """
    text = squeeze(text)
    if len(text) > 100:
        raise PageNotUnderstood(0, "the term is too long; write it like “Spring 2025”")
    span = _ANY_YEAR.search(text)
    named = find_term(text)
    if span and span.group(2):
        first = int(span.group(1))
        tail = span.group(2)
        second = int(tail) if len(tail) == 4 else first - first % 100 + int(tail)
        season = re.search(r"\b(spring|winter|summer|fall|autumn)\b", text, re.IGNORECASE)
        month = _SEASONS[season.group(1).lower()] if season else 8
        return Term(first if month >= 8 else second, month, text)
    if named:
        return Term(named[0].year, named[0].month, text)
    if span:
        return Term(int(span.group(1)), 1, text)
    shown = text or "(nothing)"
    raise PageNotUnderstood(
        0, f"the term “{shown}” names no year; write it like “Spring 2025” or “F'24”"
    )


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as found in a text: `year` only if the page writes one.

    `until` is (month, day) of the last day of a span, `also` further days of the same cell,
    `weekday` the weekday that the page claims, `start`/`end` where it stands in the text.
    """

    month: int
    day: int
    year: int | None
    start: int
    end: int
    until: tuple[int, int] | None = None
    also: tuple[tuple[int, int], ...] = ()
    weekday: int | None = None


def find_dates(text: str, *, day_first: bool = False, slashes: bool = True) -> list[WrittenDate]:
    """Every date in a text, in order. `slashes` also reads 1/7, as 7 January, or 1 July if
    `day_first`."""
    found = [
        _dated(match, MONTHS[match.group(1).lower()], match.group(2), match.group(3))
        for match in _MONTH_DAY.finditer(text)
    ]
    taken = [(date.start, date.end) for date in found]
    for match in _DAY_MONTH.finditer(text):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            month = MONTHS[match.group(2).lower()]
            found.append(_dated(match, month, match.group(1), match.group(3)))
    found.extend(
        _dated(match, int(match.group(2)), match.group(3), match.group(1))
        for match in _ISO.finditer(text)
    )
    if slashes and not found:
        for match in _SLASH.finditer(text):
            a, b = int(match.group(1)), int(match.group(2))
            month, day = (b, a) if day_first else (a, b)
            found.append(_dated(match, month, str(day), match.group(3)))
    found = [date for date in found if 1 <= date.month <= 12 and _possible(date.month, date.day)]
    return sorted(found, key=lambda date: date.start)


def _dated(match: re.Match[str], month: int, day: str, year: str | None) -> WrittenDate:
    number = None if not year else int(year) if len(year) == 4 else 2000 + int(year)
    return WrittenDate(month, int(day), number, match.start(), match.end())


def _possible(month: int, day: int) -> bool:
    try:
        dt.date(2024, month, day)
    except ValueError:
        return False
    return True


def date_of_cell(text: str, *, day_first: bool = False) -> WrittenDate | None:
    """The date that a date cell begins with, with its span, further days and weekday; or None.

    A date further into the cell than a weekday or a week's number is not the cell's date.
    """
    dates = find_dates(text, day_first=day_first)
    if not dates or len(text[: dates[0].start].strip(" *(,.:|")) > 24:
        return None
    first = dates[0]
    until: tuple[int, int] | None = None
    also: list[tuple[int, int]] = []
    end = first.end
    for date in dates[1:]:
        between = text[end : date.start].strip()
        if re.fullmatch(_DASH.replace(r"\s*", ""), between):
            until = (date.month, date.day)
        elif re.fullmatch(r"(?:,|&|and|/|\+|,\s*and)", between):
            also.append((date.month, date.day))
        else:
            break
        end = date.end
    if until is None and not also:
        tail = _TAIL_DAY.match(text, end)
        if tail and _possible(first.month, int(tail.group(1))):
            until, end = (first.month, int(tail.group(1))), tail.end()
        while more := _MORE_DAY.match(text, end):
            if not _possible(first.month, int(more.group(1))):
                break
            also.append((first.month, int(more.group(1))))
            end = more.end()
    return WrittenDate(
        first.month, first.day, first.year, first.start, end, until, tuple(also),
        _weekday_in(text, first.start, end),
    )  # fmt: skip


def _weekday_in(text: str, start: int, end: int) -> int | None:
    before = text[:start].strip(" ,.*:(")
    if before and len(before) <= 10 and (day := weekday_named(before)) is not None:
        return day
    match = _WEEKDAY.search(text[:start]) or _WEEKDAY.match(text[end : end + 14].lstrip(" ,(*"))
    return weekday_named(match.group()) if match else None


class Calendar:
    """Gives dates without a year the year of the term, in the order of the page.

    From one date to the next the year may turn (December -> January), never go back.
    """

    def __init__(self, term: Term) -> None:
        self.term = term
        self.last: dt.date | None = None
        self.first: dt.date | None = None

    def next(self, month: int, day: int, year: int | None = None) -> dt.date | None:
        """The next row's date; None when the day does not exist in that year (Feb 29)."""
        if year is None:
            if self.last is None:
                late = self.term.month <= 2 and month >= 11
                year = self.term.year - 1 if late else self.term.year
                if self.term.month >= 8 and month <= 4:
                    year += 1
            else:
                year = self.last.year
                if self.last.month - month >= 7:
                    year += 1
                elif month - self.last.month >= 9:
                    year -= 1
        date = _date(year, month, day)
        if date and (self.last is None or date > self.last):
            self.last = date
        if date and (self.first is None or date < self.first):
            self.first = date
        return date

    def near(self, month: int, day: int, year: int | None = None) -> dt.date | None:
        """The date of a milestone: in the year that puts it closest to the rows already read."""
        if year is not None:
            return _date(year, month, day)
        first = self.first or dt.date(self.term.year, self.term.month, 1)
        last = self.last or first + dt.timedelta(days=120)
        middle = first + (last - first) / 2
        options = [_date(y, month, day) for y in (middle.year - 1, middle.year, middle.year + 1)]
        real = [date for date in options if date]
        return min(real, key=lambda date: abs(date - middle)) if real else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
