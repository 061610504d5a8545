"""What looks into untrusted files: run by `submissions.inspection_child` alone, in its limits.

Pure, and light to import: each look pays for it.
"""

from __future__ import annotations


class Unfit(Exception):
    """The file is not to be kept; `reason` names one of `submissions.inspection`'s sentences."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
