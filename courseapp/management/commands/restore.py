"""`manage.py restore BACKUP`: put a backup back on an empty site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from courseapp.backups.errors import BackupFailed
from courseapp.backups.restoring import put_back
from courseapp.backups.site import this_site

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Put a backup back: on a site without persons, courses and files only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the backup's folder."""
        parser.add_argument("backup", type=Path, help="a folder that `manage.py backup` printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check it, put it back, and bring the database up to this version."""
        known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
        try:
            restored = put_back(options["backup"], this_site(), known=known)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        connection.close()
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("createcachetable", verbosity=options["verbosity"])
        for path in restored.missing:
            self.stderr.write(f"Was not there when the backup was made: {path}")
        for path in restored.damaged:
            self.stderr.write(f"Was damaged when the backup was made: {path}")
        self.stdout.write(
            f"The site is as of {restored.made_at}, with {restored.files} files."
            " Now `manage.py prepare`, then start it."
        )
