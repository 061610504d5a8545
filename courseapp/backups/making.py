"""Making a backup: under a hidden name, checked, and only then under its own."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from courseapp.backups.errors import BackupFailed
from courseapp.backups.sealed import SUMS, check_seal, copy_file, seal, write_file
from courseapp.backups.state import Site, State

ABOUT = "about.json"
MEDIA = "media"
FORMAT = 1
_NAME = re.compile(r"rostrum-\d{4}-\d\d-\d\d-\d{6}Z")


@dataclass(frozen=True)
class Backup:
    """One that was made: its folder, how many files it holds, and the paths below MEDIA_ROOT of
    files that a row names but that were not there, or not what their row says."""

    folder: Path
    files: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


def make_backup(site: Site, target: Path, *, at: datetime, keep: int | None = None) -> Backup:
    """Make a backup in a new folder below `target`, named by the instant `at` in UTC.

    With `keep`, the oldest ones beyond that many are removed afterwards. Raises BackupFailed,
    leaving nothing behind, when there is nothing to back up, when another one is being made, or
    when it cannot be written or is not what was read.
    """
    name = f"rostrum-{at.astimezone(UTC):%Y-%m-%d-%H%M%SZ}"
    with _said(target), _alone(target, outside=site.media):
        if (target / name).exists():
            raise BackupFailed(f"{target / name} is there already.")
        hidden = target / f".{name}"
        try:
            hidden.mkdir(mode=0o700)
            missing, damaged, count = _fill(hidden, site, at)
            check_seal(hidden)
            site.database.check(hidden / site.database.file)
            _settle(hidden)
            hidden.rename(target / name)
            _sync(target)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
        if keep is not None:
            _remove_old(target, keep=keep)
    return Backup(target / name, count, tuple(missing), tuple(damaged))


def _fill(hidden: Path, site: Site, at: datetime) -> tuple[list[str], list[str], int]:
    # The database first: whatever file its rows name was in its place before the row was made.
    missing, damaged, known = [], [], {}
    with site.database.saved(hidden / site.database.file) as state:
        _refuse_empty(state)
        for path, sha256 in state.files():
            try:
                digest = copy_file(site.media / path, hidden / MEDIA / path)
            except FileNotFoundError:
                missing.append(path)
                continue
            known[f"{MEDIA}/{path}"] = digest
            if digest != sha256:
                damaged.append(path)
        about = {
            "format": FORMAT,
            "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "database": site.database.engine,
            "migrations": sorted(state.migrations()),
            "missing": missing,
            "damaged": damaged,
        }
    write_file(json.dumps(about, indent=1), hidden / ABOUT)
    seal(hidden, known)
    return missing, damaged, len(known)


def _refuse_empty(state: State) -> None:
    if not state.filled():
        raise BackupFailed(
            "The database holds no person and no course: nothing to back up. Do DATABASE_URL and"
            " DATA_DIR name the site's?"
        )


def complete_backups(target: Path) -> list[Path]:
    """The backups in `target`, oldest first."""
    return sorted(
        path
        for path in target.iterdir()
        if _NAME.fullmatch(path.name) and (path / SUMS).is_file() and (path / ABOUT).is_file()
    )


def _remove_old(target: Path, *, keep: int) -> None:
    for old in complete_backups(target)[:-keep]:
        # First out of sight: one that is half removed must not be taken for a backup.
        hidden = old.rename(target / f".{old.name}")
        shutil.rmtree(hidden)


@contextmanager
def _alone(target: Path, *, outside: Path) -> Iterator[None]:
    """Hold the target for one backup at a time, rid of what a killed one left."""
    if target.resolve().is_relative_to(outside.resolve()):
        raise BackupFailed(f"{target} lies among the uploads. Take a folder elsewhere.")
    target.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(target / ".rostrum.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"Another backup is being made in {target}.") from None
        for left in target.glob(".rostrum-*Z"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(lock)


@contextmanager
def _said(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise BackupFailed(f"No backup in {target}: {where}{error.strerror}.") from error


def _settle(folder: Path) -> None:
    """Have the names in all folders on the disk; the files themselves are."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() or path.name.startswith("database."):
            _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
