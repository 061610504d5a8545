"""Uploads: what is refused before it is kept, in bounded time and memory."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from submissions import files
from submissions.errors import FileRefused, StorageFull
from submissions.files import kept
from submissions.inspection import Kind
from tests.submissions import damage, uploads

MB = 1024 * 1024


def keep(upload, kind):
    with kept(upload, kind=kind) as file:
        return file


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("talk.ppt", uploads.pptx_bytes(), "“talk.ppt” is not a .pptx file."),
        ("talk.pdf", uploads.pdf_bytes(), "“talk.pdf” is not a .pptx file."),
        ("talk.pptx", uploads.pdf_bytes(), "“talk.pptx” is not a PowerPoint presentation inside"),
        ("talk.pptx", uploads.pptx_bytes()[:-30], "“talk.pptx” cannot be opened."),
        ("talk.pptx", uploads.zipped(damage.word_inside()), "not a PowerPoint presentation"),
        ("talk.pptx", uploads.pptx_bytes(slides=0), "“talk.pptx” has no slides."),
        ("talk.pptx", b"", "“talk.pptx” is empty."),
    ],
)
def test_what_is_no_presentation_is_refused_by_name(name, content, words):
    with pytest.raises(FileRefused) as caught:
        keep(uploads.pptx(name, content), Kind.PPTX)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ours.docx", uploads.pdf_bytes(), "“ours.docx” is not a .pdf file."),
        ("ours.pdf", uploads.pptx_bytes(), "“ours.pdf” is not a PDF inside"),
        ("ours.pdf", b"%PDF-1.7\nand nothing more", "“ours.pdf” cannot be opened."),
        ("ours.pdf", uploads.pdf_bytes(pages=0), "“ours.pdf” cannot be opened."),
        ("ours.pdf", uploads.pdf_bytes(password="hush"), "“ours.pdf” is protected"),
    ],
)
def test_what_is_no_pdf_is_refused_by_name(name, content, words):
    with pytest.raises(FileRefused) as caught:
        keep(uploads.pdf(name, content), Kind.PDF)
    assert words in str(caught.value)


def test_file_over_the_limit_is_refused(settings):
    settings.UPLOAD_MAX_MB = 1
    content = uploads.pptx_bytes(parts={"ppt/media/noise.bin": os.urandom(MB)})
    with pytest.raises(FileRefused, match="larger than the 1 MB"):
        keep(uploads.pptx(content=content), Kind.PPTX)


def test_refused_file_leaves_nothing_on_the_disk(settings):
    with pytest.raises(FileRefused):
        keep(uploads.pptx(content=b"PK"), Kind.PPTX)
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_path_holds_nothing_of_the_senders_name():
    file = keep(uploads.pptx("../../Ours & theirs.pptx"), Kind.PPTX)
    assert file.name == "Ours & theirs.pptx"
    parts = Path(file.path).parts
    assert (parts[0], parts[1], len(parts[2]), len(parts)) == ("work", parts[2][:2], 32, 3)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_is_said_and_leaves_nothing(settings, monkeypatch, number):
    def full(handle):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(StorageFull):
        keep(uploads.pptx(), Kind.PPTX)
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_file_is_synced_before_it_has_its_name_and_its_folder_after(monkeypatch):
    seen = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(files.os, "fsync", lambda handle: (seen.append("sync"), sync(handle)))
    monkeypatch.setattr(
        Path, "replace", lambda self, to: (seen.append("rename"), replace(self, to))[1]
    )
    monkeypatch.setattr(files, "_folder", lambda *parts: _made(files.absolute("/".join(parts))))
    keep(uploads.pptx(), Kind.PPTX)
    assert seen == ["sync", "rename", "sync"]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_upload_with_the_type_of_another_kind_is_judged_by_its_content():
    upload = SimpleUploadedFile("talk.pptx", uploads.pptx_bytes(), content_type="text/html")
    assert keep(upload, Kind.PPTX).content_type == Kind.PPTX.content_type
