"""`manage.py healthy`: what /healthz says, for containers and people without a browser."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from courseapp.health import health


class Command(BaseCommand):
    """Print the state of database, storage and worker; exit with 1 unless all are well."""

    help = "Prints the state of database, storage and worker; fails unless all are well."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        state = health(at=timezone.now())
        self.stdout.write(json.dumps(state))
        if state["status"] != "ok":
            sys.exit(1)
