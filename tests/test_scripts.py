"""What the shell helpers refuse, they refuse with a sentence and before they change anything."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = [ROOT / ".ci" / "run", *sorted((ROOT / "scripts").glob("*.sh"))]

pytestmark = pytest.mark.process


def start_demo(port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / "demo.sh"],
        env=os.environ | {"PORT": port},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_demo_names_another_port_when_its_own_is_taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        finished = start_demo(str(port))
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith(f"Stopped: port {port} is in use")
    assert "make demo" in finished.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "8000; true", "99999999999"])
def test_demo_refuses_what_is_no_port(port):
    finished = start_demo(port)
    assert finished.returncode == 1
    assert finished.stderr == f"Stopped: PORT={port} is not a port; choose a number such as 8000.\n"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_can_be_run_and_parsed(script):
    if script.name != "lib.sh":
        assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
