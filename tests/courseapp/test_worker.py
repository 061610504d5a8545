"""The worker sweeps when it starts, and its clock is watched."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.courseapp.processes import PATIENCE, clean_environment

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]


def worker(tmp_path, before: str) -> subprocess.Popen[str]:
    """A worker that says “alive” and “swept”, after the statements `before`."""
    script = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'courseapp.settings'\n"
        "import django; django.setup()\n"
        "from courseapp import tasks, worker\n"
        "import courses.tasks\n"
        "courses.tasks.beat = lambda **_: os.write(1, b'alive\\n')\n"
        "tasks.sweep_once = lambda *, at: os.write(1, b'swept\\n')\n"
        f"{before}\n"
        "raise SystemExit(worker.work())\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=clean_environment(tmp_path) | {"LOG_LEVEL": "ERROR"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_first_sweep_comes_with_the_start_and_the_rest_by_the_clock(tmp_path):
    schedule = (
        "schedule = worker.app.conf.beat_schedule\n"
        "schedule['sweep']['schedule'] = 3600.0; schedule['heartbeat']['schedule'] = 0.5"
    )
    process = worker(tmp_path, schedule)
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(4)]
    assert lines == ["alive\n", "swept\n", "alive\n", "alive\n"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_worker_whose_clock_stops_ends_so_that_it_is_started_again(tmp_path):
    broken = (
        "def tick(self): raise RuntimeError('the clock is broken')\nworker.Scheduler.tick = tick"
    )
    process = worker(tmp_path, broken)
    assert process.wait(PATIENCE) == 1
    assert process.stderr
    assert "The worker's clock has stopped" in process.stderr.read()
