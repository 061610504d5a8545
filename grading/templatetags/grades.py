"""Numbers and states of the gradebook as pages show them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.html import format_html

from grading.errors import plain
from grading.gradebook import Cell, State, two_decimals

register = template.Library()


@register.filter
def percent(value: Fraction | None) -> str:
    """“87.50%”; a dash for what cannot be said yet."""
    return "–" if value is None else f"{two_decimals(value)}%"


@register.filter
def points(value: Decimal | None) -> str:
    """“7.5”; empty for None."""
    return "" if value is None else plain(value)


@register.filter
def state_pill(state: State) -> str:
    """The state's word with its shape, as `.state` of rostrum.css draws it."""
    slug = state.name.lower().replace("_", "-")
    return format_html('<span class="state" data-state="{}">{}</span>', slug, state.value)


@register.filter
def remarks(cell: Cell) -> str:
    """What stands behind a cell's number: “2 missing, 1 late: not counted, 3 not yet graded”."""
    parts = [
        (cell.missing, "missing"),
        (cell.late, "late: not counted"),
        (cell.ungraded, "not yet graded"),
    ]
    return ", ".join(f"{count} {word}" for count, word in parts if count)
