"""Title, room, weekly pattern, where to talk: the head of the page (rules L1, L3)."""

import datetime as dt
import re
from dataclasses import dataclass

from coursepage.parser.dates import find_term
from coursepage.parser.inline import LINK, as_text, scan, squeeze
from coursepage.parser.source import Source
from coursepage.parser.times import backwards, find_time_range, find_weekdays

_CODE = re.compile(
    r"^([A-Z][A-Za-z]{1,7})[\s-]?(\d{1,4}[A-Za-z]{0,2}|\d{1,2}[-.]\d{2,4}[A-Za-z]?)(?![\w])"
)
_PATTERN_LINE = re.compile(
    r"^\s*(?:[-*+]\s+)?[*_]*\s*(lectures?|class(?:es)?|class time|lecture time|seminar(?: time)?"
    r"|meetings?|meeting time|meets|time|times|when|when and where|where and when|schedule"
    r"|lectures?\s*/\s*discussions?|time and place|location and time|time and location|course time)"
    r"\s*[*_]*\s*:\s*[*_]*\s*(\S.*)$",
    re.IGNORECASE,
)
_ROOM_LINE = re.compile(
    r"^\s*(?:[-*+]\s+)?[*_]*\s*(?:room|location|where|place|classroom|venue)\s*[*_]*\s*:\s*[*_]*\s*(\S.*)$",
    re.IGNORECASE,
)
_FORUMS = (
    "piazza", "edstem", "discord", "slack", "zulip", "campuswire", "discourse", "forum", "canvas",
    "teams.microsoft", "groups.google", "mattermost", "element.io", "matrix.to", "moodle", "learn.",
)  # fmt: skip
_FORUM_NAMES = re.compile(
    r"^(?:piazza|ed|ed discussion|discord|slack|zulip|campuswire|discourse"
    r"|(?:the |our |course )*forum|canvas|teams|mattermost|moodle|learn)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][\w-]*(?:\.[\w-]+)+")
_SPELLED = re.compile(
    r"\b([\w.+-]{2,64})\s+(?:at|\(at\)|\[at\])\s+([\w-]{2,63}(?:\s+(?:dot|\(dot\)|\[dot\])\s+[\w-]{2,63}){1,4})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Logistics:
    """The head of the page; times are wall-clock in the course's zone."""

    title: str
    code: str
    written_term: str
    room: str
    weekdays: tuple[int, ...]
    starts: dt.time | None
    ends: dt.time | None
    contact_label: str
    contact_url: str
    staff_email: str
    title_line: int


def read_logistics(source: Source) -> Logistics:
    """Read the head of the page; every part may be missing."""
    title, code, written, title_line = _title(source)
    room, weekdays, starts, ends = _pattern(source)
    label, url = _contact(source)
    return Logistics(
        title, code, written, room, weekdays, starts, ends, label, url, _email(source), title_line
    )


def _title(source: Source) -> tuple[str, str, str, int]:
    if source.headings:
        top = min(heading.level for heading in source.headings)
        heading = next(h for h in source.headings if h.level == top)
        text, line = heading.text, heading.line
        source.use(line, line)
    else:
        texts = (as_text(line.lstrip(" #")) for line in source.lines)
        line, text = next(((n, text[:200]) for n, text in enumerate(texts, 1) if text), (1, ""))
    named = find_term(text)
    written = named[1] if named else ""
    rest = text.replace(written, " ", 1) if written else text
    rest = squeeze(re.sub(r"[(\[]\s*[)\]]", " ", rest)).strip(" -–—:,|")
    code = ""
    match = _CODE.match(rest)
    if match:
        code = match.group()
        rest = rest[match.end() :].strip(" -–—:,|.")
    return squeeze(rest) or code or text, code, written.strip(), line


def _pattern(
    source: Source,
) -> tuple[str, tuple[int, ...], dt.time | None, dt.time | None]:
    room = ""
    weekdays: tuple[int, ...] = ()
    starts = ends = None
    for number in range(1, min(len(source), 400) + 1):
        line = source.line(number)
        if number in source.used or "|" in line or len(line) > 500:
            continue
        found = _ROOM_LINE.match(line)
        if found and not room and len(found.group(1)) < 200:
            room = as_text(found.group(1)).strip(" .,*_")
        match = _PATTERN_LINE.match(line)
        if not match or starts is not None:
            continue
        text = as_text(match.group(2))
        span = find_time_range(text)
        if not span:
            if words := backwards(text):
                source.warn(number, "backwards", f"“{words}” ends before it starts; not taken.")
            continue
        starts, ends = span[0], span[1]
        before, after = text[: span[2]], text[span[3] :]
        weekdays, place = _days_and_room(before)
        if not weekdays:
            weekdays, _rest = _days_and_room(after)
            after = _rest
        room = room or place or after.strip(" .,;:()-–@").removeprefix("in ").strip()
        source.use(number, number)
    return room, weekdays, starts, ends


def _days_and_room(text: str) -> tuple[tuple[int, ...], str]:
    """Split "0216 Siebel Center, WF:" into the days at its end and the room before them."""
    words = text.strip(" :,;@(").rsplit(",", 1)
    tail = words[-1].strip(" :;()")
    days = find_weekdays(tail)
    if days and len(words) == 2 and len(tail) <= 40 and not any(c.isdigit() for c in tail):
        return days, words[0].strip(" ,;:.")
    pieces = text.strip(" :,;@(").split()
    kept = len(pieces)
    while kept and (
        find_weekdays(pieces[kept - 1].strip(",:;"))
        or pieces[kept - 1].strip(",:;").lower() in ("and", "&", "/", "on", "from", "at", "every")
    ):
        kept -= 1
    return find_weekdays(" ".join(pieces[kept:])), " ".join(pieces[:kept]).strip(" ,;:.")


def _contact(source: Source) -> tuple[str, str]:
    """The one place for communication: a link near "communication", else a known forum."""
    fallback = ("", "")
    for number in range(1, len(source) + 1):
        line = source.line(number)
        if "](" not in line and "http" not in line:
            continue
        near = f"{source.line(number - 1)} {line}".lower()
        for piece in scan(line):
            if piece.kind != LINK or not piece.url or piece.url.startswith(("mailto:", "#")):
                continue
            host = piece.url.lower().split("//")[-1].split("/")[0]
            forum = any(name in host for name in _FORUMS) or bool(_FORUM_NAMES.match(piece.text))
            if "communication" in near and number not in source.used:
                return piece.text or piece.url, piece.url
            if forum and not fallback[0] and number not in source.used:
                fallback = (piece.text or host, piece.url)
    return fallback


def _email(source: Source) -> str:
    """The staff's mailing address: the one to which things are emailed, else the first."""
    first = ""
    for number in range(1, len(source) + 1):
        line = source.line(number)
        if len(line) > 5000 or ("@" not in line and " at " not in line and "[at]" not in line):
            continue
        address = ""
        match = _EMAIL.search(line)
        if match:
            address = match.group()
        elif "mail" in line.lower() and (spelled := _SPELLED.search(line)):
            domain = re.sub(r"\s+\W?dot\W?\s+", ".", spelled.group(2), flags=re.IGNORECASE)
            address = f"{spelled.group(1)}@{domain}"
        if address and "mailed to" in line.lower():
            return address
        first = first or address
    return first
