"""Grading in the admin: what was handed in, components and the ledger.

The work itself lives in `submissions`, which knows no grades; its admin stands here.
"""

from grading.admin.grades import GradeChangeAdmin, GradeComponentAdmin
from grading.admin.works import VersionAdmin

__all__ = [
    "GradeChangeAdmin",
    "GradeComponentAdmin",
    "VersionAdmin",
]
