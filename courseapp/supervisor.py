"""Keeps several processes alive: what falls is started again, and leaves the others alone.

Used by `manage.py serve` for the web processes and the worker. Each may say that it is at work
(`courseapp.pulse`); one that has been silent for too long is killed and started again. What has
happened stands in a file, for `/healthz`.
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
from dataclasses import dataclass, field
from pathlib import Path

from courseapp.pulse import PULSE_FD
from courseapp.services import Report

logger = logging.getLogger(__name__)

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED_SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}
PR_SET_PDEATHSIG = 1
TICK = 1.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
STEADY_AFTER = 60.0


@dataclass(frozen=True, kw_only=True)
class Service:
    """One process to keep alive: a name for people and its command line.

    With `silent_after` it is killed when it has not pulsed for so many seconds. `is_needed`
    means that nothing goes on without it: if it cannot even start, the whole ends.
    """

    name: str
    command: Sequence[str]
    silent_after: float | None = None
    is_needed: bool = False
    pass_fds: Sequence[int] = ()


@dataclass
class Running:
    """A service and how it is: its process, or when it is to be started again (monotonic, s)."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    pulse: int = -1
    started: float = 0.0
    heard: float = 0.0
    has_pulsed: bool = False
    start_at: float = 0.0
    wait: float = FIRST_WAIT
    falls: int = 0
    since: float = field(default_factory=time.time)

    def start(self) -> None:
        """Start its process. Raises OSError when there is no such program."""
        self.pulse, theirs = os.pipe()
        os.set_blocking(self.pulse, False)
        os.set_blocking(theirs, False)
        try:
            self.process = _start(self.service, theirs)
        except OSError:
            os.close(self.pulse)
            raise
        finally:
            os.close(theirs)
        self.started = self.heard = time.monotonic()
        self.since = time.time()

    def listen(self) -> None:
        """Hear what it says."""
        with contextlib.suppress(BlockingIOError):
            if os.read(self.pulse, 4096):
                self.heard, self.has_pulsed = time.monotonic(), True

    def is_silent(self) -> bool:
        """Whether it has not pulsed for too long."""
        limit = self.service.silent_after
        return limit is not None and time.monotonic() - self.heard > limit

    def ended(self) -> None:
        """Note that it has: what it left behind goes too, and it starts again after a while."""
        assert self.process is not None  # nosec B101 # it has been running
        _kill(self.process)
        os.close(self.pulse)
        now = time.monotonic()
        self.wait = (
            FIRST_WAIT if now - self.started > STEADY_AFTER else min(self.wait * 2, LONGEST_WAIT)
        )
        self.process, self.start_at, self.since = None, now + self.wait, time.time()
        self.falls += 1


def run(services: Sequence[Service], *, grace: float = 15.0, report: Path | None = None) -> int:
    """Start `services` and keep them alive until told to stop.

    One that ends by itself, or is silent, is started again after half a second, then 1, 2, ...
    at most 30 s; a minute of running makes it half a second again. On a stop signal (SIGTERM,
    SIGINT, SIGHUP) every process is sent SIGTERM and has `grace` seconds in all to end before it
    is killed with its children. How they are is written to `report`. Returns the exit status:
    0 after a stop signal, 1 when a service that is needed could not be started at all.
    """
    # Blocked, the signals wait for sigtimedwait: none is lost between two statements.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED_SIGNALS)
    all_of_them = [Running(service) for service in services]
    try:
        with Report(report) as written:
            return _watch(all_of_them, written)
    finally:
        _stop([one.process for one in all_of_them if one.process], grace=grace)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _watch(services: Sequence[Running], report: Report) -> int:
    while True:
        for one in services:
            if not _look_after(one):
                return 1
        report.write(
            {
                "name": one.service.name,
                "state": "running" if one.process else "down",
                "falls": one.falls,
                "since": one.since,
            }
            for one in services
        )
        received = signal.sigtimedwait(WATCHED_SIGNALS, TICK)
        if received is not None and received.si_signo in STOP_SIGNALS:
            logger.info("Stopping on %s", signal.Signals(received.si_signo).name)
            return 0


def _look_after(one: Running) -> bool:
    """Start what has to be started; false if the whole cannot go on."""
    name = one.service.name
    if one.process is not None:
        one.listen()
        hangs = one.process.poll() is None and one.is_silent()
        if hangs:
            logger.error(
                "%s has been silent for %s s and is killed", name, one.service.silent_after
            )
            _kill(one.process)
        if (status := one.process.poll()) is not None:
            logger.error("%s ended by itself with status %s", name, status)
            one.ended()
            # One that others killed before it could say so may well be able to start.
            if one.service.is_needed and not one.has_pulsed and (status >= 0 or hangs):
                return False
    if one.process is None and time.monotonic() >= one.start_at:
        try:
            one.start()
        except OSError as error:
            logger.error("%s could not be started: %s", name, error)
            one.start_at = time.monotonic() + LONGEST_WAIT
            return not one.service.is_needed or one.has_pulsed
    return True


def _start(service: Service, pulse: int) -> subprocess.Popen[bytes]:
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
        env=os.environ | {PULSE_FD: str(pulse)},
        pass_fds=(pulse, *service.pass_fds),
        preexec_fn=in_child,  # noqa: PLW1509 - the supervisor has no threads
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it left behind: its session is its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _stop(processes: Sequence[subprocess.Popen[bytes]], *, grace: float) -> None:
    deadline = time.monotonic() + grace
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("Process %d did not stop within %s s and is killed", process.pid, grace)
        _kill(process)
