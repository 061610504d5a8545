"""Grading in the admin: questions, slides, summaries, components and the ledger.

The work itself lives in `submissions`, which knows no grades; its admin stands here.
"""

from grading.admin.grades import GradeChangeAdmin, GradeComponentAdmin
from grading.admin.works import QuestionAdmin, SlidesAdmin, SummaryAdmin

__all__ = [
    "GradeChangeAdmin",
    "GradeComponentAdmin",
    "QuestionAdmin",
    "SlidesAdmin",
    "SummaryAdmin",
]
