"""What is handed in, and the proof that it was."""

from submissions.models.files import StoredFile
from submissions.models.question import Question, QuestionVersion
from submissions.models.receipt import Judgement, Receipt
from submissions.models.work import Slides, Summary

__all__ = ["Judgement", "Question", "QuestionVersion", "Receipt", "Slides", "StoredFile", "Summary"]
