"""Receiving files: their names come as they were sent.

Django's own reading of a form turns `&amp;` in a name into `&`, and drops the blanks and joiners
that it cannot print; a name that is cleaned once, by our own rule, keeps them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from submissions.names import clean_name

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict


def incoming() -> Path:
    """Where what arrives is kept until it is whole: on the disk of its final place."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


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


class _Parser(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str:
        return clean_name(file_name)
