"""What falls is started again and leaves the others alone; all of it ends together."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from courseapp.services import read_report
from courseapp.supervisor import FIRST_WAIT, STEADY_AFTER, Running, Service
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
# Says that it is at work, once.
ALIVE = "from courseapp.pulse import Pulse; Pulse()(); " + FOREVER
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
def supervise(start, tmp_path) -> Callable[..., subprocess.Popen[str]]:
    """Runs the supervisor over small Python programs, given as source text.

    The first is needed. How they are stands in `tmp_path / "services.json"`.
    """

    def supervise(
        *programs: str, grace: float = PATIENCE, silent_after: float | None = None
    ) -> subprocess.Popen[str]:
        report = str(tmp_path / "services.json")
        return start(
            sys.executable,
            "-c",
            "import logging, pathlib, sys; from courseapp import supervisor\n"
            "logging.disable()\n"
            "from courseapp.supervisor import Service, run\n"
            "supervisor.TICK, supervisor.FIRST_WAIT = 0.05, 0.01\n"
            f"programs = {programs!r}\n"
            "services = [Service(name=str(i), command=[sys.executable, '-c', p],"
            f" silent_after={silent_after}, is_needed=not i)"
            " for i, p in enumerate(programs)]\n"
            f"sys.exit(run(services, grace={grace}, report=pathlib.Path({report!r})))",
        )

    return supervise


def said_of(process: subprocess.Popen[str], tmp_path: Path) -> dict[str, tuple[str, int]]:
    """Each service's state and how often it fell, as `/healthz` would read it."""
    report = read_report(tmp_path / "services.json") or []
    return {one["name"]: (one["state"], one["falls"]) for one in report}


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
def test_process_that_ends_is_started_again_beside_the_other(supervise, tmp_path, last_words):
    supervisor = supervise(FOREVER, last_words)
    wait_until(lambda: said_of(supervisor, tmp_path).get("1", ("", 0))[1] >= 3, "it fell thrice")
    assert said_of(supervisor, tmp_path)["0"] == ("running", 0)
    supervisor.terminate()
    assert supervisor.wait(PATIENCE) == 0


def test_waits_grow_while_it_keeps_falling(monkeypatch):
    monkeypatch.setattr("courseapp.supervisor._kill", lambda process: None)
    one = Running(Service(name="falling", command=[]))
    waits = []
    for _ in range(9):
        one.process, one.pulse, one.started = object(), os.dup(0), time.monotonic()
        one.ended()
        waits.append(one.wait)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]
    one.process, one.pulse, one.started = object(), os.dup(0), time.monotonic() - STEADY_AFTER - 1
    one.ended()
    assert one.wait == FIRST_WAIT


def test_killed_process_is_started_again(supervise, tmp_path):
    supervisor = supervise(ALIVE, ALIVE)
    wait_for_lines(supervisor, "up", "up")
    for needed, pid in enumerate(sorted(descendants(supervisor.pid))):
        os.kill(pid, signal.SIGKILL)
        wait_for_lines(supervisor, "up")
        fallen = {"0": ("running", 1), "1": ("running", needed)}
        wait_until(lambda fallen=fallen: said_of(supervisor, tmp_path) == fallen, "it says so")


def test_needed_process_killed_before_it_was_up_is_started_again(supervise, tmp_path):
    """By the kernel, for want of memory, while a server that has just started is still loading."""
    supervisor = supervise(FOREVER)
    wait_for_lines(supervisor, "up")
    os.kill(*descendants(supervisor.pid), signal.SIGKILL)
    wait_for_lines(supervisor, "up")
    wait_until(lambda: said_of(supervisor, tmp_path) == {"0": ("running", 1)}, "it says so")


def test_needed_process_that_hangs_from_the_beginning_ends_the_whole(supervise):
    supervisor = supervise(FOREVER, silent_after=0.5)
    assert supervisor.wait(PATIENCE) == 1


def test_process_that_hangs_is_killed_and_started_again(supervise, tmp_path):
    supervisor = supervise(ALIVE, silent_after=1.0)
    wait_for_lines(supervisor, "up")
    wait_for_lines(supervisor, "up")
    assert said_of(supervisor, tmp_path)["0"][1] >= 1


def test_needed_process_that_cannot_even_begin_ends_the_whole(supervise):
    supervisor = supervise("raise SystemExit(3)", FOREVER)
    assert supervisor.wait(PATIENCE) == 1
    assert descendants(supervisor.pid) == {}


def test_disk_without_room_for_the_report_stops_nothing(start):
    supervisor = start(
        sys.executable,
        "-c",
        "import sys, pathlib; from courseapp.supervisor import Service, run\n"
        f"first = Service(name='first', command=[sys.executable, '-c', {FOREVER!r}])\n"
        "sys.exit(run([first], report=pathlib.Path('/dev/full')))",
    )
    lines = [supervisor.stdout.readline() for _ in range(2)]
    assert sorted(line == "up\n" for line in lines) == [False, True]
    supervisor.terminate()
    assert supervisor.wait(PATIENCE) == 0


