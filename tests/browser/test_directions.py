"""A person with an Arabic name and a Hebrew question: what stands beside them keeps its place."""

from __future__ import annotations

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

NAME, QUESTION = "محمد 7", "למה הזיכרון 40% מלא?"


@pytest.fixture
def asked(cast, reading):
    author = cast["presenter"]
    author.name = NAME
    author.save()
    question = make.QuestionFactory(reading=reading, author=author, text=QUESTION)
    return question.receipt


def style(locator, name):
    return locator.evaluate(f"one => getComputedStyle(one).{name}")


def left(locator):
    return locator.bounding_box()["x"]


def letters(page, selector, text):
    """Where the characters `text` stand from left to right, in the element's own texts."""
    return page.locator(selector).evaluate(
        """(one, text) => {
            const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
            for (let node = walk.nextNode(); node; node = walk.nextNode()) {
                const at = node.data.indexOf(text);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(node, at); range.setEnd(node, at + text.length);
                return range.getBoundingClientRect().x;
            }
        }""",
        text,
    )


def test_a_quote_runs_from_right_to_left_and_starts_at_its_rule(go, sign_in, cast, asked):
    sign_in(cast["presenter"])
    page = go(f"/c/seminar/receipts/{asked.pk}/")
    quote = page.locator("blockquote.said")
    assert (style(quote, "direction"), style(quote, "textAlign")) == ("rtl", "start")
    assert float(style(quote, "borderRightWidth")[:-2]) > 0
    assert float(style(quote, "borderLeftWidth")[:-2]) == 0


def test_a_field_runs_as_what_is_typed(go, sign_in, cast, lecture):
    sign_in(cast["companion"])
    page = go(f"/c/seminar/meetings/{lecture.pk}/summary/")
    field = page.locator("textarea").first
    for text, direction in (("", "ltr"), (QUESTION, "rtl"), ("Why?", "ltr")):
        field.fill(text)
        assert style(field, "direction") == direction


def test_dots_and_numbers_beside_a_name_stay_where_they_belong(
    go, sign_in, cast, asked, lecture, presenter_group
):
    make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=cast["presenter"],
        receipt__members=[cast["presenter"], cast["companion"]],
    )  # fmt: skip
    sign_in(cast["presenter"])
    page = go(f"/c/seminar/meetings/{lecture.pk}/slides/")
    name = page.locator("p", has_text="Handed in by any of you").locator("bdi").first
    assert (style(name, "direction"), style(name, "unicodeBidi")) == ("rtl", "isolate")
    version = page.locator("article .small").first
    by, receipt = version.locator("bdi"), version.locator("a")
    assert left(version.locator("time")) < left(by) < left(receipt)
    dot = letters(page, "article .small", " · ")
    box = by.bounding_box()
    assert box["x"] + box["width"] <= dot + 1 <= left(receipt) + 1


def test_the_number_in_a_name_stays_in_it(go, sign_in, cast, asked, lecture):
    sign_in(cast["ta"])
    page = go("/c/seminar/gradebook/")
    cell = page.locator("tbody th bdi", has_text="7")
    assert style(cell, "direction") == "rtl"
    other = page.locator("tbody th bdi", has_text="Comyn")
    assert style(other, "direction") == "ltr"
    assert abs(left(cell.locator("xpath=..")) - left(other.locator("xpath=.."))) < 1


def test_each_paragraph_of_a_course_text_runs_by_itself(go, seminar):
    make.CourseTextFactory(course=seminar, kind="policy", body=f"Why?\n\n{QUESTION}\n\n- {NAME}")
    page = go("/c/seminar/")
    why, question = page.locator(".prose p").all()
    assert left(page.locator(".prose")) == left(why)
    start = letters(page, ".prose p:nth-of-type(2)", QUESTION[0])
    end = letters(page, ".prose p:nth-of-type(2)", QUESTION[-1])
    assert end < start
    box = question.bounding_box()
    assert start > box["x"] + box["width"] * 0.9
