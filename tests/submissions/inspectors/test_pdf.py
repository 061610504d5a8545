"""Which PDFs are taken: those that readers open without a password, whoever made them."""

from __future__ import annotations

import io
import os
import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from submissions.inspectors import Unfit
from submissions.inspectors.pdf import HEADER_WITHIN, count_pages
from tests.submissions import uploads

WAYS = ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"]
quickly = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30
)


@pytest.fixture
def count(tmp_path):
    """`count(content)`: the number of pages, or the reason why it is not taken."""

    def look(content: bytes) -> int | str:
        path = tmp_path / "ours.pdf"
        path.write_bytes(content)
        try:
            return count_pages(str(path))
        except Unfit as unfit:
            return unfit.reason

    return look


def written(objects: list[bytes], *, header: bytes = b"%PDF-1.4\n", shift: int = 0) -> bytes:
    """A PDF of these objects, the first its catalogue; `shift` falsifies its table."""
    body, offsets = header, []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body) + shift)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body) + shift
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )


def tree(*, pages: int = 2, depth: int = 0, told: int | None = None) -> list[bytes]:
    """The objects of a document whose pages lie under `depth` further nodes."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count %d >>" % (3 + n, pages) for n in range(depth)]
    first = 3 + depth
    kids = b" ".join(b"%d 0 R" % (first + n) for n in range(pages))
    leaves = [b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % (first - 1)] * pages
    last = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages if told is None else told)
    return [b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, last, *leaves]


def in_streams(*, table_at: int | None = None) -> bytes:
    """A PDF whose objects lie in a stream, and whose table is one: all since PDF 1.5 may be so."""
    objects = tree()
    places, packed = [], b""
    for number, content in enumerate(objects, 1):
        places.append(b"%d %d" % (number, len(packed)))
        packed += content + b" "
    first = b" ".join(places) + b" "
    body = b"%PDF-1.5\n"
    holder, table = len(objects) + 1, len(objects) + 2
    data = zlib.compress(first + packed)
    at = len(body)
    body += (
        b"%d 0 obj\n<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\n"
        % (holder, len(objects), len(first), len(data))
        + b"stream\n" + data + b"\nendstream\nendobj\n"
    )  # fmt: skip
    rows = [(0, 0, 255)] + [(2, holder, n) for n in range(len(objects))]
    rows += [(1, at, 0), (1, len(body), 0)]
    data = zlib.compress(
        b"".join(bytes([k]) + a.to_bytes(4, "big") + bytes([b]) for k, a, b in rows)
    )
    place = len(body) if table_at is None else table_at
    body += (
        b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Root 1 0 R\n" % (table, len(rows))
        + b"/Filter /FlateDecode /Length %d >>\n" % len(data)
        + b"stream\n" + data + b"\nendstream\nendobj\n"
    )  # fmt: skip
    return body + b"startxref\n%d\n%%%%EOF\n" % place


def updated() -> bytes:
    """A page more, appended to a file as it stands."""
    writer = PdfWriter(io.BytesIO(written(tree())), incremental=True)
    writer.add_blank_page(9, 9)
    buffer = io.BytesIO()
    writer.write(buffer)
    content = buffer.getvalue()
    assert content.startswith(written(tree())[:100])
    return content


GOOD = {
    "as it should be": lambda: (2, written(tree())),
    "of pypdf": lambda: (2, uploads.pdf_bytes(pages=2)),
    "PDF 2.0": lambda: (2, written(tree(), header=b"%PDF-2.0\n")),
    "objects in streams": lambda: (2, in_streams()),
    "objects in streams, table lost": lambda: (2, in_streams(table_at=7)),
    "updated": lambda: (3, updated()),
    "no line end": lambda: (2, written(tree()).rstrip()),
    "more line ends": lambda: (2, written(tree()) + b"\r\n" * 9),
    "zeros behind": lambda: (2, written(tree()) + bytes(4096)),
    "a page of the web behind": lambda: (2, written(tree()) + b"<html>\n<p>Sent by us</p>\n" * 20),
    "another end behind": lambda: (2, written(tree()) + b"%%EOF\n"),
    "no end": lambda: (2, written(tree()).removesuffix(b"%%EOF\n")),
    "no table": lambda: (
        2,
        written(tree()).partition(b"xref\n")[0] + b"trailer\n<</Root 1 0 R>>\n",
    ),
    "table elsewhere": lambda: (2, written(tree(), shift=-3)),
    "table beyond": lambda: (2, written(tree(), shift=10**6)),
    "no pages told": lambda: (2, written(tree(told=0))),
    "too many pages told": lambda: (2, written(tree(told=9999))),
    "less than none told": lambda: (2, written(tree(told=-1))),
    "a deep tree": lambda: (2, written(tree(depth=3000))),
    "many pages": lambda: (3000, written(tree(pages=3000))),
}


@pytest.mark.parametrize("kind", GOOD)
def test_pdf_that_readers_open_is_taken_and_its_pages_counted(count, kind):
    pages, content = GOOD[kind]()
    assert count(content) == pages


@pytest.mark.parametrize("how", WAYS)
def test_password_of_the_owner_alone_locks_nobody_out(count, how):
    content = uploads.pdf_bytes(pages=2, owner="hush", how=how)
    assert PdfReader(io.BytesIO(content)).is_encrypted
    assert count(content) == 2


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("owner", ["", "hush too"])
def test_password_that_the_reader_needs_is_refused(count, how, owner):
    content = uploads.pdf_bytes(password="hush", owner=owner, how=how)
    assert count(content) == "encrypted"


def locked(streams: bytes, strings: bytes) -> bytes:
    """A PDF locked with a password, attachments always, and streams and strings as is said."""
    how = (
        b"<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <%s> /U <%s> /StmF %s /StrF %s\n"
        b"/EFF /StdCF /CF << /StdCF << /CFM /AESV2 /AuthEvent /EFOpen /Length 16 >> >> >>"
        % (b"41" * 32, b"42" * 32, streams, strings)
    )
    content = written([*tree(), how])
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R /ID [<61> <61>]")


@pytest.mark.parametrize(
    ("streams", "strings", "answer"),
    [
        (b"/Identity", b"/Identity", 2),
        (b"/StdCF", b"/Identity", "encrypted"),
        (b"/Identity", b"/StdCF", "encrypted"),
    ],
)
def test_password_for_attachments_alone_locks_no_page(count, streams, strings, answer):
    assert count(locked(streams, strings)) == answer


def test_pdf_locked_with_a_certificate_is_refused_as_locked(count):
    content = written([*tree(), b"<< /Filter /Adobe.PubSec /V 4 >>"])
    content = content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")
    assert count(content) == "encrypted"


@quickly
@given(
    before=st.binary(max_size=HEADER_WITHIN - 1).filter(
        lambda some: b"%PDF-" not in some + b"%PDF"
    ),
    counted=st.sampled_from(["from the header", "from the first byte"]),
)
@example(before=b"\xef\xbb\xbf", counted="from the header")
@example(before=b"x" * (HEADER_WITHIN - 1), counted="from the header")
@example(before=b"HTTP/1.1 200 OK\r\n\r\n", counted="from the first byte")
def test_what_stands_before_the_header_is_passed_over(count, before, counted):
    shift = len(before) if counted == "from the first byte" else 0
    assert count(before + written(tree(), shift=shift)) == 2


def test_table_is_believed_behind_other_bytes(count):
    """Or objects would be found that are none: here those of a PDF that is attached to one."""
    other = written(tree(pages=0))
    attached = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(other), other)
    assert count(b"\r\n" + written([*tree(), attached])) == 2


def test_header_that_comes_too_late_is_none(count):
    assert count(b"x" * HEADER_WITHIN + written(tree())) == "not_pdf"


@pytest.mark.parametrize("how", WAYS)
def test_locked_for_changes_behind_other_bytes_is_taken(count, how):
    assert count(b"\r\n" * 9 + uploads.pdf_bytes(owner="hush", how=how)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\nand nothing more",
        b"%PDF-",
        written(tree(pages=0)),
        written(tree(pages=0, told=5)),
        written([b"<< /Type /Catalog >>"]),
        written([b"null"]),
        written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] >>"]),
        written(tree())[:60],
    ],
)
def test_pdf_without_a_page_is_broken(count, content):
    assert count(content) == "broken"


@pytest.mark.parametrize("content", [uploads.pptx_bytes(), b"<html>", b"\xd0\xcf\x11\xe0", b"%PD"])
def test_what_is_no_pdf_is_called_none(count, content):
    assert count(content) == "not_pdf"


@quickly
@given(content=st.binary(max_size=300), at=st.integers(0, 600))
def test_whatever_is_written_over_a_pdf_gives_an_answer(count, content, at):
    whole = written(tree())
    answer = count(whole[:at] + content + whole[at + len(content) :])
    assert answer in {"broken", "not_pdf", "encrypted"} or answer > 0


def test_pdf_of_sixty_megabytes_is_taken(count):
    """As scanners make them: few pages, large pictures; with a table, and without."""
    picture = os.urandom(1024) * 1024 * 20
    image = b"<< /Subtype /Image /Length %d >>\nstream\n%s\nendstream" % (len(picture), picture)
    content = written([*tree(pages=3), image, image, image])
    assert len(content) > 60 * 1024 * 1024
    assert count(content) == 3
    assert count(content[: -len("%%EOF") - 12]) == 3
