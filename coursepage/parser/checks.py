"""Doubts about a page as a whole: people, links, numbers that contradict each other."""

import datetime as dt
import re
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Sequence

from coursepage.page import Group, Row
from coursepage.parser.dates import Calendar, find_dates
from coursepage.parser.inline import LINK, as_text, scan
from coursepage.parser.source import Source
from coursepage.parser.times import WEEKDAY_NAMES, find_time
from courses import times
from schedule.deadlines import class_span, nearest_class_span
from schedule.errors import TimesDoNotFit
from schedule.plan.roles_given import in_several_roles, missing_roles

_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
_COUNTED = re.compile(
    r"\b(?:following|these|the|below|next)\s+(two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
    r"\s+([a-z]{3,20}s)\b([^.]*):\s*$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^(\s*)(?:[-*+]|\d{1,2}[.)])\s+\S")
_ZONE = re.compile(
    r"\b\d{1,2}(?::\d{2})?\s*(?:[AaPp]\.?[Mm]\.?)?\s*\(?(EST|EDT|CST|CDT|MST|MDT|PST|PDT|CET|CEST|BST|GMT)\b"
)
_SIZE = re.compile(
    r"\b(?:groups?|teams?)\s+of\s+(?:size\s+)?(\d{1,2})(?:\s*(?:-|–|to|or)\s*(\d{1,2}))?"
    r"(?:\s+(?:students|members|people|persons))?",
    re.IGNORECASE,
)


def check_links(source: Source) -> None:
    """Empty targets and in-page anchors that lead to no heading of the page."""
    anchors = set(_anchors(source))
    relative: list[tuple[int, str]] = []
    for number in range(1, len(source) + 1):
        line = source.line(number)
        lowered = line.lower()
        for name in re.findall(r"\b(?:id|name)=[\"']?([\w-]{1,100})", lowered):
            anchors.add(name)
    for number in range(1, len(source) + 1):
        line = source.line(number)
        if "](" not in line and "href" not in line:
            continue
        for piece in scan(line):
            if piece.kind != LINK or piece.url is None:
                continue
            if piece.url.strip() in ("", "#"):
                source.warn(number, "empty-link", f"“{piece.text[:70]}” links to nothing.")
            elif piece.url.startswith("#"):
                if piece.url[1:].lower() not in anchors:
                    source.warn(
                        number,
                        "broken-anchor",
                        f"“{piece.text[:50]}” links to {piece.url[:80]}, but no heading has that "
                        "name.",
                    )
            elif not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}:|//", piece.url):
                relative.append((number, piece.url))
    if relative:
        line_number, url = relative[0]
        others = f" and {len(relative) - 1} more" if len(relative) > 1 else ""
        source.warn(
            line_number,
            "relative-link",
            f"“{url[:60]}”{others}: a link beside the old page; it leads nowhere from here.",
        )


def _anchors(source: Source) -> Iterable[str]:
    seen: Counter[str] = Counter()
    for heading in source.headings:
        kept = "".join(c for c in heading.text.lower() if c.isalnum() or c in " -_")
        slug = kept.strip().replace(" ", "-")
        yield f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1


def check_numbers(source: Source) -> None:
    """ "The following four questions:" with a list of five below it."""
    for number in range(1, len(source) + 1):
        line = source.line(number)
        if number in source.used or ":" not in line or len(line) > 3000:
            continue
        match = _COUNTED.search(as_text(line.rstrip()))
        if not match:
            continue
        word = match.group(1).lower()
        said = _NUMBERS.get(word) or int(word)
        items = _items_below(source, number)
        if items and items != said:
            source.warn(
                number,
                "count-mismatch",
                f"The text says {word} {match.group(2)}, the list below has {items}.",
            )


def _items_below(source: Source, number: int) -> int:
    items = 0
    indent: int | None = None
    following = number + 1
    while following <= len(source):
        line = source.line(following)
        match = _ITEM.match(line)
        if match:
            here = len(match.group(1))
            if indent is None:
                indent = here
            if here < indent:
                break
            items += here == indent
        elif (line.strip() and not line.startswith((" ", "\t"))) or (
            not line.strip() and items and not _ITEM.match(source.line(following + 1))
        ):
            break
        following += 1
    return items


def check_zone_names(source: Source, calendar: Calendar, zone: zoneinfo.ZoneInfo) -> None:
    """ "6:00PM CST" on a day when the course's zone keeps CDT, or keeps another zone at all."""
    for number in range(1, len(source) + 1):
        line = source.line(number)
        match = _ZONE.search(line)
        if not match or len(line) > 6000:
            continue
        written = match.group(1)
        text = as_text(line)
        near = text[max(0, text.find(written) - 120) : text.find(written) + 120]
        days = [calendar.near(d.month, d.day, d.year) for d in find_dates(near, slashes=False)]
        clock = find_time(near) or dt.time(12)
        for day in [day for day in days if day][:1]:
            kept = dt.datetime.combine(day, clock, zone).tzname()
            if kept and kept != written:
                source.warn(
                    number,
                    "zone-abbreviation",
                    f"{written} is written, but on {day:%b} {day.day} {zone.key} keeps {kept}; "
                    "the time is read as that zone's time on the clock.",
                )


