"""Help for the tests that start real processes."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 30.0
"""Seconds after which something that should have happened has not."""


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as `condition` holds; fail, naming `what`, when it does not come about."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain: {what}"
        time.sleep(0.05)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether something accepts connections on `port` of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return _stat(pid)[0] != "Z"
    except FileNotFoundError:
        return False


def descendants(pid: int) -> dict[int, str]:
    """The command lines of all processes below `pid`, by their ids."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int(_stat(int(folder.name))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found: dict[int, str] = {}
    below = [pid]
    while below:
        parent = below.pop()
        for child, its_parent in parents.items():
            if its_parent == parent and child not in found and is_alive(child):
                found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
                below.append(child)
    return found


def clean_environment(data_dir: Path) -> dict[str, str]:
    """An environment for a server of its own: nothing of ours but the way to programs."""
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(data_dir),
        "DEBUG": "1",
        "SECRET_KEY": "only-for-this-test-" + "x" * 40,
        "DATABASE_URL": f"sqlite:///{data_dir / 'rostrum.sqlite3'}",
        "WEB_CONCURRENCY": "1",
    }


def _stat(pid: int) -> list[str]:
    # The name, in parentheses, may hold spaces; state and parent stand behind it.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
