"""What `/healthz` tries: whether something can be written, where writing matters."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, connection

from courses.actions.outbox import beat
from courses.faults import Fault, NotNow, fault_of

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

with contextlib.suppress(OSError):
    # Chosen now: once it is full, Python would look for another, each process for itself.
    tempfile.gettempdir()

REMEMBERED_FOR = 2.0
"""Seconds for which an answer holds: who asks often must not cost the others anything."""
MEGABYTE = 1024 * 1024
_TRIED = 256 * 1024  # bytes; a few would still fit into a block that is there


class Probe:
    """Tries something and remembers the answer; while one thread tries, the others are told the
    last one."""

    def __init__(self, attempt: Callable[[datetime], str]) -> None:
        self._attempt = attempt
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Try anew when next asked."""
        self._answer, self._until = "", 0.0

    def __call__(self, at: datetime) -> str:
        """The state, in one word: "ok", or what is wrong."""
        if time.monotonic() >= self._until and self._lock.acquire(blocking=not self._answer):
            try:
                if time.monotonic() >= self._until:
                    self._answer = self._attempt(at)
                    self._until = time.monotonic() + REMEMBERED_FOR
            finally:
                self._lock.release()
        return self._answer


def _database(at: datetime) -> str:
    try:
        beat(name="probe", at=at)
    except (Error, NotNow) as error:
        logger.exception("The database takes nothing")
        return {Fault.BUSY: "busy", Fault.FULL: "full"}.get(fault_of(error) or Fault.LOST, "down")
    file = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and Path(file).is_absolute():
        return _room_in(Path(file).parent)
    return "ok"


def _storage(at: datetime) -> str:
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_in(folder)
        return _room_in(folder)
    except OSError as error:
        logger.exception("Uploads cannot be stored")
        return "full" if fault_of(error) is Fault.FULL else "down"


def _temporary(at: datetime) -> str:
    try:
        _write_in(Path(tempfile.gettempdir()))
    except OSError as error:
        logger.exception("Temporary files cannot be written")
        return "full" if fault_of(error) is Fault.FULL else "down"
    return "ok"


def _write_in(folder: Path) -> None:
    # Without a name, so that nothing is left of it, whatever happens.
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\0" * _TRIED)
        file.flush()
        os.fsync(file.fileno())


def _room_in(folder: Path) -> str:
    """ "low" where fewer than four of the largest files would go: one upload lies there three
    times until it is in its place."""
    enough = 4 * settings.UPLOAD_MAX_MB * MEGABYTE
    return "ok" if shutil.disk_usage(folder).free >= enough else "low"


database = Probe(_database)
storage = Probe(_storage)
temporary = Probe(_temporary)
