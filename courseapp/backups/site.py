"""The site that the settings describe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from courseapp.backups.errors import BackupFailed
from courseapp.backups.postgres import PostgreSQL
from courseapp.backups.sqlite import SQLite
from courseapp.backups.state import Database, Site

DATABASES: dict[str, Callable[[dict[str, Any]], Database]] = {
    "sqlite": SQLite,
    "postgresql": PostgreSQL,
}


def this_site() -> Site:
    """Database and files of the settings; raises BackupFailed for a database of another kind."""
    try:
        kind = DATABASES[connection.vendor]
    except KeyError:
        raise BackupFailed(f"{connection.vendor} cannot be backed up by this command.") from None
    return Site(kind(connection.settings_dict), Path(settings.MEDIA_ROOT))
