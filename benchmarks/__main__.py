"""`python -m benchmarks`: seed, serve, measure, print."""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure in a folder that is gone afterwards; an installation's data are never touched."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=60, help="of each kind in a round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rostrum-bench-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "DEMO", "DEBUG"):
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "DATA_DIR": folder,
            "SECRET_KEY": secrets.token_hex(32),
            "LOG_LEVEL": "ERROR",
        }
        seed()
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "courseapp.server", "--fd", str(listener.fileno())),
                *("--application", "benchmarks.wsgi:application"),
            ],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
        )
        try:
            measure(port, server.pid, options.rounds, options.requests)
        finally:
            server.terminate()
            server.wait()


def seed() -> None:
    """The database, the static files and the sample course."""
    manage = [sys.executable, "manage.py"]
    for command in (
        ["migrate", "--run-syncdb", "--verbosity", "0"],
        ["prepare", "--verbosity", "0"],
        ["demo"],
    ):
        subprocess.run(
            [*manage, *command],
            cwd=ROOT,
            env=os.environ | {"DEMO": "1"},
            check=True,
            stdout=subprocess.DEVNULL,
        )


def open_reading(course: Any) -> int:
    """A reading on which a question is asked still."""
    from django.utils import timezone

    from schedule.models import Reading

    ahead = {"meeting__starts_at__gt": timezone.now(), "meeting__kind": "student_lecture"}
    return Reading.objects.filter(meeting__course=course, is_required=True, **ahead)[0].pk


def measure(port: int, server: int, rounds: int, number: int) -> None:
    """Take turns between floors and pages, and print the medians.

    Processor time is counted, not the clock's: it hardly changes with what else the machine does.
    """
    django.setup()
    from benchmarks import seed as rows
    from benchmarks.client import Request, cost, send
    from courses.models import Course

    course = Course.objects.get()
    rows.fill_floor()
    cookies = rows.sessions(course)
    teacher = rows.sessions(course, "instructor")
    asking = rows.questions(course, cookies)
    noting = (rows.post("/floor/post/", cookie) for cookie in cycle(cookies.values()))
    noting_kept = (rows.post("/floor/kept/post/", cookie) for cookie in cycle(cookies.values()))

    def page(path: str, people: dict[int, str] | None = None) -> list[Request]:
        some = list(people.values())[:20] if people else [""]
        return [Request("GET", path, 200, headers={"Cookie": one} if one else {}) for one in some]

    home = f"/c/{course.slug}/home/"
    pages = {
        "page floor": page("/floor/page/"),
        "the same, kept": page("/floor/kept/page/"),
        "public schedule": page(f"/c/{course.slug}/"),
        "schedule, signed in": page(f"/c/{course.slug}/", cookies),
        "student's home": page(home, cookies),
        "work page": page(f"/c/{course.slug}/readings/{open_reading(course)}/question/", cookies),
        "staff home": page(home, teacher),
        "gradebook": page(f"/c/{course.slug}/gradebook/", teacher),
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sizes = {}
    for name, requests in pages.items():
        sizes[name] = median(len(send(connection, request)) for request in requests)
    for request in (next(noting), next(noting_kept), next(asking)):
        send(connection, request)
    connection.close()

    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, requests in pages.items():
            batch = list(islice(cycle(requests), number))
            found.setdefault(name, []).append(cost(port, server, batch))
        for name, stream in (
            ("POST floor", noting), ("POST floor, kept", noting_kept), ("question POST", asking),
        ):  # fmt: skip
            batch = list(islice(stream, number))
            if len(batch) < number:
                sys.exit("The sample course has too few open readings for so many POSTs.")
            found.setdefault(name, []).append(cost(port, server, batch))

    print(f"{'':<20} {'CPU ms':>8} {'floors':>8} {'KiB':>7}")
    for name, costs in found.items():
        floor = found["POST floor" if "POST" in name else "page floor"]
        size = f"{sizes[name] / 1024:7.1f}" if name in sizes else ""
        print(f"{name:<20} {median(costs):8.2f} {median(costs) / median(floor):8.2f} {size}")


if __name__ == "__main__":
    main()
