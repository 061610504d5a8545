"""How what a page says is fitted to what a course stores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from coursepage.page import Weight
from coursepage.shaping import component_kinds


def kinds(*names):
    return component_kinds(tuple(Weight(name, Decimal(10), 1) for name in names))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Participation", "participation"),
        ("Discussion questions", "participation"),
        ("Paper Presentation & Discussion", "presentation"),
        ("Lectures", "presentation"),
        ("Paper Summary", "summary"),
        ("Lecture summaries", "summary"),
        ("Project Proposal", "direct"),
        ("Project Mid-Semester Presentations", "direct"),
        ("Project Final Presentations", "direct"),
        ("Final Report", "direct"),
        ("Homework", "direct"),
    ],
)
def test_the_name_of_a_weight_says_what_feeds_it(name, kind):
    assert kinds(name) == [kind]


def test_each_kind_of_work_feeds_one_weight():
    assert kinds("Summaries", "More summaries") == ["summary", "direct"]
