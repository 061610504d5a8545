"""The zip around a presentation: each part is read to its end, and its checksum tried.

What an archive declares is a promise; whatever breaks one is damage, and nothing is read beyond.
"""

from __future__ import annotations

import stat
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
CHUNK = 1024 * 1024

# An entry's own header: what the directory says of it, once more.
_HEADER = struct.Struct("<4s2xHH4xLLLHH")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED, _SUMS_FOLLOW, _NAME_IN_UTF8 = 0x1, 0x8, 0x800
_ZIP64 = 0xFFFFFFFF

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {"EncryptedPackage": "encrypted", "PowerPoint Document": "old_ppt"}

# What zipfile and zlib may raise over damage.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
)


@contextmanager
def opened(path: str) -> Iterator[Archive]:
    """The archive at `path`. Raises Unfit, within the block too: for damage that is met there."""
    with Path(path).open("rb") as file:
        head = file.read(len(_COMPOUND))
        if head == _COMPOUND:
            raise Unfit(_reason_of_compound(file))
        if not head.startswith(b"PK"):  # behind other bytes an archive opens, but not in PowerPoint
            raise Unfit("not_pptx" if head.startswith(b"%PDF-") else "broken")
        try:
            yield Archive(file)
        except _DAMAGE as error:
            raise Unfit("broken") from error


class Archive:
    """An archive whose directory is safe to follow: `entries` are its parts, folders left out."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        with zipfile.ZipFile(file) as found:
            entries = found.infolist()
        _check(entries)
        free_from = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset < free_from:
                raise zipfile.BadZipFile  # one content behind several names, as in bombs
            free_from = self._start_of(entry) + entry.compress_size
        self.entries = [entry for entry in entries if not entry.is_dir()]

    def read(self, entry: ZipInfo) -> Iterator[bytes]:
        """The content of a part, piece by piece; raises BadZipFile before more than it declares,
        or at its end where this is not what it declares."""
        checksum = size = 0
        for piece in self._unpacked(entry):
            checksum = zlib.crc32(piece, checksum)
            size += len(piece)
            if size > entry.file_size:
                raise zipfile.BadZipFile
            yield piece
        if (size, checksum) != (entry.file_size, entry.CRC):
            raise zipfile.BadZipFile

    def _unpacked(self, entry: ZipInfo) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type else None
        self._file.seek(self._start_of(entry))
        left = entry.compress_size
        while left:
            packed = self._file.read(min(CHUNK, left))
            if not packed:
                raise EOFError
            left -= len(packed)
            if unpacker is None:
                yield packed
                continue
            while (piece := unpacker.decompress(packed, CHUNK)) or unpacker.unconsumed_tail:
                yield piece
                packed = unpacker.unconsumed_tail
        if unpacker is not None and not unpacker.eof:
            raise EOFError

    def _start_of(self, entry: ZipInfo) -> int:
        """Where the packed content begins. Raises BadZipFile where the entry's own header says
        other things of it than the directory."""
        self._file.seek(entry.header_offset)
        header = _HEADER.unpack(self._file.read(_HEADER.size))
        signature, flags, method, *sums, name_length, extra_length = header
        name = entry.orig_filename.encode("utf-8" if entry.flag_bits & _NAME_IN_UTF8 else "cp437")
        if (signature, method) != (_SIGNATURE, entry.compress_type):
            raise zipfile.BadZipFile
        if self._file.read(name_length) != name:
            raise zipfile.BadZipFile
        repeats_sums = not flags & _SUMS_FOLLOW and _ZIP64 not in sums
        if repeats_sums and sums != [entry.CRC, entry.compress_size, entry.file_size]:
            raise zipfile.BadZipFile
        return self._file.tell() + extra_length


def _check(entries: list[ZipInfo]) -> None:
    if len(entries) > MAX_PARTS:
        raise Unfit("too_many")
    if any(_is_unsafe(entry.orig_filename) or _is_link(entry) for entry in entries):
        raise Unfit("unsafe_names")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Unfit("encrypted")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unfit("bomb")
    if any(entry.compress_type not in {0, zipfile.ZIP_DEFLATED} for entry in entries):
        raise Unfit("broken")  # no other way of packing may be in a presentation
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise Unfit("broken")  # which of the two is meant, each reader decides for itself


def _is_link(entry: ZipInfo) -> bool:
    """Whether it would be unpacked as a link, behind which the next names lead elsewhere."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def _is_unsafe(name: str) -> bool:
    parts = name.split("/")
    return (
        name.startswith("/")
        or not name.isprintable()
        or "\\" in name
        or ":" in parts[0]
        or not {".", ".."}.isdisjoint(parts)
    )


def _reason_of_compound(file: IO[bytes]) -> str:
    """What an OLE file is: one locked with a password, an old presentation, or another thing.

    Its directory holds the names of its streams, at multiples of 128 bytes: no piece cuts one.
    """
    file.seek(0)
    while piece := file.read(CHUNK):
        for name, reason in _STREAMS.items():
            if name.encode("utf-16-le") in piece:
                return reason
    return "not_pptx"
