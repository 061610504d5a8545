"""Whatever text comes in: a page, or PageNotUnderstood, and in bounded time. Nothing else."""

from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coursepage.page import PageNotUnderstood, summary
from coursepage.parser import parse_page
from coursepage.parser.inline import scan
from courses.texts import is_blank
from tests.coursepage.conftest import SAMPLE
from tests.coursepage.pages import TERM, ZONE, table

LINES = SAMPLE.read_text(encoding="utf-8").split("\n")
FRAGMENTS = st.sampled_from(
    ["|", "||", "\\|", "**", "[", "](", ")", "<br>", "<a href=", "~~", "#", "```", "<!--", "-->",
     "&", " - ", "Jan 22", "Feb 29", "13/13", "Optional:", "(Required)", "%",
     "\u2028", "\ud800", "\x0b", "\u200b", "![", "!["]
)  # fmt: skip


def parsed(text: str, term: str = TERM, zone: str = ZONE):
    """(page, None), or (None, why it was refused)."""
    try:
        return parse_page(text, term=term, zone=zone), None
    except PageNotUnderstood as error:
        return None, error


def read(text: str) -> None:
    """Parse; whatever comes out has a summary that is JSON, and warnings on lines that exist."""
    page, refused = parsed(text)
    if page is None:
        assert refused.message
        assert refused.line >= 0
        return
    json.dumps(summary(page))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(0 <= warning.line <= lines for warning in page.warnings)
    assert all(row.on <= (row.until or row.on) for row in page.rows)
    assert not any(is_blank(reading.title) for row in page.rows for reading in row.readings)
    assert not any(is_blank(weight.name) for weight in page.weights)


@settings(deadline=None)
@given(st.text(max_size=400))
@example("|-|\n|-|")
@example("a|b\n-|-\nJan 1|")
def test_any_text(text):
    read(text)


@settings(deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=12)), max_size=30))
def test_any_cell_of_a_schedule(parts):
    read(table(f"| Jan 22 | {''.join(parts)} | ab1, cd2 | | |"))
    read(table(f"| {''.join(parts)} | A | {''.join(reversed(parts))} | | |"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 400), FRAGMENTS, st.booleans()),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_a_damaged_sample(damages, chance: random.Random):
    lines = list(LINES)
    for number, column, fragment, cuts in damages:
        line = lines[number]
        lines[number] = line[:column] + fragment + (line[column + 5 :] if cuts else line[column:])
    if chance.random() < 0.3:
        chance.shuffle(lines)
    read("\n".join(lines))


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=30))
def test_any_term_and_zone(term, zone):
    text = table("| Jan 22 | A | | | |")
    for given_term, given_zone in ((term, ZONE), (TERM, zone)):
        page, refused = parsed(text, given_term, given_zone)
        assert (page is None) == bool(refused and refused.message)


@given(st.text(alphabet="[]()*_~`<>ab \\!&;|", max_size=80))
def test_scanning_keeps_every_letter_outside_of_links_and_tags(text):
    if not set("[]<>~&") & set(text):
        kept = "".join(piece.text for piece in scan(text))
        assert [c for c in kept if c in "ab"] == [c for c in text if c in "ab"]


@pytest.mark.parametrize(
    "stuff",
    ["[", "[a](", "[a](b)", "*a ", "(a ", '<a href="', "1-", "Jan 2 - ", "&", "**", "a: ", "-"],
)
def test_repetition_costs_no_more_than_linear_time(stuff):
    """A 16-fold longer cell may take longer, but not by the square of that."""

    def seconds(length: int) -> float:
        cell = (stuff * length)[:length]
        rows = [f"| Jan {day} | {cell} | {cell[:500]} |" for day in range(1, 11)]
        text = table(*rows, header="| Date | Readings | Presenter |")
        begun = time.perf_counter()
        read(text)
        return time.perf_counter() - begun

    short = max(seconds(1000), 0.002)
    assert seconds(16_000) < 100 * short