def test_report_ends_with_its_writer(supervise, tmp_path):
    supervisor = supervise(FOREVER)
    wait_for_lines(supervisor, "up")
    wait_until(lambda: said_of(supervisor, tmp_path) == {"0": ("running", 0)}, "it is reported")
    supervisor.kill()
    supervisor.wait(PATIENCE)
    assert read_report(tmp_path / "services.json") is None


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


@pytest.mark.parametrize(("is_needed", "goes_on"), [(True, False), (False, True)])
def test_command_that_is_not_there(start, is_needed, goes_on):
    supervisor = start(
        sys.executable,
        "-c",
        "import sys; from courseapp.supervisor import Service, run\n"
        f"first = Service(name='first', command=[sys.executable, '-c', {FOREVER!r}])\n"
        "second = Service(name='second', command=['./no-such-program'],"
        f" is_needed={is_needed})\n"
        "sys.exit(run([first, second]))",
    )
    assert any("no-such-program" in supervisor.stdout.readline() for _ in range(2))
    if goes_on:
        assert supervisor.poll() is None
        supervisor.terminate()
    assert supervisor.wait(PATIENCE) == (0 if goes_on else 1)
    assert descendants(supervisor.pid) == {}


def test_children_stop_when_the_supervisor_is_killed_outright(supervise):
    supervisor = supervise(FOREVER, FOREVER)
    wait_for_lines(supervisor, "up", "up")
    children = descendants(supervisor.pid)
    supervisor.kill()
    supervisor.wait(PATIENCE)
    assert len(children) == 2
    wait_until(lambda: not any(is_alive(child) for child in children), "the children are gone")


def test_child_that_is_deaf_ends_after_a_killed_supervisor(supervise):
    supervisor = supervise(
        "from courseapp import pulse; pulse.GRACE = 0.1; pulse.end_with_supervisor(); " + STUBBORN
    )
    wait_for_lines(supervisor, "up")
    (child,) = descendants(supervisor.pid)
    supervisor.kill()
    supervisor.wait(PATIENCE)
    wait_until(lambda: not is_alive(child), "the child is gone")


@pytest.fixture
def served(start, tmp_path) -> tuple[subprocess.Popen[str], int]:
    """A whole installation, freshly made, that answers; with its port."""
    environment = clean_environment(tmp_path)
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "prepare", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    port = free_port()
    process = start(*manage, "serve", "--port", str(port), env=environment)
    wait_until(lambda: is_listening(port), "the web server listens")
    wait_until(lambda: health(port)["status"] == "ok", "all is well")
    return process, port


def health(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/healthz")
    answer = json.load(connection.getresponse())
    connection.close()
    return answer


def running(process: subprocess.Popen[str], words: str) -> list[int]:
    """The processes below `process` in whose command line `words` stand."""
    return [pid for pid, line in descendants(process.pid).items() if words in line]


def falls(port: int) -> dict[str, int]:
    return {one["name"]: one["falls"] for one in health(port)["services"]}


def test_serve_goes_on_through_every_fall_and_stops_cleanly(served, tmp_path):
    process, port = served
    assert health(port)["database"] == {"state": "ok", "engine": "sqlite"}
    (worker,) = running(process, "manage.py work")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: falls(port) == {"web 1": 0, "worker": 1}, "the worker is started again")
    (web,) = running(process, "courseapp.server")
    os.kill(web, signal.SIGKILL)
    # The socket is the supervisor's: who asks meanwhile waits, and is not refused.
    assert falls(port) == {"web 1": 1, "worker": 1}
    wait_until(lambda: len(running(process, "manage.py work")) == 1, "the worker is back")
    family = descendants(process.pid)
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert len(family) == 2
    assert not any(is_alive(pid) for pid in family)
    assert not is_listening(port)
    # Nothing but the data: no broker, no schedule, no file of a process.
    assert {path.name for path in tmp_path.iterdir()} <= {
        *("rostrum.sqlite3", "rostrum.sqlite3-wal", "rostrum.sqlite3-shm"),
        *("media", "static", "services.json"),
    }


def test_no_orphan_is_left_when_all_of_serve_is_killed(served):
    process, port = served
    family = descendants(process.pid)
    for pid in (process.pid, *family):
        os.kill(pid, signal.SIGKILL)
    process.wait(PATIENCE)
    assert len(family) == 2
    wait_until(lambda: not any(is_alive(pid) for pid in family), "everything is gone")
    # A process can be gone while the last of its threads still lets go of the socket.
    wait_until(lambda: not is_listening(port), "nobody listens any more")


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
