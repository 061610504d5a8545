"""Files that nobody needs: of processes that died half-way, and of hand-ins that failed."""

from __future__ import annotations

import contextlib
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from submissions.models import StoredFile
from submissions.uploading import incoming

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

OLD_AFTER = timedelta(days=1)
"""An upload takes an hour at most; what is older than this has been given up."""
_CHUNK = 500


def old_in_incoming(*, at: datetime) -> list[Path]:
    """Files that began to arrive a day or more before `at` and never came to their place."""
    return [path for path in incoming().iterdir() if _is_old(path, at)]


def remove_leftovers(*, at: datetime) -> int:
    """Remove files that are a day old at `at` and that no row names; returns how many.

    Where the database knows none of the files that lie there it is not theirs: then all stay.
    """
    gone = sum(_remove(path) for path in old_in_incoming(at=at))
    unowned, is_theirs = [], False
    for paths in _in_chunks(_old_work(at)):
        named = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        is_theirs = is_theirs or bool(named)
        unowned += [path for path in paths if path not in named]
    if unowned and not is_theirs and not StoredFile.objects.exists():
        logger.error("The database names none of %d stored files; they are kept", len(unowned))
    else:
        gone += sum(_remove(Path(settings.MEDIA_ROOT) / path) for path in unowned)
    if gone:
        logger.info("Removed %d files that nothing names", gone)
    return gone


def _old_work(at: datetime) -> Iterator[str]:
    root = Path(settings.MEDIA_ROOT)
    for path in (root / "work").rglob("*"):
        if path.is_file() and _is_old(path, at):
            yield str(path.relative_to(root))


def _is_old(path: Path, at: datetime) -> bool:
    with contextlib.suppress(FileNotFoundError):  # it came to its place meanwhile
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return path.is_file() and at - changed >= OLD_AFTER
    return False


def _in_chunks(paths: Iterator[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for path in paths:
        chunk.append(path)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _remove(path: Path) -> int:
    try:
        path.unlink()
    except OSError as error:
        logger.warning("A file that nothing names cannot be removed: %s", error)
        return 0
    return 1
