"""How the supervised processes are: written down by the supervisor, read by `/healthz`."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

logger = logging.getLogger(__name__)

SIZE = 4096


class Report:
    """A small file that is overwritten in place, so that a full disk does not stop it.

    It is locked for as long as its writer lives: what a dead supervisor wrote is no report.
    Nothing here raises for a disk that cannot be written; then there is no report.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._fd = -1
        self._last = b""

    def __enter__(self) -> Self:
        if self.path is not None:
            try:
                self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.pwrite(self._fd, b" " * SIZE, 0)
            except OSError as error:
                logger.warning("How the processes are cannot be written down: %s", error)
                self.close()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, which ends what it says."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def write(self, services: Iterable[dict[str, Any]]) -> None:
        """Write down how they are, if that has changed."""
        text = json.dumps(list(services)).encode()
        if self._fd >= 0 and text != self._last and len(text) <= SIZE:
            self._last = text
            try:
                os.pwrite(self._fd, text.ljust(SIZE), 0)
            except OSError as error:
                logger.warning("How the processes are cannot be written down: %s", error)


def read_report(path: Path) -> list[dict[str, Any]] | None:
    """What the supervisor that writes to `path` says of its services, or None without one.

    Each has `name`, `state` ("running" or "down"), `falls` (how often it ended by itself) and
    `since` (seconds since 1970).
    """
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            said: list[dict[str, Any]] = json.loads(os.pread(fd, SIZE, 0))
            return said
        return None
    except (OSError, ValueError):
        return None
    finally:
        os.close(fd)
