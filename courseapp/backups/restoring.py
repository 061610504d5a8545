"""Putting a backup back: on a site that holds nothing, all of it or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courseapp.backups.errors import BackupFailed
from courseapp.backups.making import ABOUT, FORMAT, MEDIA
from courseapp.backups.sealed import check_seal, copy_file
from courseapp.backups.state import Site

_HIDDEN = ".rostrum-restoring"


@dataclass(frozen=True)
class Restored:
    """What was put back: when the backup was made (ISO, UTC), how many files, and the paths of
    those that were missing or damaged when it was made."""

    made_at: str
    files: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


def put_back(backup: Path, site: Site, *, known: Collection[tuple[str, str]]) -> Restored:
    """Have the empty `site` hold what the backup holds; `known` are the migrations of this code.

    Raises BackupFailed, the site being what it was, for a backup that is not whole, is of another
    kind of database or of a newer Rostrum, and for a site that holds something. What the backup
    lacks of later migrations is the caller's to do.
    """
    about = _read(backup, site, known)
    site.database.check(backup / site.database.file)
    _refuse_filled(site)
    with _said(backup), _files_in_place(backup / MEDIA, site.media) as count:
        site.database.put_back(backup / site.database.file)
    return Restored(about["made_at"], count, tuple(about["missing"]), tuple(about["damaged"]))


def _read(backup: Path, site: Site, known: Collection[tuple[str, str]]) -> dict[str, Any]:
    check_seal(backup)
    try:
        about: dict[str, Any] = json.loads((backup / ABOUT).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{backup} is no backup: it has no readable {ABOUT}.") from error
    if about.get("format") != FORMAT:
        raise BackupFailed(f"{backup} was made by another version of this command.")
    if about["database"] != site.database.engine:
        raise BackupFailed(
            f"{backup} is of {about['database']}, and DATABASE_URL names {site.database.engine}:"
            " a backup goes back into the kind of database that it came from."
        )
    if newer := sorted({(app, name) for app, name in about["migrations"]} - set(known)):
        app, name = newer[-1]
        raise BackupFailed(
            f"{backup} was made by a newer Rostrum (this one does not know {app}.{name})."
            " Upgrade first, then restore."
        )
    return about


def _refuse_filled(site: Site) -> None:
    with site.database.live() as state:
        filled = state.filled()
    if filled:
        named = ", ".join(filled[:5]) + (" and others" if len(filled) > 5 else "")
        raise BackupFailed(
            f"The site is not empty: {named} hold rows. A backup is put back on an empty site only;"
            " see “Backup and restore” in docs/operating.md for how to lay the present one aside."
        )
    killed_before = (site.media / _HIDDEN).exists()  # then it put them there
    if not killed_before and any(path.is_file() for path in (site.media / "work").rglob("*")):
        raise BackupFailed(f"The site is not empty: there are files in {site.media / 'work'}.")


@contextmanager
def _files_in_place(source: Path, media: Path) -> Iterator[int]:
    """The files in their place while the block puts the database back; when that fails, gone
    again. How many there are."""
    hidden = media / _HIDDEN
    media.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(mode=0o750)
    moved: list[Path] = []
    try:
        files = [path for path in source.rglob("*") if path.is_file()]
        for path in files:
            copy_file(path, hidden / path.relative_to(source))
        for folder in sorted(hidden.iterdir()):
            final = media / folder.name
            if final.exists():
                shutil.rmtree(final)  # it holds nothing of anybody
            moved.append(folder.rename(final))
        yield len(files)
    except BaseException:
        for final in moved:
            shutil.rmtree(final, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


@contextmanager
def _said(backup: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise BackupFailed(f"{backup} was not put back: {where}{error.strerror}.") from error
