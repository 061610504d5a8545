"""The body of a request while it arrives: its beginning in memory, more of it in a file."""

from __future__ import annotations

import io
import logging
from typing import IO

from submissions.uploading import NO_ROOM, nameless, write_whole

logger = logging.getLogger(__name__)

IN_MEMORY = 512 * 1024
TOO_LARGE = "too large"


class Body:
    """Holds what arrives, up to `limit` bytes; what is more is received and thrown away.

    A client that is not heard to its end would find its connection reset instead of an answer.
    The file has no name, so nothing of it is left when the process dies. `lost` says why the
    body is not whole: TOO_LARGE, NO_ROOM, or nothing; then the first IN_MEMORY bytes remain, in
    which a form has the texts that stand before its file.
    """

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self.received = 0
        self.lost = ""
        self._head = io.BytesIO()
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self._head.getbuffer().nbytes if self._file is None else self.received

    def append(self, data: bytes) -> None:
        """Take the next piece."""
        self.received += len(data)
        if self.lost:
            return
        if self.received > self.limit:
            self._lose(TOO_LARGE)
        elif self._file is None and self.received <= IN_MEMORY:
            self._head.write(data)
        else:
            try:
                self._write(data)
            except OSError as error:
                logger.error("The body of a request could not be kept: %s", error)
                self._lose(NO_ROOM)

    def _write(self, data: bytes) -> None:
        if self._file is None:
            self._file = nameless()
            data = self._head.getvalue() + data
        write_whole(self._file, data)

    def _lose(self, why: str) -> None:
        self.lost = why
        if self._file is not None:
            self._file.close()
            self._file = None

    def getfile(self) -> IO[bytes]:
        """What there is, from its beginning."""
        file = self._head if self._file is None else self._file
        file.seek(0)
        return file

    def close(self) -> None:
        """Let go of it."""
        if self._file is not None:
            self._file.close()
