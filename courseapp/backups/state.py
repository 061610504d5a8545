"""What a database says of itself as of one instant, whichever database it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from courses.models import Heartbeat
from submissions.models import StoredFile

MIGRATIONS = "django_migrations"


def bookkeeping() -> set[str]:
    """The tables in which an installation that nobody uses yet has rows."""
    models = (ContentType, Heartbeat, Permission, Session)
    return {MIGRATIONS, settings.CACHES["default"].get("LOCATION", "")} | {
        model._meta.db_table for model in models
    }


@dataclass(frozen=True)
class State:
    """`ask` runs one statement and gives its rows; `tables` are those that are there."""

    ask: Callable[[str], list[tuple[Any, ...]]]
    tables: frozenset[str]

    def filled(self) -> list[str]:
        """The tables that hold something of somebody, sorted."""
        return [
            table
            for table in sorted(self.tables - bookkeeping())
            if self.ask(f'SELECT 1 FROM "{table}" LIMIT 1')  # nosec B608
        ]

    def migrations(self) -> set[tuple[str, str]]:
        """The app and the name of each migration that it has had."""
        if MIGRATIONS not in self.tables:
            return set()
        return {(app, name) for app, name in self.ask(f"SELECT app, name FROM {MIGRATIONS}")}  # nosec B608

    def files(self) -> Iterator[tuple[str, str]]:
        """Path below MEDIA_ROOT and SHA-256 of each file that a row names."""
        table = StoredFile._meta.db_table
        if table in self.tables:
            yield from self.ask(f"SELECT path, sha256 FROM {table} ORDER BY path")  # nosec B608


class Database(Protocol):
    """One kind of database, reached by Django's settings of it."""

    engine: str
    file: str

    def saved(self, to: Path) -> AbstractContextManager[State]:
        """Write all of it to `to`, and say within the block what was written there."""

    def check(self, file: Path) -> None:
        """Raise BackupFailed for a file of `saved` that is not whole."""

    def live(self) -> AbstractContextManager[State]:
        """What it says now; nothing where it is not there yet."""

    def put_back(self, file: Path) -> None:
        """Have it hold what `file` says and nothing else, or stay what it was."""


@dataclass(frozen=True)
class Site:
    """What a backup is of: the database, and the folder (MEDIA_ROOT) of the files."""

    database: Database
    media: Path
