"""SQLite's own backup, both ways: it copies under writes, and replaces all or nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from courseapp.backups.errors import BackupFailed
from courseapp.backups.state import State

WAITS_FOR = 30.0
"""Seconds for which a lock that somebody holds is waited for."""


class SQLite:
    """The file that Django's settings name."""

    engine = "sqlite"
    file = "database.sqlite3"

    def __init__(self, settings: dict[str, Any]) -> None:
        self.path = Path(settings["NAME"])

    @contextmanager
    def saved(self, to: Path) -> Iterator[State]:
        if not self.path.is_file():
            raise BackupFailed(f"There is no database at {self.path}: nothing to back up.")
        to.touch(mode=0o600)
        with _said(self.path), closing(_open(self.path)) as ours, closing(_open(to)) as copy:
            _copy(ours, copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            yield _state(copy)

    def check(self, file: Path) -> None:
        with _said(file), closing(_open(file, "ro")) as copy:
            faults = copy.execute("PRAGMA integrity_check").fetchall()
            if faults != [("ok",)]:
                raise BackupFailed(f"{file} is damaged: {faults[0][0]}")
            ((pages,),) = copy.execute("PRAGMA page_count")
            ((size,),) = copy.execute("PRAGMA page_size")
            if pages * size != file.stat().st_size:  # a lost end may hold nothing that shows
                raise BackupFailed(f"{file} is not as long as it says.")
            if broken := copy.execute("PRAGMA foreign_key_check").fetchall():
                raise BackupFailed(f"{file}: a row of {broken[0][0]} names one that is not there.")

    @contextmanager
    def live(self) -> Iterator[State]:
        if not self.path.is_file() or not self.path.stat().st_size:
            yield State(lambda sql: [], frozenset())
            return
        with _said(self.path), closing(_open(self.path)) as ours:
            yield _state(ours)

    def put_back(self, file: Path) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with (
            _said(self.path),
            closing(_open(file, "ro")) as copy,
            closing(_open(self.path, "rwc")) as ours,
        ):
            _copy(copy, ours)


def _open(path: Path, mode: str = "rw") -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAITS_FOR)


def _copy(source: sqlite3.Connection, to: sqlite3.Connection) -> None:
    # In one step, so that writers meanwhile do not make it begin again; a step that meets a lock
    # is repeated, and `progress` hears of each.
    until = time.monotonic() + WAITS_FOR

    def progress(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise BackupFailed(f"Somebody has held the database for {WAITS_FOR:.0f} s.")

    source.backup(to, pages=-1, progress=progress)


def _state(connection: sqlite3.Connection) -> State:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    named = ask("SELECT name FROM sqlite_master WHERE type = 'table'")
    return State(ask, frozenset(name for (name,) in named if not name.startswith("sqlite_")))


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Errors of the database in words for the operator."""
    try:
        yield
    except sqlite3.Error as error:
        raise BackupFailed(f"{path}: {error}.") from error
