"""What can happen to grades. Each action is one transaction and is open to every door."""

from grading.actions.grades import (
    ANY_BASE,
    LONGEST_COMMENT,
    points_of,
    record_grade,
    record_grade_with_group,
)
from grading.actions.parts import (
    Part,
    record_export,
    release_component,
    set_parts,
    set_weights,
    withhold_component,
)

__all__ = [
    "ANY_BASE",
    "LONGEST_COMMENT",
    "Part",
    "points_of",
    "record_export",
    "record_grade",
    "record_grade_with_group",
    "release_component",
    "set_parts",
    "set_weights",
    "withhold_component",
]
