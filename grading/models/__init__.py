"""Components with weights, and the ledger of grades."""

from grading.models.component import GradeComponent
from grading.models.ledger import ExportRecord, GradeChange

__all__ = ["ExportRecord", "GradeChange", "GradeComponent"]
