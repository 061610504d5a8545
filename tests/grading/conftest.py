"""The components of the seminar, as a course page gives them (rule W1)."""

from __future__ import annotations

import pytest

from grading.models import GradeComponent
from tests import factories as make


@pytest.fixture
def components(seminar) -> dict[str, GradeComponent]:
    """Participation 15, presentation 15, summary 10 and a report of 60 percent, by kind."""
    return {
        kind: make.GradeComponentFactory(
            course=seminar, kind=kind, name=name, weight=weight, position=position
        )
        for position, (kind, name, weight) in enumerate(
            [
                ("participation", "Participation", 15),
                ("presentation", "Presentation", 15),
                ("summary", "Summary", 10),
                ("direct", "Report", 60),
            ]
        )
    }


@pytest.fixture
def participation(components):
    return components["participation"]


@pytest.fixture
def presentation(components):
    return components["presentation"]


@pytest.fixture
def summary_component(components):
    return components["summary"]


@pytest.fixture
def report(components):
    return components["direct"]
