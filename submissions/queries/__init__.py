"""Questions about what is owed and what was handed in."""

from submissions.queries.duties import duties_of, question_duty
from submissions.queries.owed import (
    WORK_OF_ROLE,
    is_asked_about,
    roles_at,
)
from submissions.queries.work import (
    counting_summary,
    files_of,
    question_of,
    receipt_for,
    slides_of,
    summaries_of,
    what_was_handed_in,
)

__all__ = [
    "WORK_OF_ROLE",
    "counting_summary",
    "duties_of",
    "files_of",
    "is_asked_about",
    "question_duty",
    "question_of",
    "receipt_for",
    "roles_at",
    "slides_of",
    "summaries_of",
    "what_was_handed_in",
]
