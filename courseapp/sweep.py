"""One sweep: find in the database what has to be told, and deliver the outbox.

It may run at any time, as often as one likes, on several machines: what was told once is
not told again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.actions.outbox import deliver_outbox
from submissions.sweeps import note_missing, remind, tell_questions_open

if TYPE_CHECKING:
    from datetime import datetime


def sweep_once(*, at: datetime) -> dict[str, int]:
    """Post the notices that are due at `at` (aware), then deliver what is in the outbox.

    Returns how many notices each step posted, and how many messages were delivered.
    """
    return {
        "reminders": remind(at=at),
        "questions open": tell_questions_open(at=at),
        "missing": note_missing(at=at),
        "delivered": deliver_outbox(at=at),
    }
