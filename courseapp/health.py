"""`GET /healthz`: whether this installation can do its work, for whoever watches over it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courseapp import probes
from courseapp.services import read_report
from courses.faults import NotNow
from courses.models import Heartbeat
from courses.web import Request
from submissions.sweeps import old_in_incoming

logger = logging.getLogger(__name__)

STALE_AFTER = {"worker": timedelta(minutes=2), "sweep": timedelta(minutes=10)}
"""How long after its last heartbeat a part counts as silent. One sweep may have many mails."""
FAILED = {"full", "down"}


@never_cache
@require_safe
def healthz(request: Request) -> JsonResponse:
    """Answer with `health`: 200 while work can be handed in, 503 when it cannot."""
    state = health(at=request.at)
    return JsonResponse(state, status=503 if state["status"] == "down" else 200)


def health(*, at: datetime) -> dict[str, Any]:
    """The state of each part as of `at` (docs/operating.md lists them), and `status` of the whole.

    "down" when the database or the storage takes nothing, since then nothing can be handed in;
    "degraded" when another part is not "ok", or one of these is short of room or of time; else
    "ok". Says nothing of names, paths or error texts: those are logged.
    """
    parts: dict[str, dict[str, Any]] = {
        "database": {"state": probes.database(at), "engine": connection.vendor},
        "storage": {"state": probes.storage(at), "leftovers": _leftovers(at)},
        "temporary": {"state": probes.temporary(at)},
        **silence(at=at),
    }
    states = {name: part["state"] for name, part in parts.items()}
    if {states["database"], states["storage"]} & FAILED:
        status = "down"
    else:
        status = "ok" if set(states.values()) == {"ok"} else "degraded"
    services = read_report(settings.SERVICES_FILE)
    more = {} if services is None else {"services": services}
    return {"status": status, **parts, **more}


def _leftovers(at: datetime) -> int | None:
    """How many files that the sweep should have removed are there; None where nobody can tell."""
    try:
        return len(old_in_incoming(at=at))
    except OSError:
        return None


def silence(*, at: datetime) -> dict[str, dict[str, Any]]:
    """By part of STALE_AFTER: {"state", "seen_at": ISO 8601 in UTC | None} as of `at`.

    The state is "ok"; "stale" from its time after the last heartbeat on; "never" before the
    first; "unknown" where the database does not say.
    """
    try:
        seen = dict(Heartbeat.objects.filter(name__in=STALE_AFTER).values_list("name", "seen_at"))
    except (Error, NotNow):
        return {name: {"state": "unknown", "seen_at": None} for name in STALE_AFTER}
    return {name: _silence(seen.get(name), after, at) for name, after in STALE_AFTER.items()}


def _silence(seen: datetime | None, after: timedelta, at: datetime) -> dict[str, Any]:
    if seen is None:
        return {"state": "never", "seen_at": None}
    return {"state": "ok" if at - seen < after else "stale", "seen_at": seen.isoformat()}
