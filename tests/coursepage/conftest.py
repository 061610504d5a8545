"""The project's own sample page: invented people, real papers, every kind of mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursepage import parser

SAMPLE = Path(parser.__file__).parents[1] / "sample" / "course.md"
TERM, ZONE = "Spring 2025", "America/Chicago"


@pytest.fixture(scope="session")
def sample_text() -> str:
    return SAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample(sample_text):
    return parser.parse_page(sample_text, term=TERM, zone=ZONE)
