"""The text of a course page as numbered lines, with its headings and the warnings found so far."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from coursepage.page import PageNotUnderstood, PageWarning
from coursepage.parser.inline import as_text
from courses.texts import is_blank

MAX_BYTES = 1024 * 1024
MAX_LINE = 20_000
MAX_LINES = 20_000

_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A Markdown heading: `level` 1-6, `text` without its marks and emphasis."""

    line: int
    level: int
    text: str


class Source:
    """Lines are numbered from 1, as an editor shows them; comments and code count as blank."""

    def __init__(self, text: str) -> None:
        self.raw = _checked(text).split("\n")
        self.lines = _without_comments(self.raw)
        self.fenced: set[int] = set()
        self.used: set[int] = set()
        self.headings: list[Heading] = []
        self._warnings: dict[tuple[int, str, str], PageWarning] = {}
        self._find_fences()
        self._find_headings()

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1); empty beyond the end and inside fenced code."""
        if 1 <= number <= len(self.lines) and number not in self.fenced:
            return self.lines[number - 1]
        return ""

    def warn(self, line: int, code: str, message: str) -> None:
        """Report a mistake once; codes are listed in docs/course-page.md."""
        warning = PageWarning(line, code, message)
        self._warnings.setdefault((line, code, message), warning)

    @property
    def warnings(self) -> tuple[PageWarning, ...]:
        return tuple(sorted(self._warnings.values()))

    def heading_above(self, line: int) -> str:
        """The text of the nearest heading above a line, or ''."""
        position = bisect_left(self.headings, line, key=lambda heading: heading.line)
        return self.headings[position - 1].text if position else ""

    def use(self, first: int, last: int) -> None:
        """Mark lines as understood, so that they are not repeated among the page's prose."""
        self.used.update(range(first, last + 1))

    def _find_fences(self) -> None:
        opened = ""
        for number, line in enumerate(self.lines, 1):
            match = _FENCE.match(line)
            if opened:
                self.fenced.add(number)
                if match and match.group(1) == opened:
                    opened = ""
            elif match:
                opened = match.group(1)
                self.fenced.add(number)
        if opened:  # a fence that is never closed hides nothing
            self.fenced.clear()

    def _find_headings(self) -> None:
        for number in range(1, len(self.lines) + 1):
            line = self.line(number)
            match = _ATX.match(line)
            if match:
                self._add_heading(number, len(match.group(1)), match.group(2).rstrip().rstrip("#"))
                continue
            under = line.strip()
            above = self.line(number - 1).strip()
            if len(under) >= 3 and above and "|" not in above and not above.startswith(("#", "-")):
                if not under.strip("="):
                    self._add_heading(number - 1, 1, above)
                elif not under.strip("-") and not above.startswith(("*", "+", ">")):
                    self._add_heading(number - 1, 2, above)

    def _add_heading(self, line: int, level: int, written: str) -> None:
        if text := as_text(written):  # one that shows nothing heads nothing
            self.headings.append(Heading(line, level, text))


def _checked(text: str) -> str:
    """Normalise line ends; refuse what is not a text of sensible size."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise PageNotUnderstood(0, "the page is larger than 1 MB; a course page is a short text")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if is_blank(text):
        raise PageNotUnderstood(0, "the page is empty")
    if text.count("\n") >= MAX_LINES:
        raise PageNotUnderstood(MAX_LINES, "the page has more than 20,000 lines")
    for number, line in enumerate(text.split("\n"), 1):
        if "\0" in line:
            raise PageNotUnderstood(number, "there is a NUL byte: this is not a text file")
        if len(line) > MAX_LINE:
            raise PageNotUnderstood(number, "the line is longer than 20,000 characters")
    odd = sum(1 for char in text if ord(char) < 32 and char not in "\n\t\f\v\x1b")
    if odd > max(20, len(text) // 50):
        raise PageNotUnderstood(0, "this is not a text file: it is full of control characters")
    return text


def _without_comments(lines: list[str]) -> list[str]:
    """HTML comments blanked out, with the line numbers kept."""
    out: list[str] = []
    inside = False
    text = "\n".join(lines)
    if "<!--" not in text:
        return list(lines)
    if "-->" not in text:
        return list(lines)
    last_close = text.rfind("-->")
    position = 0
    for line in lines:
        kept = []
        rest = line
        offset = position
        while rest:
            if inside:
                end = rest.find("-->")
                if end < 0:
                    break
                rest, offset, inside = rest[end + 3 :], offset + end + 3, False
            else:
                start = rest.find("<!--")
                if start < 0 or offset + start > last_close:
                    kept.append(rest)
                    break
                kept.append(rest[:start])
                rest, offset, inside = rest[start + 4 :], offset + start + 4, True
        out.append("".join(kept))
        position += len(line) + 1
    return out
