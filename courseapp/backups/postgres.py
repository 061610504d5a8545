"""PostgreSQL's own programs: pg_dump of one snapshot, and psql in one transaction."""

from __future__ import annotations

import os
import subprocess  # nosec B404  # pg_dump and psql, with arguments of our own
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import Error
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient

from courseapp.backups.errors import BackupFailed
from courseapp.backups.state import State

WAITS_FOR = 30
"""Seconds for which a lock that somebody holds is waited for."""
_END = b"-- PostgreSQL database dump complete"
_EMPTY_IT = """
SET lock_timeout = '{}s';
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I.%I CASCADE', one.schemaname, one.tablename);
    END LOOP;
END $$;
"""
"""Tables of a version that is newer than the backup go too: the next upgrade makes them again."""


class PostgreSQL:
    """The database that Django's settings name."""

    engine = "postgresql"
    file = "database.sql"

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    @contextmanager
    def saved(self, to: Path) -> Iterator[State]:
        with self._reading() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            self._run(
                "pg_dump",
                *(
                    "--format=plain",
                    "--no-owner",
                    "--no-privileges",
                    f"--lock-wait-timeout={WAITS_FOR}s",
                ),
                *(f"--snapshot={snapshot}", f"--file={to}"),
            )
            yield _state(cursor)

    def check(self, file: Path) -> None:
        with file.open("rb") as dump:
            dump.seek(max(0, file.stat().st_size - 1000))
            if _END not in dump.read():
                raise BackupFailed(f"{file} does not end as a dump ends.")

    @contextmanager
    def live(self) -> Iterator[State]:
        with self._reading() as cursor:
            yield _state(cursor)

    def put_back(self, file: Path) -> None:
        self._run(
            "psql",
            *("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"),
            *("--single-transaction", f"--command={_EMPTY_IT.format(WAITS_FOR)}", f"--file={file}"),
        )

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """A transaction that reads, and sees the same until it ends."""
        try:
            with closing(DatabaseWrapper(self.settings)) as ours, ours.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield cursor
        except Error as error:
            raise BackupFailed(str(error).strip()) from error

    def _run(self, program: str, *options: str) -> None:
        """Run it; the password goes by the environment, which other users cannot read."""
        reach, env = DatabaseClient.settings_to_cmd_args_env(self.settings, [])
        try:
            done = subprocess.run(  # noqa: S603,RUF100  # nosec B603
                [program, *options, *reach[1:]],
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                umask=0o077,
                check=False,
            )
        except FileNotFoundError as error:
            raise BackupFailed(
                f"{program} is not installed here: install PostgreSQL's client (Debian's"
                " postgresql-client), of the server's version or later."
            ) from error
        if done.returncode:
            raise BackupFailed(f"{program} failed: {done.stderr.strip() or done.returncode}")


def _state(cursor: Any) -> State:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    named = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return State(ask, frozenset(name for (name,) in named))
