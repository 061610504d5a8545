"""Receiving files: their names come as they were sent, and they wait beside their final place.

Django's own reading of a form turns `&amp;` in a name into `&`, and drops the blanks and joiners
that it cannot print; a name that is cleaned once, by our own rule, keeps them.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from submissions.names import clean_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

logger = logging.getLogger(__name__)

LOST = "rostrum.lost"
"""The key of a request's META that says why its body is not whole, or holds nothing."""
NO_ROOM = "no room"


def incoming() -> Path:
    """Where what arrives is kept until it is whole: on the disk of its final place."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def nameless() -> IO[bytes]:
    """A new file there, of which nothing is left once it is closed or the process dies.

    Unbuffered: a full disk is heard of when it is written (`write_whole`), and not again.
    """
    return tempfile.TemporaryFile(dir=incoming(), buffering=0)


def write_whole(file: IO[bytes], data: bytes) -> None:
    """Write all of `data`: a disk that fills takes a part of it first."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


class NamesAsSent(FileUploadHandler):
    """Has the form read by a parser that cleans names by our rule; the other handlers do the rest.

    The first of `FILE_UPLOAD_HANDLERS`.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict]:
        """The form's fields and files."""
        assert self.request is not None  # nosec B101  # Django makes it with one
        others = [one for one in self.request.upload_handlers if one is not self]
        return _Parser(META, input_data, others, encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on; never called, since others read the form."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing."""


class BesideItsPlace(FileUploadHandler):
    """Keeps files that are too large for memory in `incoming()`, not in the system's folder.

    Where there is no room the request is marked as LOST and the rest of it is read all the
    same: what was typed in the fields behind the file is given back too.
    """

    file: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file of the form."""
        super().new_file(*args, **kwargs)
        with self._room():
            self.file = nameless()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write the next piece of it."""
        if self.file is not None:
            with self._room():
                write_whole(self.file, raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The whole file, or nothing."""
        if self.file is None:
            return None
        whole, self.file = self.file, None
        whole.seek(0)
        return UploadedFile(
            whole,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """Let go of a file that does not come to its end."""
        self._let_go()

    def _let_go(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            logger.error("A file that arrived could not be kept: %s", error)
            self._let_go()
            assert self.request is not None  # nosec B101  # Django makes it with one
            self.request.META[LOST] = NO_ROOM


class _Parser(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str:
        return clean_name(file_name)
