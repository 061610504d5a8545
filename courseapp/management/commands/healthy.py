"""`manage.py healthy`: what /healthz says, for containers and people without a browser."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseapp.health import health

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

PARTS = ("database", "storage", "temporary", "worker", "sweep")


class Command(BaseCommand):
    """Print the state of every part; exit with 1 unless all, or those named, are well."""

    help = "Prints the state of every part; fails unless all, or those named, are well."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the parts that matter to who asks."""
        parser.add_argument(
            "parts",
            nargs="*",
            metavar="PART",
            help=f"Fail for these alone: {', '.join(PARTS)}.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        state = health(at=timezone.now())
        self.stdout.write(json.dumps(state))
        asked: list[str] = options["parts"]
        unknown = [name for name in asked if name not in PARTS]
        if unknown:
            raise CommandError(f"{unknown[0]}: no part; these are: {', '.join(PARTS)}.")
        states = [state[name]["state"] for name in asked] or [state["status"]]
        if set(states) != {"ok"}:
            sys.exit(1)
