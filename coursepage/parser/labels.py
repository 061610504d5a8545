"""What a cell says besides its date or its links."""

import datetime as dt
import re

from coursepage.parser.inline import TEXT, scan, squeeze
from coursepage.parser.times import find_time, weekday_word


def _is_weekday(word: str) -> bool:
    """Whether a word beside a date can only be its weekday: "Wed", "W", "Th", but not "AI"."""
    if weekday_word(word) is not None:
        return True
    return len(word) <= 2 and (not word.isupper() or word in "MTWRF")


def topic_beside_links(cell: str) -> str:
    """The topic of a cell that also holds the links: "Routing ([paper](...))" -> "Routing"."""
    text = "".join(" " if p.kind != TEXT else p.text for p in scan(cell))
    text = squeeze(re.sub(r"\(\s*[^()]{0,30}?:?\s*\)|\[\s*\]", " ", text))
    return text.replace(" ,", ",").strip(" .,;:/-–—*()")


def day_of(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def label_of(text: str) -> str:
    """What a date cell says besides the date: "(GenAI Systems)" -> "GenAI Systems"."""
    text = squeeze(text).strip(" .,;:-–—*")
    first, _space, rest = text.partition(" ")
    if rest and weekday_word(first) is not None:
        text = rest.strip(" .,;:-–—*")
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip()
    words = [w for w in re.split(r"[\s,()]+", text) if w]
    if len(words) <= 2 and all(_is_weekday(word) for word in words):
        return ""
    if re.fullmatch(r"(?:week|wk|lec(?:ture)?|class|session)\.?\s*#?\d{1,2}\W*", text.lower()):
        return ""
    if find_time(text) and not re.search(r"[A-Za-z]{4,}", text):
        return ""
    if text.count("(") == 0 and text.endswith(")"):
        text = text[:-1]
    return text.strip(" .,;:-–—*")
