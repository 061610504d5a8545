"""How what a page says is fitted to what a course stores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from coursepage.page import Weight
from coursepage.shaping import component_works


def works(*names):
    return component_works(tuple(Weight(name, Decimal(10), 1) for name in names))


@pytest.mark.parametrize(
    ("name", "work"),
    [
        ("Participation", "question"),
        ("Discussion questions", "question"),
        ("Paper Presentation & Discussion", "slides"),
        ("Lectures", "slides"),
        ("Paper Summary", "summary"),
        ("Lecture summaries", "summary"),
        ("Project Proposal", ""),
        ("Project Mid-Semester Presentations", ""),
        ("Project Final Presentations", ""),
        ("Final Report", ""),
        ("Homework", ""),
    ],
)
def test_the_name_of_a_weight_says_what_feeds_it(name, work):
    assert works(name) == [work]


def test_each_work_feeds_one_weight():
    assert works("Summaries", "More summaries") == ["summary", ""]
