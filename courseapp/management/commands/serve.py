"""`manage.py serve`: the web server and the worker, started and stopped as one."""

from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courseapp.supervisor import Service, run


class Command(BaseCommand):
    """Run gunicorn and the Celery worker (with its beat) until told to stop."""

    help = "Runs the web server and the worker together; SIGTERM or Ctrl-C stops both."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["bind"], options["port"]
        ensure_free(host, port)
        status = run([web(host, port), worker()])
        if status:
            sys.exit(status)


def ensure_free(host: str, port: int) -> None:
    """Raise CommandError unless `host`:`port` can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error}). Choose another, for example "
                f"PORT={port + 1000 if port < 60000 else 9000}."
            ) from error


def web(host: str, port: int) -> Service:
    """The web server. WEB_CONCURRENCY (default 2) is its number of processes."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [
        *(sys.executable, "-m", "gunicorn", "courseapp.wsgi:application"),
        *("--bind", address),
        *("--workers", os.environ.get("WEB_CONCURRENCY") or "2"),
        # Threads keep a slow upload from holding a whole process.
        *("--worker-class", "gthread", "--threads", "4"),
        *("--timeout", "120", "--graceful-timeout", "8", "--keep-alive", "15"),
        # Django alone decides, by TRUST_PROXY, whether forwarding headers are believed.
        "--forwarded-allow-ips=",
        *("--log-level", log_level().lower()),
    ]
    return Service(name="web server", command=command)


def worker() -> Service:
    """The Celery worker with beat inside; one at a time, so SQLite has few writers."""
    schedule = Path(settings.DATA_DIR) / "celerybeat-schedule"
    command = [
        # Messages are JSON, so what Celery has against root (pickle) does not apply.
        *(sys.executable, "-W", "ignore:You're running the worker with superuser"),
        *("-m", "celery", "--quiet", "-A", "courseapp", "worker", "-B"),
        # Nobody listens to the events of a lone worker, and without them it stops sooner.
        *("--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        *("--schedule", str(schedule)),
        *("--loglevel", log_level()),
    ]
    return Service(name="worker", command=command)


def log_level() -> str:
    """LOG_LEVEL of the environment; by default the servers speak only of what goes wrong."""
    return (os.environ.get("LOG_LEVEL") or "WARNING").upper()
