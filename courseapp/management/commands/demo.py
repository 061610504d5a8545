"""`manage.py demo`: lay the sample course around today and say how to sign in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from courseapp.demo.people import PASSWORD, featured, remembered
from courseapp.demo.seed import lay_course
from courses.models import Course

STALE = timedelta(days=3)


class Command(BaseCommand):
    help = "Make the sample course, unless it is there; print the address and the sign-in names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay the course anew when there is none or its term was laid days ago."""
        if not settings.DEMO:
            raise CommandError("The demo wants DEMO=1; `make demo` sets it.")
        if connection.vendor != "sqlite":
            raise CommandError("The demo keeps its people in SQLite; leave DATABASE_URL empty.")
        now = timezone.now()
        kept = remembered()
        there = kept is not None and Course.objects.filter(slug=kept["course"]).exists()
        if kept is not None and there and now - datetime.fromisoformat(kept["laid_at"]) > STALE:
            self.stdout.write("The demo's term is some days old; it is laid around today anew.")
            call_command("flush", interactive=False, verbosity=0)
            there = False
        if there:
            self.stdout.write("The sample course is as you left it.")
        else:
            self.stdout.write("Laying the sample course around today …")
            lay_course(at=now)
        self._introduce()

    def _introduce(self) -> None:
        people = featured()
        width = max((len(one.label) for one in people), default=0)
        lines = "\n".join(f"  {one.label:<{width}}  {one.email}" for one in people)
        self.stdout.write(
            f"\nRostrum runs at {settings.SITE_URL}/ once the server says so; stop it with Ctrl-C."
            f"\nSign in with one click on {settings.SITE_URL}/accounts/login/, or by name"
            f" (password for each: {PASSWORD}):\n\n{lines}\n"
        )
