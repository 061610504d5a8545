"""One sweep: find in the database what has to be told, and deliver the outbox.

It may run at any time, as often as one likes, on several machines: what was told once is
not told again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from courses.actions.outbox import deliver_outbox
from submissions.sweeps import note_missing, remind, tell_questions_open

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)

STEPS: dict[str, Callable[..., int]] = {
    "reminders": remind,
    "questions open": tell_questions_open,
    "missing": note_missing,
    "delivered": deliver_outbox,
}


def sweep_once(*, at: datetime) -> dict[str, int]:
    """Post the notices that are due at `at` (aware), then deliver what is in the outbox.

    Returns how many notices each step posted, and how many messages were delivered. A step that
    fails keeps no other from its work, least of all the mail; the first failure is raised after.
    """
    done: dict[str, int] = {}
    failures: list[Exception] = []
    for name, step in STEPS.items():
        try:
            done[name] = step(at=at)
        except Exception as error:
            logger.exception("The sweep's step “%s” failed", name)
            failures.append(error)
    if failures:
        raise failures[0]
    return done
