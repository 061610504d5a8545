"""Tiny real files, and files made to do harm."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

_TYPES = (
    '<?xml version="1.0"?><Types xmlns='
    '"http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
_PRESENTATION = (
    '<?xml version="1.0"?><p:presentation xmlns:p='
    '"http://schemas.openxmlformats.org/presentationml/2006/main"/>'
)


def pptx_bytes(*, parts: dict[str, bytes] | None = None, needed: bool = True) -> bytes:
    """A presentation with these parts besides the two that every one has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if needed:
            archive.writestr("[Content_Types].xml", _TYPES)
            archive.writestr("ppt/presentation.xml", _PRESENTATION)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf_bytes(*, pages: int = 1, password: str = "") -> bytes:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(612, 792)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pptx(name: str = "talk.pptx", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload of slides."""
    return SimpleUploadedFile(name, pptx_bytes() if content is None else content)


def pdf(name: str = "summary.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload of a PDF."""
    return SimpleUploadedFile(name, pdf_bytes() if content is None else content)
