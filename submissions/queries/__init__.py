"""Questions about what is owed and what was handed in."""

from submissions.queries.duties import duties_of
from submissions.queries.work import (
    counting_version,
    files_of,
    newest_version,
    piece_of,
    versions_of,
    whole,
)

__all__ = [
    "counting_version",
    "duties_of",
    "files_of",
    "newest_version",
    "piece_of",
    "versions_of",
    "whole",
]
