"""Whether a PDF opens for everybody, and how many pages it has."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import IO

from pypdf import PasswordType, PdfReader, apply_configuration
from pypdf.generic import DictionaryObject

from submissions.inspectors import Unfit

HEADER_WITHIN = 1024  # bytes; what stands before it is not the PDF's, and readers skip it
END_WITHIN = 64 * 1024  # bytes; pypdf looks for the end line by line, through all of a file
DEEPEST_TREE = 10_000
# A file that ends so has no table of its objects, and pypdf looks for them all as readers do.
_NO_TABLE = b"\nstartxref\n0\n%%EOF\n"

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it remarks on all that it mends


def count_pages(path: str) -> int:
    """The number of pages, one at least. Raises Unfit for what does not open without a password.

    One that only its owner's password locks opens for everybody. Where the table of objects is
    damaged, or counted from another byte, it is made anew as readers do.
    """
    with Path(path).open("rb") as file, apply_configuration(page_tree_maximum_depth=DEEPEST_TREE):
        start = file.read(HEADER_WITHIN + 4).find(b"%PDF-")
        if start < 0:
            raise Unfit("not_pdf")
        pages = 0
        file.seek(-min(END_WITHIN, file.seek(0, io.SEEK_END)), io.SEEK_END)
        if b"%%EOF" in file.read():
            pages = _pages(io.BufferedReader(_From(path, start)))
        if not pages:
            file.seek(start)
            pages = _pages(io.BytesIO(file.read() + _NO_TABLE))
        if not pages:
            raise Unfit("broken")
        return pages


class _From(io.FileIO):
    """A file whose first byte is the one at `start`: the table counts from the header."""

    def __init__(self, path: str, start: int) -> None:
        super().__init__(path)
        self._start = start

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET:
            offset += self._start
        return super().seek(offset, whence) - self._start

    def tell(self) -> int:
        return super().tell() - self._start


def _pages(file: IO[bytes]) -> int:
    """The number of pages that are found; 0 where the file cannot be read."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            if not _locks_attachments_alone(reader):
                raise Unfit("encrypted")
            file.seek(0)
            return _pages(io.BytesIO(file.read().replace(b"/Encrypt", b"/Ignored")))
        return len(reader.pages)
    except NotImplementedError as error:
        raise Unfit("encrypted") from error  # by a certificate, or in a way of its own
    except (Unfit, MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001
        return 0  # whatever the parser trips over, the file is broken


def _locks_attachments_alone(reader: PdfReader) -> bool:
    """Whether what is locked is neither a stream nor a string, so that every page is readable."""
    how = reader.trailer["/Encrypt"]
    if not isinstance(how, DictionaryObject) or "/CF" not in how:
        return False
    return {how.get("/StmF"), how.get("/StrF")} <= {"/Identity", None}
