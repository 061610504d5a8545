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
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000)
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
            raise CommandError(f"Port {port} on {host} cannot be used: {error}") from error


def web(host: str, port: int) -> Service:
    """The web server, as courseapp/gunicorn_conf.py sets it up."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:courseapp.gunicorn_conf"),
        *("--bind", address, "courseapp.wsgi:application"),
    ]
    return Service(name="web server", command=command)


def worker() -> Service:
    """The Celery worker with beat inside; one task at a time, so SQLite has few writers."""
    schedule = Path(settings.DATA_DIR) / "celerybeat-schedule"
    command = [
        # Messages are JSON, so what Celery has against root (pickle) does not apply.
        *(sys.executable, "-W", "ignore:You're running the worker with superuser"),
        *("-m", "celery", "--quiet", "-A", "courseapp", "worker", "-B"),
        # Nobody listens to the events of a lone worker, and without them it stops sooner.
        *("--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        *("--schedule", str(schedule)),
        *("--loglevel", (os.environ.get("LOG_LEVEL") or "WARNING").upper()),
    ]
    return Service(name="worker", command=command)
