"""`manage.py sweep`: do once what the worker does every half minute."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseapp.sweep import sweep_once

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Remind, tell and note what is due, and deliver the mail outbox, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the instant to act as of."""
        parser.add_argument(
            "--at",
            metavar="ISO",
            help="Act as of this instant, as 2025-02-19T18:30:00+00:00; UTC without offset.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sweep and print what it did."""
        done = sweep_once(at=self._instant(options["at"]))
        self.stdout.write(", ".join(f"{step}: {count}" for step, count in done.items()))

    def _instant(self, text: str | None) -> datetime:
        if text is None:
            return timezone.now()
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise CommandError(
                f"--at {text}: not an ISO instant such as 2025-02-19T18:30:00+00:00."
            ) from error
        return at if at.tzinfo else at.replace(tzinfo=UTC)
