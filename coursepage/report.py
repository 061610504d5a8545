"""A page's summary in words, for the console and for the page that previews an import. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coursepage.page import summary

if TYPE_CHECKING:
    from coursepage.page import Page, Row


def counts(page: Page) -> list[tuple[str, str]]:
    """What was found, as (what, how much in words), in the order of the page."""
    numbers = summary(page)
    roles = ", ".join(f"{count} {role}" for role, count in numbers["roles"].items())
    held = [row.meeting_kind for row in page.rows if row.kind == "meeting"]
    kinds = ", ".join(
        f"{held.count(kind)} {words}"
        for kind, words in (
            ("staff_lecture", "by staff"),
            ("student_lecture", "by students"),
            ("guest_lecture", "by guests"),
            ("presentations", "of project presentations"),
            ("", "not yet given to anybody"),
        )
        if held.count(kind)
    )
    rows = [
        ("Meetings", f"{numbers['meetings']}" + (f" ({kinds})" if kinds else "")),
        ("Days without class", f"{numbers['no_class']}"),
        ("Deadlines in the schedule", f"{numbers['deadlines']}"),
        ("Spans of days", f"{numbers['ranges']}"),
        ("Sections", f"{numbers['sections']}"),
        ("Readings", f"{numbers['readings']}, {numbers['required']} of them required"),
        ("Groups", f"{numbers['groups']} with {numbers['memberships']} memberships"),
        ("Students", f"{numbers['people']}"),
        ("Roles given", roles or "none"),
        ("Staff", ", ".join(person.name for person in page.staff) or "none"),
        ("Weights", weights_in_words(numbers)),
    ]
    return [row for row in rows if row[1] != "0"]


def weights_in_words(numbers: dict[str, Any]) -> str:
    """ "Participation 15 %, ...; 100 % in all", or "none"."""
    if not numbers["weights"]:
        return "none"
    each = ", ".join(f"{one['name']} {one['percent']} %" for one in numbers["weights"])
    return f"{each}; {numbers['weight_total']} % in all"


def row_in_words(row: Row) -> str:
    """What a row of the schedule is called: topic, label, or what it is."""
    label = "; ".join(part for part in (row.topic, row.title) if part)
    if label:
        return label
    if row.readings:
        return row.readings[0].title
    return "No class" if row.kind == "no_class" else "Meeting"
