"""`manage.py serve`: the web processes and the worker, kept alive and stopped as one."""

from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courseapp.supervisor import Service, run

BACKLOG = 1024


class Command(BaseCommand):
    """Run the web processes and the worker until told to stop."""

    help = "Runs the web server and the worker; SIGTERM or Ctrl-C stops both."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000)
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--without-worker", action="store_true", help="the worker runs elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Held here, the socket outlives every web process: who comes meanwhile waits a moment.
        with listen(options["bind"], options["port"]) as listener:
            services = [web(number, listener) for number in range(1, settings.WEB_CONCURRENCY + 1)]
            if not options["without_worker"]:
                services.append(worker())
            status = run(services, report=settings.SERVICES_FILE)
        if status:
            sys.exit(status)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises CommandError when that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise CommandError(f"Port {port} on {host} cannot be used: {error}") from error
    listener.setblocking(False)
    return listener


def web(number: int, listener: socket.socket) -> Service:
    """The `number`-th web process."""
    fd = listener.fileno()
    return Service(
        name=f"web {number}",
        command=[sys.executable, "-m", "courseapp.server", "--fd", str(fd)],
        silent_after=60,
        is_needed=True,
        pass_fds=(fd,),
    )


def worker() -> Service:
    """The worker with its clock; one task at a time, so SQLite has few writers."""
    # A sweep may have many mails to a slow server before it.
    return Service(
        name="worker", command=[sys.executable, "manage.py", "work"], silent_after=15 * 60
    )
