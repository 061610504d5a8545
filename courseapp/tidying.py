"""What is removed because nobody can need it any more: files without a row, sessions long over."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from courses.actions.outbox import beat
from courses.models import Heartbeat
from submissions.sweeps import remove_leftovers

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
_CHUNK = 500


def tidy(*, at: datetime) -> dict[str, int]:
    """Remove what is old at `at`, unless that was done within EVERY; how many of each are gone.

    Doing it twice at once does no harm.
    """
    last = Heartbeat.objects.filter(name="tidied").values_list("seen_at", flat=True).first()
    if last is not None and at - last < EVERY:
        return {}
    gone = {"files": remove_leftovers(at=at), "sessions": _remove_sessions(at)}
    beat(name="tidied", at=at)
    return gone


def _remove_sessions(at: datetime) -> int:
    """In small steps, so that nobody waits long for the lock."""
    over = Session.objects.filter(expire_date__lt=at)
    gone = 0
    while keys := list(over.values_list("pk", flat=True)[:_CHUNK]):
        Session.objects.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone
