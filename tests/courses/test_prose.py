"""Markdown of a course page: safe, and set below the page's own headings."""

from __future__ import annotations

import pytest

from courses.prose import render


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
        "![x](https://evil.example/pixel.png)",
        '<img src=x onerror="alert(1)">',
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
    assert {tag.split()[0].strip("/") for tag in tags} <= {"p", "a"}
    assert [tag for tag in tags if "href" in tag and "https://a.example" not in tag] == []
    assert [tag for tag in tags if " on" in tag] == []
