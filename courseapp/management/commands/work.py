"""`manage.py work`: the worker, with the clock that gives it its tasks."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from courseapp.worker import work


class Command(BaseCommand):
    """Sweep at once and every half minute, until told to stop."""

    help = "Runs the worker, with its clock, until told to stop."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(work())
