"""Runs several processes as one: all of them live, or none does.

Used by `manage.py serve` for the web server and the worker. A stop signal stops every process
cleanly; a process that ends by itself takes the others with it, so that whoever watches over the
supervisor (systemd, a container, a person) sees one plain failure instead of half a service.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess  # nosec B404 # starts only the commands that our own code wrote
import time
from collections.abc import Sequence
from dataclasses import dataclass

logger = logging.getLogger(__name__)

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED_SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Service:
    """One process to keep alive: a name for the log and its command line."""

    name: str
    command: Sequence[str]


def run(services: Sequence[Service], *, grace: float = 15.0) -> int:
    """Start `services`, wait until told to stop or until one of them ends, and stop them all.

    On a stop signal (SIGTERM, SIGINT, SIGHUP) every process is sent SIGTERM and has `grace`
    seconds in all to end before it is killed with its children. Returns the exit status for the
    whole: 0 after a stop signal, 1 when a process ended by itself or could not be started.
    """
    # Blocked, the signals wait for sigwaitinfo: none is lost between two statements.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED_SIGNALS)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for service in services:
            running[service.name] = _start(service)
        return _watch(running)
    except OSError as error:
        logger.error("A process could not be started: %s", error)
        return 1
    finally:
        _stop(running, grace=grace)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _start(service: Service) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None)

    def in_child() -> None:
        # The kernel ends the child if the supervisor is killed outright (Linux only).
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED_SIGNALS)

    # A session of its own: Ctrl-C reaches the supervisor alone, which then stops things in order.
    return subprocess.Popen(  # nosec B603
        service.command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=in_child,  # noqa: PLW1509 - the supervisor has no threads
    )


def _watch(running: dict[str, subprocess.Popen[bytes]]) -> int:
    while True:
        for name, process in running.items():
            if process.poll() is not None:
                logger.error("%s ended by itself with status %s", name, process.returncode)
                return 1
        received = signal.sigwaitinfo(WATCHED_SIGNALS)
        if received.si_signo in STOP_SIGNALS:
            logger.info("Stopping on %s", signal.Signals(received.si_signo).name)
            return 0


def _stop(running: dict[str, subprocess.Popen[bytes]], *, grace: float) -> None:
    deadline = time.monotonic() + grace
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    for name, process in running.items():
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("%s did not stop within %s s and is killed", name, grace)
        # What a process left behind goes with it: its session is its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
