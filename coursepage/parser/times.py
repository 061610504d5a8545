"""Weekdays and times of day as course pages write them: "WF: 12:30 PM – 01:45 PM", "Tu/Th 1pm"."""

import datetime as dt
import re

from coursepage.parser.inline import squeeze

_DAY_WORDS = {
    "monday": 0, "mon": 0, "mondays": 0,
    "tuesday": 1, "tue": 1, "tues": 1, "tuesdays": 1,
    "wednesday": 2, "wed": 2, "weds": 2, "wednesdays": 2,
    "thursday": 3, "thu": 3, "thur": 3, "thurs": 3, "thursdays": 3,
    "friday": 4, "fri": 4, "fridays": 4,
    "saturday": 5, "sat": 5, "saturdays": 5,
    "sunday": 6, "sun": 6, "sundays": 6,
}  # fmt: skip
_DAY_LETTERS = {
    "m": 0, "mo": 0, "t": 1, "tu": 1, "w": 2, "we": 2, "th": 3, "h": 3, "r": 3, "f": 4, "fr": 4,
    "sa": 5, "su": 6,
}  # fmt: skip
_COMPACT = re.compile(r"Th|Tu|TU|TH|Mo|We|Fr|Sa|Su|[MTWRF]")
_WORD = re.compile(r"[A-Za-z]+")

_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*([AaPp]\.?\s?[Mm]\b\.?)?"
_RANGE = re.compile(rf"(?<![\d:/]){_CLOCK}\s*(?:-|–|—|−|~|to|until|till)\s*{_CLOCK}(?![\d:/])")
_RANGE_4 = re.compile(
    r"(?<!\d)(\d{3,4})\s*([AaPp][Mm])?\s*(?:-|–|—|to)\s*(\d{3,4})\s*([AaPp][Mm])?(?!\d)"
)
_SINGLE = re.compile(r"(?<![\d:/])(\d{1,2})(?:[:.](\d{2}))?\s*([AaPp]\.?\s?[Mm]\b\.?)(?!\w)")
_SINGLE_24 = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday_named(word: str) -> int | None:
    """0-6 for one written weekday ("Thurs.", "W"), else None."""
    key = word.strip().rstrip(".,").lower()
    return _DAY_WORDS.get(key, _DAY_LETTERS.get(key))


def weekday_word(word: str) -> int | None:
    """0-6 for a weekday of three letters or more, else None: single letters may mean anything."""
    return _DAY_WORDS.get(word.strip().rstrip(".,").lower())


def find_weekdays(text: str) -> tuple[int, ...]:
    """The weekdays named in a short text: "WF", "TTh", "Tu/Th", "Mon and Wed", "Fridays"."""
    words = [match.group() for match in _WORD.finditer(text)]
    named = [_DAY_WORDS[word.lower()] for word in words if word.lower() in _DAY_WORDS]
    if named:
        return tuple(sorted(set(named)))
    days: set[int] = set()
    for word in words:
        parts = _COMPACT.findall(word)
        if parts and "".join(parts) == word and len(word) <= 7:
            days.update(_DAY_LETTERS[part.lower()] for part in parts)
    return tuple(sorted(days))


def _time(hour: str, minute: str | None, half: str) -> dt.time | None:
    h, m = int(hour), int(minute or 0)
    if half.startswith("p") and h < 12:
        h += 12
    elif half.startswith("a") and h == 12:
        h = 0
    return dt.time(h, m) if h < 24 and m < 60 else None


def find_time_range(text: str) -> tuple[dt.time, dt.time, int, int] | None:
    """The first span of time in a text as (starts, ends, position, end position).

    A start without AM or PM takes the half of the day that puts it before the end. None where
    there is no span, or one that is `backwards`.
    """
    found = _find_span(_with_numbers(text))
    return found if found and found[0] < found[1] else None


def backwards(text: str) -> str:
    """The first span of time in a text as it is written, if it ends before it starts; else ''."""
    text = _with_numbers(text)
    found = _find_span(text)
    return text[found[2] : found[3]].strip() if found and found[0] >= found[1] else ""


def _with_numbers(text: str) -> str:
    return text.replace("Noon", "12 PM").replace("noon", "12 PM")


def _find_span(text: str) -> tuple[dt.time, dt.time, int, int] | None:
    match = _RANGE_4.search(text)
    if match:
        a, half_a, b, half_b = match.groups()
        h1, m1, half1, h2, m2, half2 = a[:-2], a[-2:], half_a, b[:-2], b[-2:], half_b
    else:
        spans = _RANGE.finditer(text)
        match = next((m for m in spans if any(m.group(i) for i in (2, 3, 5, 6))), None)
        if match is None:
            return None
        h1, m1, half1, h2, m2, half2 = match.groups()
    first, second = (half1 or "").lower(), (half2 or "").lower()
    if int(h2) > 12:
        second = ""
    ends = _time(h2, m2, second or ("" if int(h2) >= 12 else first))
    starts = _time(h1, m1, first or ("" if int(h1) > 12 else second))
    if ends is None or starts is None:
        return None
    if starts >= ends and not first:
        starts = _time(h1, m1, "a") or starts
    return starts, ends, match.start(), match.end()


def find_time(text: str) -> dt.time | None:
    """The first single time of day in a text ("6:00PM", "23:59", "noon", "midnight")."""
    lowered = squeeze(text).lower()
    match = _SINGLE.search(lowered)
    if match:
        return _time(match.group(1), match.group(2), match.group(3))
    match = _SINGLE_24.search(lowered)
    if match:
        return dt.time(int(match.group(1)), int(match.group(2)))
    if re.search(r"\bnoon\b", lowered):
        return dt.time(12)
    if re.search(r"\bmidnight\b", lowered):
        return dt.time(23, 59)
    return None
