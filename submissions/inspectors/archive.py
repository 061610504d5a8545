"""The zip around a presentation: each part is read to its end, so that its checksum is known.

Sizes that an archive declares are promises; what is read is never more than they say.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from submissions.inspectors import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

MAX_PARTS = 5000
MAX_UNPACKED = 300 * 1024 * 1024
CHUNK = 64 * 1024
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # no other may be in a presentation

_LOCAL = struct.Struct("<4s2xHH4xLLLHH")  # of an entry's own header: what the directory repeats
_SIZES_FOLLOW, _ENCRYPTED, _ZIP64 = 0x8, 0x1, 0xFFFFFFFF

# What zipfile may raise over damage.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
)

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_REASONS = {"EncryptedPackage": "encrypted", "PowerPoint Document": "old_ppt"}


@contextmanager
def opened(path: str) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`, its directory checked.

    Raises Unfit, within the block too: for whatever turns out to be damaged there.
    """
    with Path(path).open("rb") as file:
        head = file.read(len(_COMPOUND))
        if head == _COMPOUND:
            raise Unfit(_reason_of_compound(file))
        if not head.startswith(b"PK"):  # behind other bytes an archive opens, but not in PowerPoint
            raise Unfit("not_pptx" if head.startswith(b"%PDF-") else "broken")
        try:
            with zipfile.ZipFile(file) as archive:
                _check(archive, file)
                yield archive
        except _DAMAGE as error:
            raise Unfit("broken") from error


def read(archive: zipfile.ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    """The content of one part, piece by piece. Raises BadZipFile at the end of a damaged one."""
    size = 0
    with archive.open(entry) as part:
        while piece := part.read(CHUNK):
            size += len(piece)
            yield piece
    if size != entry.file_size:
        raise zipfile.BadZipFile("shorter than declared")


def _reason_of_compound(file: IO[bytes]) -> str:
    """What an OLE file is: one locked with a password, an old presentation, or another thing.

    The names of its streams begin at multiples of 128 bytes, so no piece cuts one in two.
    """
    file.seek(0)
    while piece := file.read(CHUNK):
        for name, reason in _OLD_REASONS.items():
            if name.encode("utf-16-le") in piece:
                return reason
    return "not_pptx"


def _check(archive: zipfile.ZipFile, file: IO[bytes]) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        raise Unfit("too_many")
    if any(_is_unsafe(entry.orig_filename) for entry in entries):
        raise Unfit("unsafe_names")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Unfit("encrypted")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unfit("bomb")
    if any(entry.compress_type not in METHODS for entry in entries):
        raise Unfit("broken")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Unfit("broken")  # which of the two is meant, each reader decides for itself
    free_from = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < free_from:
            raise Unfit("bomb")  # one content behind several names
        free_from = _end_of(entry, file)


def _is_unsafe(name: str) -> bool:
    parts = name.split("/")
    return (
        name.startswith("/")
        or not name.isprintable()
        or "\\" in name
        or ":" in parts[0]
        or not {".", ".."}.isdisjoint(parts)
    )


def _end_of(entry: ZipInfo, file: IO[bytes]) -> int:
    """Where the entry's content ends; raises Unfit where its own header contradicts this."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL.size)
    _, flags, method, crc, packed, size, name_length, extra_length = _LOCAL.unpack(header)
    told = (crc, packed, size)
    if method != entry.compress_type or (
        not flags & _SIZES_FOLLOW
        and _ZIP64 not in told
        and told != (entry.CRC, entry.compress_size, entry.file_size)
    ):
        raise Unfit("broken")
    return file.tell() + name_length + extra_length + entry.compress_size
