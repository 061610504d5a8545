"""`manage.py backup TARGET`: a copy of the whole site in a new folder below TARGET."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseapp.backups.errors import BackupFailed
from courseapp.backups.making import make_backup
from courseapp.backups.site import this_site

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Back up database and files of this site, also while it runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where it goes and how many are kept."""
        parser.add_argument("target", type=Path, help="the folder that holds the backups")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="afterwards remove all but the newest N"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, check it, and print its folder."""
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 or more.")
        try:
            made = make_backup(this_site(), options["target"], at=timezone.now(), keep=keep)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        for path in made.missing:
            self.stderr.write(f"Not there, though the database names it: {path}")
        for path in made.damaged:
            self.stderr.write(f"Not what was handed in, backed up as it is: {path}")
        self.stdout.write(str(made.folder))
