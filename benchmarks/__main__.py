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
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import django

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure in a folder that is gone afterwards; an installation's data are never touched."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="for each page in a round")
    parser.add_argument("--posts", type=int, default=60, help="for each kind of POST in a round")
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
        port = free_port()
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "python:courseapp.gunicorn_conf"),
                *("--workers", "1", "--bind", f"127.0.0.1:{port}", "benchmarks.wsgi:application"),
            ],
            cwd=ROOT,
        )
        try:
            wait_for(port, server)
            measure(port, options.rounds, options.seconds, options.posts)
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


def measure(port: int, rounds: int, seconds: float, posts: int) -> None:
    """Take turns between floors and pages, and print the medians."""
    django.setup()
    from benchmarks import seed as rows
    from benchmarks.client import Request, rate, send
    from courses.models import Course

    course = Course.objects.get()
    rows.fill_floor()
    cookies = rows.sessions(course)
    asking = rows.questions(course, cookies)
    noting = (rows.post("/floor/post/", cookie) for cookie in cycle(cookies.values()))

    def page(path: str, signed_in: bool = False) -> list[Request]:
        some = list(cookies.values())[:20] if signed_in else [""]
        return [Request("GET", path, 200, headers={"Cookie": one} if one else {}) for one in some]

    pages = {
        "page floor": page("/floor/page/"),
        "public schedule": page(f"/c/{course.slug}/"),
        "student's home": page(f"/c/{course.slug}/home/", signed_in=True),
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sizes = {}
    for name, requests in pages.items():
        sizes[name] = median(len(send(connection, request)) for request in requests)
    for request in (next(noting), next(asking)):
        send(connection, request)
    connection.close()

    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, requests in pages.items():
            found.setdefault(name, []).append(rate(port, cycle(requests), seconds))
        for name, stream in (("POST floor", noting), ("question POST", asking)):
            batch = list(islice(stream, posts))
            if len(batch) < posts:
                sys.exit("The sample course has too few open readings for so many POSTs.")
            found.setdefault(name, []).append(rate(port, batch, 60))

    print(f"{'':<16} {'req/s':>8} {'of floor':>9} {'KiB':>7}")
    for name, rates in found.items():
        floor = found["POST floor" if "POST" in name else "page floor"]
        size = f"{sizes[name] / 1024:7.1f}" if name in sizes else ""
        print(f"{name:<16} {median(rates):8.1f} {median(rates) / median(floor):9.2f} {size}")


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; exit when it has ended or takes half a minute."""
    for _ in range(300):
        if server.poll() is not None:
            sys.exit("The server did not start.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The server does not answer.")


if __name__ == "__main__":
    main()
