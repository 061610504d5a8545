"""Questions about what is owed and what was handed in."""

from submissions.queries.duties import duties_of, question_duty
from submissions.queries.owed import (
    WORK_OF_ROLE,
    asked_about,
    due_at_lecture,
    group_works,
    is_asked_about,
    roles_at,
    roles_in_words,
    stay_of,
    time_on_roster,
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
    "asked_about",
    "counting_summary",
    "due_at_lecture",
    "duties_of",
    "files_of",
    "group_works",
    "is_asked_about",
    "question_duty",
    "question_of",
    "receipt_for",
    "roles_at",
    "roles_in_words",
    "slides_of",
    "stay_of",
    "summaries_of",
    "time_on_roster",
    "what_was_handed_in",
]
