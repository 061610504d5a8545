"""Keeping uploaded files: written whole and durable before any row says that they are there.

A file without a row is harmless (a crash between the two leaves one); a row without its file
cannot come to be, since a file that a row may name is never removed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from courses.errors import Refused
from courses.faults import NO_ROOM
from schedule.deadlines import DeadlinePassed, NotOpenYet
from submissions.errors import FileRefused, StorageFull
from submissions.inspection import Kind, check_suffix, inspect
from submissions.models import StoredFile
from submissions.names import clean_name
from submissions.uploading import incoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from submissions.models import Receipt

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is on the disk for good, and has no row yet. `path` is below MEDIA_ROOT;
    `pages` are those of a PDF, else 0."""

    path: str
    name: str
    content_type: str
    size: int
    sha256: str
    pages: int = 0

    def store(self, at: datetime) -> StoredFile:
        """The row for it, within the caller's transaction."""
        return StoredFile.objects.create(
            path=self.path,
            name=self.name,
            content_type=self.content_type,
            size=self.size,
            sha256=self.sha256,
            pages=self.pages or None,
            stored_at=at,
        )


class Repeated(Exception):
    """The key already has `receipt`: raised inside `kept`, so that the second file goes again."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        super().__init__(str(receipt))


# What our own code raises inside the block, and so before its transaction could be committed.
_REFUSALS = (Refused, DeadlinePassed, NotOpenYet, Repeated)


def is_same(upload: UploadedFile, stored: StoredFile) -> bool:
    """Whether the upload holds, byte for byte, what is stored."""
    if upload.size != stored.size:
        return False
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest() == stored.sha256


def absolute(path: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.MEDIA_ROOT) / path


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folder(*parts: str) -> Path:
    """This folder below MEDIA_ROOT, made durably with those above it where they are missing."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        folder = folder / part
        if not folder.is_dir():
            folder.mkdir(mode=0o750, exist_ok=True)
            _sync_folder(folder.parent)
    return folder


def _stream(upload: UploadedFile, to: Path, *, name: str, most_mb: int) -> tuple[int, str]:
    """Copy the upload to `to` and onto the disk; returns its size and SHA-256."""
    limit = most_mb * 1024 * 1024
    digest, size = hashlib.sha256(), 0
    with to.open("xb") as file:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > limit:
                raise FileRefused(f"“{name}” is larger than the {most_mb} MB that are allowed.")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise FileRefused(f"“{name}” is empty. Choose the right file.")
    return size, digest.hexdigest()


@contextmanager
def kept(upload: UploadedFile, *, kind: Kind, most_mb: int | None = None) -> Iterator[KeptFile]:
    """Keep the upload while the block makes its row. `most_mb` is less than the site takes.

    When the block refuses, the file is removed: then COMMIT was never sent. After any other
    error it stays, since a row may name it: that a database did not answer to COMMIT does not
    mean that it did not commit. Raises FileRefused for what is not a safe file of this kind,
    StorageFull when there is no room. Hold no transaction around it: copying and looking take
    their time.
    """
    name = clean_name(upload.name or "")
    check_suffix(name, kind)
    unique = uuid.uuid4().hex
    path = f"work/{unique[:2]}/{unique}"
    size, sha256, pages = _place(upload, path, name=name, kind=kind, most_mb=most_mb)
    try:
        yield KeptFile(path, name, kind.content_type, size, sha256, pages)
    except _REFUSALS:
        absolute(path).unlink(missing_ok=True)
        raise


def put_back(stored: StoredFile, upload: UploadedFile) -> None:
    """Store the upload, byte for byte what `stored` was, again where its file is not whole.

    So a receipt that is given again is true again. Raises StorageFull when there is no room.
    """
    final = absolute(stored.path)
    if final.is_file() and final.stat().st_size == stored.size:
        return
    logger.error("The file of row %d was not there; it came once more and is stored", stored.pk)
    _place(upload, stored.path, name=stored.name, kind=None)


def _place(
    upload: UploadedFile, path: str, *, name: str, kind: Kind | None, most_mb: int | None = None
) -> tuple[int, str, int]:
    """Put the upload at `path` for good, once it has been looked into if it is said to be of a
    `kind`; returns its size, its SHA-256 and its pages. Leaves nothing behind when it fails."""
    pages = 0
    temporary: Path | None = None
    final = absolute(path)
    try:
        temporary = incoming() / uuid.uuid4().hex
        limit = min(settings.UPLOAD_MAX_MB, most_mb or settings.UPLOAD_MAX_MB)
        size, sha256 = _stream(upload, temporary, name=name, most_mb=limit)
        if kind is not None:
            pages = inspect(temporary, name=name, kind=kind)
        folder = _folder(*Path(path).parent.parts)
        temporary.replace(final)
        _sync_folder(folder)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if kind is not None:
            final.unlink(missing_ok=True)  # no row can name it yet
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise StorageFull from error
        raise
    return size, sha256, pages
