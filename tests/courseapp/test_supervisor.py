"""The web server and the worker live and end together."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.courseapp.processes import (
    PATIENCE,
    clean_environment,
    descendants,
    free_port,
    is_alive,
    is_listening,
    wait_until,
)

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]
# Both services write to one pipe: a line must go out in one piece.
FOREVER = r"import os, signal; os.write(1, b'up\n'); signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a process in the project's root; what is left of it at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*command: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        started.append(process)
        return process

    yield start
    for process in started:
        for pid in (*descendants(process.pid), process.pid):
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def supervise(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., subprocess.Popen[str]]:
    """Runs the supervisor over small Python programs, given as source text."""

    def supervise(*programs: str, grace: float = PATIENCE) -> subprocess.Popen[str]:
        return start(
            sys.executable,
            "-c",
            "import sys; from courseapp.supervisor import Service, run\n"
            f"programs = {programs!r}\n"
            "services = [Service(name=str(i), command=[sys.executable, '-c', p])"
            " for i, p in enumerate(programs)]\n"
            f"sys.exit(run(services, grace={grace}))",
        )

    return supervise


def wait_for_lines(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdout
    assert sorted(process.stdout.readline().strip() for _ in lines) == sorted(lines)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stop_signal_ends_every_process_with_status_0(supervise, stop):
    supervisor = supervise(FOREVER, FOREVER)
    wait_for_lines(supervisor, "up", "up")
    children = descendants(supervisor.pid)
    supervisor.send_signal(stop)
    assert supervisor.wait(PATIENCE) == 0
    assert len(children) == 2
    assert not any(is_alive(child) for child in children)


@pytest.mark.parametrize("last_words", ["raise SystemExit(3)", "pass"])
def test_process_that_ends_by_itself_takes_the_other_along(supervise, last_words):
    supervisor = supervise(FOREVER, f"{last_words}")
    assert supervisor.wait(PATIENCE) == 1
    assert descendants(supervisor.pid) == {}
    assert not is_alive(supervisor.pid)


def test_process_that_ignores_the_stop_is_killed_after_the_grace(supervise):
    supervisor = supervise(STUBBORN, FOREVER, grace=0.2)
    wait_for_lines(supervisor, "up", "up")
    children = descendants(supervisor.pid)
    supervisor.terminate()
    assert supervisor.wait(PATIENCE) == 0
    assert len(children) == 2
    assert not any(is_alive(child) for child in children)


def test_grandchild_left_behind_is_killed(supervise):
    supervisor = supervise(
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {STUBBORN!r}])\n"
        "child.stdout; import signal; signal.pause()"
    )
    wait_for_lines(supervisor, "up")
    family = descendants(supervisor.pid)
    supervisor.terminate()
    assert supervisor.wait(PATIENCE) == 0
    assert len(family) == 2
    wait_until(lambda: not any(is_alive(pid) for pid in family), "the family is gone")


def test_command_that_cannot_start_stops_the_others(start):
    supervisor = start(
        sys.executable,
        "-c",
        "import sys; from courseapp.supervisor import Service, run\n"
        f"first = Service(name='first', command=[sys.executable, '-c', {FOREVER!r}])\n"
        "sys.exit(run([first, Service(name='second', command=['./no-such-program'])]))",
    )
    assert supervisor.wait(PATIENCE) == 1
    assert "no-such-program" in supervisor.stdout.read()


def test_children_stop_when_the_supervisor_is_killed_outright(supervise):
    supervisor = supervise(FOREVER, FOREVER)
    wait_for_lines(supervisor, "up", "up")
    children = descendants(supervisor.pid)
    supervisor.kill()
    supervisor.wait(PATIENCE)
    assert len(children) == 2
    wait_until(lambda: not any(is_alive(child) for child in children), "the children are gone")


@pytest.fixture
def served(start, tmp_path) -> tuple[subprocess.Popen[str], int]:
    """A whole installation, freshly made, that answers; with its port."""
    environment = clean_environment(tmp_path)
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "prepare", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    port = free_port()
    process = start(*manage, "serve", "--port", str(port), env=environment)
    wait_until(lambda: is_listening(port), "the web server listens")
    wait_until(
        lambda: any("celery" in line for line in descendants(process.pid).values()),
        "the worker runs",
    )
    return process, port


def test_serve_answers_and_stops_cleanly(served):
    process, port = served
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.load(answer)["database"] == {"state": "ok", "engine": "sqlite"}
    connection.close()
    family = descendants(process.pid)
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert sorted({"gunicorn", "celery"} & set(" ".join(family.values()).split())) == [
        "celery",
        "gunicorn",
    ]
    assert not any(is_alive(pid) for pid in family)
    assert not is_listening(port)


def test_serve_fails_as_a_whole_when_the_worker_is_killed(served):
    process, port = served
    family = descendants(process.pid)
    worker = next(pid for pid, line in family.items() if "-m celery" in line)
    os.kill(worker, signal.SIGKILL)
    assert process.wait(PATIENCE) == 1
    wait_until(lambda: not any(is_alive(pid) for pid in family), "everything is gone")
    assert not is_listening(port)


def test_serve_refuses_a_port_that_is_taken(start, tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        process = start(
            *(sys.executable, "manage.py", "serve", "--port", str(port)),
            env=clean_environment(tmp_path),
        )
        assert process.wait(PATIENCE) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in process.stdout.read()
