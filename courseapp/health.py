"""`GET /healthz`: whether this installation can do its work, for whoever watches over it."""

from __future__ import annotations

import logging
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courseapp.services import read_report
from courses.models import Heartbeat
from courses.web import Request

logger = logging.getLogger(__name__)

WORKER_STALE_AFTER = timedelta(seconds=120)


@never_cache
@require_safe
def healthz(request: Request) -> JsonResponse:
    """Answer with `health`: 200 while work can be handed in, 503 when it cannot."""
    state = health(at=request.at)
    return JsonResponse(state, status=503 if state["status"] == "down" else 200)


def health(*, at: datetime) -> dict[str, Any]:
    """The state of database, storage and worker as of `at`, and `status` for the whole.

    "ok"; "degraded" when only the worker is silent, since pages and deadlines do not depend on
    it; or "down" when the database or the storage fails, since then nothing can be handed in.
    Says nothing of names, paths or error texts: those are logged.
    """
    database = database_state()
    storage = storage_state()
    worker = worker_state(at=at) if database["state"] == "ok" else {"state": "unknown"}
    if database["state"] != "ok" or storage["state"] != "ok":
        status = "down"
    elif worker["state"] != "ok":
        status = "degraded"
    else:
        status = "ok"
    found = {"status": status, "database": database, "storage": storage, "worker": worker}
    services = read_report(settings.SERVICES_FILE)
    return found if services is None else found | {"services": services}


def database_state() -> dict[str, Any]:
    """{"state": "ok" | "down", "engine": str}, from a query that reads a table of ours."""
    state = "ok"
    try:
        Heartbeat.objects.exists()
    except DatabaseError:
        logger.exception("The database does not answer")
        state = "down"
    return {"state": state, "engine": connection.vendor}


def storage_state() -> dict[str, Any]:
    """{"state": "ok" | "down"}, from writing, syncing and removing a file among the uploads."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".health-") as file:
            file.write(b"rostrum")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        logger.exception("Uploads cannot be stored")
        return {"state": "down"}
    return {"state": "ok"}


def worker_state(*, at: datetime) -> dict[str, Any]:
    """{"state": "ok" | "stale" | "never", "seen_at": ISO 8601 in UTC | None} as of `at`.

    The worker is stale from WORKER_STALE_AFTER after its last heartbeat on.
    """
    heartbeat = Heartbeat.objects.filter(name="worker").first()
    if heartbeat is None:
        return {"state": "never", "seen_at": None}
    fresh = at - heartbeat.seen_at < WORKER_STALE_AFTER
    return {"state": "ok" if fresh else "stale", "seen_at": heartbeat.seen_at.isoformat()}
