"""Small course pages for tests: one line says what is special about each."""

from __future__ import annotations

from coursepage.page import Page, Row
from coursepage.parser import parse_page

TERM, ZONE = "Spring 2025", "America/Chicago"


def page_of(text: str, *, term: str = TERM, zone: str = ZONE) -> Page:
    return parse_page(text, term=term, zone=zone)


def table(
    *rows: str, header: str = "| Date | Readings | Presenter | Companion | Reviewer |"
) -> str:
    """A schedule table of these rows under a title; the first row stands on line 5."""
    columns = header.count("|") - 1
    return "\n".join(["# CS 900: A Seminar", "", header, "|---" * columns + "|", *rows, ""])


def rows_of(*rows: str, term: str = TERM, header: str | None = None) -> tuple[Row, ...]:
    text = table(*rows, header=header) if header else table(*rows)
    return page_of(text, term=term).rows


def codes_of(page: Page) -> list[tuple[int, str]]:
    """(line, code) of each warning, without those about what a small page leaves out."""
    beside = {"no-staff", "no-weights", "no-class-time", "required-default"}
    return [(w.line, w.code) for w in page.warnings if w.code not in beside]
