"""How what a page says is fitted to what a course stores. Pure: no Django, no clock."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from coursepage.parser.words import is_break, looks_like_slides

if TYPE_CHECKING:
    from coursepage.page import Page, Row, Weight

DEFAULT_STARTS = time(12)
DEFAULT_ENDS = time(13)
_NETID = re.compile(r"[a-z][a-z0-9._-]{0,63}")


def slug_of(page: Page) -> str:
    """The course's address from code (or title) and term: "cs-598-spring-2025"."""
    name = f"{page.code or page.title} {page.term}"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return words[:80].strip("-") or "course"


def class_times(page: Page) -> tuple[time, time]:
    """Wall-clock start and end of a meeting; noon to one where the page gives no time."""
    if page.starts is None or page.ends is None or page.ends <= page.starts:
        return DEFAULT_STARTS, DEFAULT_ENDS
    return page.starts, page.ends


def meeting_kind(row: Row) -> str:
    """The kind that a row (no deadline) is stored as.

    A span of days without talks is a time without class. A lecture of which nobody knows yet who
    gives it is the students' if it has readings: the roles are still to be given.
    """
    if row.kind == "no_class":
        return "no_class"
    if row.kind == "range" and (is_break(f"{row.title} {row.topic}") or not row.meeting_kind):
        return "no_class"
    return row.meeting_kind or ("student_lecture" if row.readings else "staff_lecture")


def component_works(weights: tuple[Weight, ...]) -> list[str]:
    """For each weight the work (its key) that feeds it, '' where it is graded by hand: questions
    feed participation, slides presentation, summaries summary; each of them at most one, whatever
    belongs to the project none."""
    taken: set[str] = set()
    works = []
    for weight in weights:
        words = weight.name.lower()
        work = ""
        if not re.search(r"\b(?:project|final|mid-?term|proposal|exam)\b", words):
            if re.search(r"participat|\bquestions?\b", words):
                work = "question"
            elif re.search(r"\bpresent", words):
                work = "slides"
            elif re.search(r"\bsummar|\breviews?\b", words):
                work = "summary"
            elif re.search(r"\blectures?\b", words):
                work = "slides"
        if work in taken:
            work = ""
        elif work:
            taken.add(work)
        works.append(work)
    return works


def is_netid(written: str) -> bool:
    """Whether a person is written as a NetID. "Ana" or "Ana Lund" is a name: it must not become
    the address ana@the-domain, with which a namesake could claim the entry."""
    return _NETID.fullmatch(written) is not None


def web_address(url: str, limit: int) -> str:
    """The address if it is one of the web's and short enough, else ''."""
    url = url.strip().replace(" ", "%20")
    if len(url) > limit or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return ""
    return url


def deck_of(row: Row, limit: int) -> str:
    """The deck of a lecture by staff or a guest, as the page writes it; '' for students'."""
    if meeting_kind(row) not in ("staff_lecture", "guest_lecture", "no_class"):
        return ""
    url = row.slides_url
    is_path = not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", url) and looks_like_slides(url)
    return web_address(url, limit) or (url if is_path and len(url) <= limit else "")


def shifted(day: date, weeks: int) -> date:
    """The same weekday, whole weeks later."""
    return day + timedelta(weeks=weeks)
