"""Markdown of a course page: safe, and set below the page's own headings."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.prose import render
from courses.texts import clean


def test_a_heading_sinks_by_two_levels():
    assert render("# Policies") == "<h3>Policies</h3>\n"


def test_a_link_is_kept_and_tells_the_other_side_nothing():
    assert render("[forum](https://forum.example/x)") == (
        '<p><a href="https://forum.example/x" rel="noopener noreferrer">forum</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://a.example/pixel.png)",
        '![x](https://a.example/"onerror=alert(1))',
        '<img src=x onerror="alert(1)">',
        '<img alt="x" src="javascript:alert(1)">',
        """<img alt='"><script>alert(1)</script>' src='https://a.example/" onload=alert(1) x="'>""",
        '<a href="https://a.example" onclick="alert(1)">x</a>',
        "<svg><script>alert(1)</script></svg>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<style>body{display:none}</style>",
        "<iframe src=https://evil.example></iframe>",
    ],
)
def test_nothing_that_runs_or_loads_survives(text):
    html = str(render(text))
    tags = [part.split(">")[0] for part in html.split("<")[1:]]
    assert {tag.split()[0].strip("/") for tag in tags} <= {"p", "a", "bdi"}
    assert [tag for tag in tags if "href" in tag and "https://a.example" not in tag] == []
    assert [tag for tag in tags if " on" in tag] == []


# A picture is not shown: the text that stands for it is.

ADDRESS = "https://a.example/x.png"


def linked(words: str, address: str = ADDRESS) -> str:
    return f'<a href="{address}" rel="noopener noreferrer">{words}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"![the plan]({ADDRESS})", linked("[Picture: <bdi>the plan</bdi>]")),
        ("![the plan](plan.png)", "[Picture: <bdi>the plan</bdi>]"),
        ("![the plan](data:image/png;base64,AAAA)", "[Picture: <bdi>the plan</bdi>]"),
        ("![the plan](//a.example/x.png)", "[Picture: <bdi>the plan</bdi>]"),
        (f"![the plan][p]\n\n[p]: {ADDRESS}", linked("[Picture: <bdi>the plan</bdi>]")),
        (f"![the plan][]\n\n[the plan]: {ADDRESS}", linked("[Picture: <bdi>the plan</bdi>]")),
        (f"![the plan]\n\n[The  Plan]: {ADDRESS}", linked("[Picture: <bdi>the plan</bdi>]")),
        ("![*the* `plan` & more](x)", "[Picture: <bdi>the plan &amp; more</bdi>]"),
        (f'![]({ADDRESS} "the plan")', linked("[Picture: <bdi>the plan</bdi>]")),
        (f'<img src="{ADDRESS}" alt="the plan">', linked("[Picture: <bdi>the plan</bdi>]")),
        ("<IMG SRC=plan.png\n ALT='the plan' />", "[Picture: <bdi>the plan</bdi>]"),
        ('<img alt="a &lt; b > c">', "[Picture: <bdi>a &lt; b &gt; c</bdi>]"),
        ("See ![the plan](x) below", "See [Picture: <bdi>the plan</bdi>] below"),
    ],
)
def test_the_text_of_a_picture_stands_and_says_what_it_is(text, shown):
    assert render(text) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    "text", ["![the plan](x.png)", f"![the plan]({ADDRESS})", '<img alt="the plan" src="x.png">']
)
def test_a_picture_in_a_link_is_the_links_text(text):
    shown = linked("[Picture: <bdi>the plan</bdi>]", "https://b.example")
    assert render(f"[{text}](https://b.example)") == f"<p>{shown}</p>\n"


def test_a_picture_after_a_link_is_in_none():
    html = render(f"[one](https://b.example) ![two]({ADDRESS})")
    two = linked("[Picture: <bdi>two</bdi>]")
    assert html == f"<p>{linked('one', 'https://b.example')} {two}</p>\n"


@pytest.mark.parametrize(
    "text", [f"![]({ADDRESS})", f'<img src="{ADDRESS}">', f'<img alt="" src="{ADDRESS}">',
             f"![\u200b]({ADDRESS})"]
)  # fmt: skip
def test_a_picture_without_a_text_leaves_nothing_but_the_link_around_it(text):
    assert render(text) == ""
    assert render(f"Before {text} after") == "<p>Before  after</p>\n"
    shown = linked("https://b.example", "https://b.example")
    assert render(f"[{text}](https://b.example)") == f"<p>{shown}</p>\n"


@pytest.mark.parametrize("text", ["`<img alt=x>`", "\\<img alt=x>", "```\n<img alt=x>\n```"])
def test_what_only_speaks_of_a_picture_stays_as_it_is(text):
    assert "&lt;img alt=x&gt;" in render(text)


@given(st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=40))
def test_whatever_the_text_of_a_picture_it_stands(words):
    shown = f"<p>[Picture: <bdi>{words.strip()}</bdi>]</p>\n" if clean(words) else ""
    for text in (f"![{words}](x.png)", f'<img src="x.png" alt="{words}">'):
        assert unescape(render(text)) == shown


def test_a_picture_without_a_text_beside_the_words_of_a_link_adds_nothing():
    shown = linked("one", "https://b.example")
    assert render("[one![](x.png)](https://b.example)") == f"<p>{shown}</p>\n"
    assert render("[![](x.png)one](https://b.example)") == f"<p>{shown}</p>\n"
