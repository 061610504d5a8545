"""The web server as courseapp/gunicorn_conf.py sets it up."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.courseapp.processes import PATIENCE, free_port, is_listening, wait_until

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]
ECHO = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']}".encode()]
"""


@pytest.fixture
def echo(tmp_path) -> Iterator[tuple[int, Path]]:
    """A program under our gunicorn that tells what it was told; its port and its home folder."""
    (tmp_path / "echo.py").write_text(ECHO)
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--config", "python:courseapp.gunicorn_conf"),
            *("--pythonpath", str(tmp_path), "--bind", f"127.0.0.1:{port}", "echo:application"),
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "WEB_CONCURRENCY": "1"},
    )
    wait_until(lambda: is_listening(port), "the server listens")
    yield port, tmp_path
    server.terminate()
    assert server.wait(PATIENCE) == 0


def test_server_does_not_believe_forwarding_headers(echo):
    port, _ = echo
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    spoofed = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Ssl": "on",
        "X-Forwarded-For": "192.0.2.7",
    }
    connection.request("GET", "/", headers=spoofed)
    assert connection.getresponse().read() == b"http 127.0.0.1"
    connection.close()


def test_server_leaves_nothing_in_the_home_folder(echo):
    _, home = echo
    assert sorted(path.name for path in home.iterdir() if path.name != "__pycache__") == ["echo.py"]
