"""A folder whose every file has its hash in `SHA256SUMS`, so that what is missing, changed or
added shows."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from courseapp.backups.errors import BackupFailed

SUMS = "SHA256SUMS"
_CHUNK = 1024 * 1024


def copy_file(source: Path, to: Path) -> str:
    """Copy onto the disk, for the owner alone; returns the SHA-256 of what was read."""
    _make_folder(to.parent)
    digest = hashlib.sha256()
    with source.open("rb") as old, open(to, "xb", opener=_private) as new:
        while chunk := old.read(_CHUNK):
            digest.update(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    return digest.hexdigest()


def write_file(text: str, to: Path) -> None:
    """Write the text onto the disk, for the owner alone."""
    with open(to, "x", encoding="utf-8", opener=_private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def hash_of(path: Path) -> str:
    """The SHA-256 of a file as it lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path, known: Mapping[str, str]) -> None:
    """Name each file of the folder with its hash: the `known` one, where it was copied."""
    names = sorted(set(_names(folder)))
    lines = [f"{known.get(name) or hash_of(folder / name)}  {name}\n" for name in names]
    write_file("".join(lines), folder / SUMS)


def check_seal(folder: Path) -> None:
    """Raise BackupFailed, naming the first few, unless all files are as they were sealed."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"{folder} is no backup: it has no readable {SUMS}.") from error
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = set(_names(folder)) - {SUMS}
    faults = [f"{name} is missing" for name in sorted(sums.keys() - there)]
    faults += [f"{name} is not named by {SUMS}" for name in sorted(there - sums.keys())]
    faults += [
        f"{name} was changed"
        for name in sorted(there & sums.keys())
        if hash_of(folder / name) != sums[name]
    ]
    if faults or not sums:
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        said = "; ".join(faults[:3]) or f"{SUMS} names nothing"
        raise BackupFailed(f"{folder} is not whole: {said}{more}.")


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            yield str(path.relative_to(folder))
        elif not stat.S_ISDIR(mode):
            raise BackupFailed(f"{path} is neither a file nor a folder.")


def _make_folder(folder: Path) -> None:
    # Path.mkdir gives its mode to the last one alone.
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