def check_clocks(
    source: Source,
    rows: Sequence[Row],
    starts: dt.time | None,
    ends: dt.time | None,
    zone: zoneinfo.ZoneInfo,
) -> None:
    """Class times that the clocks skip on a row's date, because they are put forward (L1)."""
    if starts is None or ends is None:
        return
    for row in rows:
        if row.kind != "meeting" and not row.meeting_kind:
            continue
        try:
            class_span(row.on, starts, ends, zone)
        except TimesDoNotFit as error:
            held = nearest_class_span(row.on, starts, ends, zone)
            source.warn(
                row.line,
                "clock-change",
                f"{error} It is laid from {times.clock(held[0], zone)} to "
                f"{times.clock(held[1], zone)}.",
            )


def stated_group_size(source: Source) -> tuple[int, int, int] | None:
    """ "groups of 4-5 students" as (4, 5, line)."""
    for number in range(1, len(source) + 1):
        line = source.line(number)
        match = _SIZE.search(as_text(line)) if len(line) < 6000 and "of" in line else None
        if match and number not in source.used:
            low = int(match.group(1))
            high = int(match.group(2) or low)
            if 1 <= low <= high <= 20:
                return low, high, number
            if high < low:
                source.warn(
                    number,
                    "backwards",
                    f"“{match.group().strip()}”: the largest is smaller than the smallest; no size "
                    "is taken from it.",
                )
    return None


def check_groups(
    source: Source,
    firsts: dict[Group, int],
    size: tuple[int, int, int] | None,
    *,
    per_reading: bool,
) -> None:
    """Group sizes other than stated, and people who stand in two groups (rule G1).

    Pages that give roles per reading name individuals, not groups: no warning there. When more
    than two in five differ, the sentence speaks of other groups: one warning says so.
    """
    if per_reading:
        return
    if size:
        low, high, line = size
        odd = [(group, at) for group, at in firsts.items() if not low <= len(group) <= high]
        span = f"{low}" if low == high else f"{low}-{high}"
        if len(odd) * 5 > len(firsts) * 2:
            source.warn(
                line,
                "group-size",
                f"Groups of {span} are asked for; {len(odd)} of {len(firsts)} groups differ.",
            )
        else:
            for group, at in odd:
                source.warn(
                    at,
                    "group-size",
                    f"The group {', '.join(group)} has {len(group)} "
                    f"member{'s' if len(group) > 1 else ''}; {span} are asked for.",
                )
    member_of: dict[str, Group] = {}
    for group, at in firsts.items():
        for person in group:
            other = member_of.setdefault(person, group)
            if other is not group:
                source.warn(
                    at,
                    "person-in-two-groups",
                    f"{person} stands in two groups: {', '.join(other)} (line {firsts[other]}) and "
                    f"{', '.join(group)}.",
                )


def check_roles(source: Source, rows: Sequence[Row], role_keys: Sequence[str]) -> None:
    """One person or group with two roles at the same meeting, and roles that nobody has (R1)."""
    full = [row for row in rows if row.kind == "meeting" and len(row.roles) == len(role_keys)]
    for row in rows:
        if any(reading.roles for reading in row.readings):
            continue
        held = [(role, one) for role, groups in row.roles for group in groups for one in group]
        for person, roles in in_several_roles(held).items():
            source.warn(
                row.line,
                "person-in-two-roles",
                f"{person} is {' and '.join(roles)} of the same lecture ({row.on:%b} "
                f"{row.on.day}).",
            )
        if len(full) * 2 > len(rows) // 2 and row.meeting_kind == "student_lecture":
            missing = missing_roles(role_keys, dict(row.roles))
            if missing:
                source.warn(
                    row.line,
                    "role-missing",
                    f"On {row.on:%b} {row.on.day} no group has the role {' or '.join(missing)}.",
                )


def check_dates(source: Source, rows: Sequence[Row], weekdays: tuple[int, ...]) -> None:
    """Dates out of order, twice, or on a day on which the class does not meet (L1, S1)."""
    previous: Row | None = None
    seen: dict[dt.date, Row] = {}
    for row in rows:
        if previous and row.on < previous.on:
            source.warn(
                row.line,
                "date-out-of-order",
                f"{row.on:%b} {row.on.day} stands after {previous.on:%b} {previous.on.day}.",
            )
        if row.on in seen and row.kind != "deadline" and seen[row.on].kind != "deadline":
            source.warn(
                row.line,
                "duplicate-date",
                f"{row.on:%b} {row.on.day} stands on line {seen[row.on].line} already.",
            )
        seen.setdefault(row.on, row)
        if weekdays and row.kind in ("meeting", "no_class") and row.on.weekday() not in weekdays:
            days = ", ".join(WEEKDAY_NAMES[day] for day in weekdays)
            source.warn(
                row.line,
                "unusual-weekday",
                f"{row.on:%b} {row.on.day} is a {WEEKDAY_NAMES[row.on.weekday()]}; the class meets "
                f"on {days}.",
            )
        previous = row
