"""A site of its own for each attack, served as an operator serves it."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REAL = "courseapp.wsgi:application"
HELD, BROKE = 0, 3
PATIENCE = 60.0
"""Seconds after which a site that does not answer is taken to be down for good."""


def settings_for(folder: Path, *, database: str = "", **more: str) -> None:
    """Set this process's environment, which its children inherit; call it before Django starts."""
    for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "DEMO", "DEBUG", "DATA_DIR"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "courseapp.settings",
        "DATA_DIR": str(folder),
        "SECRET_KEY": secrets.token_hex(32),
        "LOG_LEVEL": "ERROR",
        **more,
    }
    if database:
        os.environ["DATABASE_URL"] = database


def prepare() -> None:
    """The database and the static files."""
    command = [sys.executable, "manage.py", "prepare", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


class Serve:
    """`manage.py serve`, or the same supervisor over another application, on one port."""

    def __init__(self, application: str = REAL) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.application = application
        self.start()

    def start(self) -> None:
        """Start it, as systemd does when it has ended."""
        if self.application == REAL:
            words = ["manage.py", "serve", "--port", str(self.port)]
        else:
            words = ["-m", "benchmarks.faults.control", self.application, str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if not os.environ.get("FAULTS_LOG") else None,
        )

    def stop(self) -> None:
        """End all of it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait(self) -> None:
        """Until it answers; raises TimeoutError."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                get(self.port, "/accounts/login/")
                return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError("the site does not answer")

    def pids(self) -> dict[int, str]:
        """The processes below the supervisor and their command lines."""
        found: dict[int, str] = {}
        below = [self.process.pid]
        while below:
            pid = below.pop()
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                for child in map(int, children):
                    found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
                    below.append(child)
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found


@contextmanager
def served(application: str = REAL) -> Iterator[Serve]:
    """A site that answers, ended afterwards."""
    serve = Serve(application)
    try:
        serve.wait()
        yield serve
    finally:
        serve.stop()


def get(port: int, path: str, *, timeout: float = 10, cookie: str = "") -> tuple[int, bytes]:
    """Status and body; raises OSError where there is no answer in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back; the status is 0, and the body names the error, where nothing did."""

    status: int
    body: str
    location: str = ""


def post(port: int, path: str, body: bytes | str, headers: dict[str, str]) -> Answer:
    """Send a form once, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        return Answer(response.status, text, response.headers.get("Location", ""))
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, type(error).__name__)
    finally:
        connection.close()


def held(module: str, *words: str, timeout: float) -> bool:
    """Run one round in a process of its own, which ends with HELD or BROKE; whether it held.

    Exits where it ended otherwise: an attack that fails shows no fault.
    """
    command = [sys.executable, "-m", module, *words]
    status = subprocess.run(command, cwd=ROOT, check=False, timeout=timeout).returncode
    if status not in (HELD, BROKE):
        sys.exit(f"The attack itself failed ({status}); nothing was measured.")
    return status == HELD


def kill(pid: int) -> None:
    """Without a warning, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether the process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
