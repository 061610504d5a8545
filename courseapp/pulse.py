"""Between a supervised process and its supervisor: that it lives, and that it ends with it."""

from __future__ import annotations

import contextlib
import os
import threading
import time

PULSE_FD = "ROSTRUM_PULSE_FD"
EVERY = 5.0
GRACE = 12.0


class Pulse:
    """Says that this process is at work; costs nothing when called often, or unsupervised."""

    def __init__(self) -> None:
        self.fd = int(os.environ.get(PULSE_FD, "-1"))
        self._last = -EVERY

    def __call__(self) -> None:
        """Say it, unless it has been said within EVERY seconds."""
        now = time.monotonic()
        if self.fd >= 0 and now - self._last >= EVERY:
            self._last = now
            # A full pipe has been told enough; one that nobody reads is the supervisor's end.
            with contextlib.suppress(OSError):
                os.write(self.fd, b".")


def end_with_supervisor() -> None:
    """End this process GRACE seconds after its supervisor, if the signal of its end did not.

    The kernel sends SIGTERM when the supervisor dies (see `courseapp.supervisor`); this thread
    is for a process that cannot heed it, since somebody waits for ever in it.
    """
    if PULSE_FD not in os.environ:
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="supervisor's end", daemon=True).start()
