"""Uploads: what is refused before it is kept, in bounded time and memory."""

from __future__ import annotations

import errno
import json
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from submissions import files, inspection, inspection_child
from submissions.errors import FileRefused, StorageFull
from submissions.files import NAME_LENGTH, clean_name, kept
from submissions.inspection import Kind
from tests.submissions import uploads

MB = 1024 * 1024


def bomb_by_ratio() -> bytes:
    """A third of a megabyte that unpacks to 320."""
    return uploads.pptx_bytes(parts={f"ppt/media/{n}.bin": bytes(80 * MB) for n in range(4)})


def bomb_by_entries() -> bytes:
    return uploads.pptx_bytes(parts={f"ppt/slides/{n}.xml": b"" for n in range(6000)})


def lying_directory() -> bytes:
    """A directory that declares 60,000 entries of 4 GB each, overlapping one another."""
    entry = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 8, 0, 0, 0, 1000, 0xFFFFFFF0,
        5, 0, 0, 0, 0, 0, 0,
    ) + b"a.xml"  # fmt: skip
    directory = entry * 60_000
    return (
        b"PK\x03\x04" + bytes(40) + directory
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(directory), 44, 0)
    )  # fmt: skip


def pdf_bomb() -> bytes:
    """A PDF whose objects lie in a stream that unpacks to 600 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MB)) for _ in range(600)) + packer.flush()
    body = b"%PDF-1.5\n"
    start = len(body)
    body += (
        b"1 0 obj\n<< /Type /XRef /Size 3 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length "
        + str(len(packed)).encode() + b" >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    )  # fmt: skip
    return body + b"startxref\n" + str(start).encode() + b"\n%%EOF\n"


def recursive_pdf() -> bytes:
    """A page tree that contains itself."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9999999 >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 3\n0000000000 65535 f \n"
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"trailer << /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


HARMFUL = {
    "ratio.pptx": bomb_by_ratio,
    "entries.pptx": bomb_by_entries,
    "lying.pptx": lying_directory,
    "bomb.pdf": pdf_bomb,
    "recursive.pdf": recursive_pdf,
}


# A process counts what its parent held before it began, so a small one stands in between.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stdout.buffer.write(done.stdout.strip() + b"\\n%d" % used)
"""


@pytest.mark.parametrize("name", HARMFUL)
def test_bomb_is_refused_in_little_time_and_memory(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(HARMFUL[name]())
    before = time.monotonic()
    inspector = [sys.executable, "-I", inspection_child.__file__, path.suffix[1:], str(path)]
    measured = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, *inspector], capture_output=True, check=True
    )
    assert time.monotonic() - before < 5
    answer, _, kibibytes = measured.stdout.rpartition(b"\n")
    assert int(kibibytes) < 256 * 1024
    if answer:  # a process that ends by its limits says nothing, and that is a refusal too
        assert json.loads(answer)["ok"] is False
    with pytest.raises(FileRefused) as caught:
        inspection.inspect(path, name=name, kind=Kind[path.suffix[1:].upper()])
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "part",
    ["../up.xml", "ppt/../../up.xml", "/etc/passwd", "..\\up.xml", "C:/up.xml", "ppt\\x.xml"],
)
def test_part_with_an_unsafe_name_is_refused(part):
    content = uploads.pptx_bytes(parts={part: b"x"})
    with pytest.raises(FileRefused, match="holds parts with unsafe names"):
        keep(uploads.pptx(content=content), Kind.PPTX)


def keep(upload, kind):
    with kept(upload, kind=kind) as file:
        return file


def encrypted_zip() -> bytes:
    content = bytearray(uploads.pptx_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("talk.ppt", uploads.pptx_bytes(), "“talk.ppt” is not a .pptx file."),
        ("talk.pdf", uploads.pdf_bytes(), "“talk.pdf” is not a .pptx file."),
        ("talk.pptx", uploads.pdf_bytes(), "“talk.pptx” cannot be opened."),
        ("talk.pptx", uploads.pptx_bytes()[:-30], "“talk.pptx” cannot be opened."),
        ("talk.pptx", uploads.pptx_bytes(needed=False, parts={"a.txt": b"x"}), "not a PowerPoint"),
        ("talk.pptx", encrypted_zip(), "“talk.pptx” is protected with a password."),
        (
            "talk.pptx",
            uploads.pptx_bytes(parts={"ppt/vbaProject.bin": b"x"}),
            "“talk.pptx” contains macros.",
        ),
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


def test_pages_of_a_pdf_are_counted(tmp_path):
    path = tmp_path / "three.pdf"
    path.write_bytes(uploads.pdf_bytes(pages=3))
    assert inspection.inspect(path, name="three.pdf", kind=Kind.PDF) == 3


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


@pytest.mark.parametrize(
    ("sent", "cleaned"),
    [
        ("talk.pptx", "talk.pptx"),
        ("C:\\Users\\me\\talk.pptx", "talk.pptx"),
        ("a/b/../talk.pptx", "talk.pptx"),
        ("talk\u202extpp.exe.pptx", "talkxtpp.exe.pptx"),
        ("ta\r\nlk\x00.pptx", "ta lk.pptx"),
        ("..", "file"),
        ("", "file"),
        ("Vortrag – Größe.pptx", "Vortrag – Größe.pptx"),
        ("x" * 300 + ".pptx", "x" * (NAME_LENGTH - 5) + ".pptx"),
    ],
)
def test_name_is_cleaned(sent, cleaned):
    assert clean_name(sent) == cleaned


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe(sent):
    name = clean_name(sent)
    assert 1 <= len(name) <= NAME_LENGTH
    assert not set(name) & set('/\\"\r\n\x00\u202e\u2066')
    assert name == name.strip()
    assert not name.startswith(".")


def test_inspection_that_says_nothing_refuses(monkeypatch, tmp_path):
    monkeypatch.setattr(inspection, "_CHILD", tmp_path / "missing.py")
    path = tmp_path / "talk.pptx"
    path.write_bytes(uploads.pptx_bytes())
    with pytest.raises(FileRefused):
        inspection.inspect(path, name="talk.pptx", kind=Kind.PPTX)


def test_upload_with_the_type_of_another_kind_is_judged_by_its_content():
    upload = SimpleUploadedFile("talk.pptx", uploads.pptx_bytes(), content_type="text/html")
    assert keep(upload, Kind.PPTX).content_type == Kind.PPTX.content_type
