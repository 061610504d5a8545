"""`manage.py prepare`: everything an installation needs before it serves, in one step."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from courseapp.statics import collect


class Command(BaseCommand):
    """Migrate the database, make the cache's table and collect the static files.

    Run it before the first start and after every upgrade, also beside a running server; running
    it again changes nothing.
    """

    help = "Migrates the database, makes the cache table and collects static files."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        call_command("migrate", interactive=False, verbosity=verbosity)
        call_command("createcachetable", verbosity=verbosity)
        collect(verbosity=verbosity)
