"""Which presentations are taken: those that open with their slides, whoever made them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pptx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pptx.util import Inches

from courseapp.demo import seed
from submissions.inspection import _SENTENCES
from submissions.inspectors import Unfit
from submissions.inspectors.archive import Archive
from submissions.inspectors.deck import check_deck
from tests.submissions import damage, uploads
from tests.submissions.uploads import MAIN, deck_parts, xml, zipped

MB = 1024 * 1024
GOOD = damage.GOOD
quickly = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25
)


@pytest.fixture
def check(tmp_path):
    """`check(content)`: what is said of it, empty when it is taken."""

    def look(content: bytes) -> str:
        path = tmp_path / "talk.pptx"
        path.write_bytes(content)
        try:
            check_deck(str(path))
        except Unfit as unfit:
            return _SENTENCES[unfit.reason].format(name="talk.pptx")
        return ""

    return look


# Damage.


@pytest.mark.parametrize("kind", damage.PARTS)
@quickly
@given(number=st.integers(0, 10**6))
def test_deck_with_damaged_parts_is_refused_by_its_name(check, kind, number):
    spoil, words = damage.PARTS[kind]
    said = check(zipped(spoil(number)))
    assert said.startswith("“talk.pptx” ")
    assert words in said


@pytest.mark.parametrize("kind", damage.BYTES)
@quickly
@given(number=st.integers(0, 10**6))
def test_deck_in_a_damaged_archive_is_refused_by_its_name(check, kind, number):
    spoil, words = damage.BYTES[kind]
    said = check(spoil(zipped(GOOD), number))
    assert said.startswith("“talk.pptx” ")
    assert words in said


@quickly
@given(name=st.sampled_from(list(GOOD)), number=st.integers(0, 10**6), stored=st.booleans())
def test_no_flipped_bit_of_any_part_is_taken(check, name, number, stored):
    content = zipped(GOOD, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    (entry,) = (one for one in damage.entries(content) if one.filename == name)
    start, end = damage.data_of(content, entry)
    changed = damage.flipped(content, start + number % (end - start), number)
    # The bits that fill up the last byte of a packed part mean nothing.
    assume(stored or damage.unpacked(changed[start:end]) != GOOD[name])
    assert "cannot be opened" in check(changed)


@pytest.mark.parametrize("name", ["docProps/app.xml", "docProps/thumbnail.png"])
def test_what_no_slide_needs_may_be_missing(check, name):
    assert check(zipped(damage.without(name))) == ""


def test_picture_that_nothing_shows_may_be_missing(check):
    parts = damage.without("ppt/media/picture1.png")
    assert "cannot be opened" in check(zipped(parts))
    parts |= {"ppt/slides/_rels/slide1.xml.rels": GOOD["ppt/slides/_rels/slide2.xml.rels"]}
    assert check(zipped(parts)) == ""


def test_no_more_is_unpacked_than_a_part_declares():
    content = damage.declared_smaller(zipped(GOOD), list(GOOD).index(MAIN))
    package = Archive(io.BytesIO(content))
    (entry,) = (one for one in package.entries if one.filename == MAIN)
    read = []
    with pytest.raises(zipfile.BadZipFile):
        read.extend(package.read(entry))
    assert read == []


def test_two_parts_with_one_content_are_sound_each_by_itself():
    """So that it is their overlapping that is refused above."""
    with zipfile.ZipFile(io.BytesIO(damage.overlapping(zipped(GOOD), 7))) as archive:
        assert archive.testzip() is None


# Good ones.


def with_entry(content: bytes, name: str) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"")
    return buffer.getvalue()


def streamed() -> bytes:
    """As a producer writes that cannot go back: sizes follow the content."""

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *args):
            raise io.UnsupportedOperation

        tell = seek

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in GOOD.items():
            archive.writestr(name, content)
    return pipe.getvalue()


def in_zip64() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in GOOD.items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content)
    return buffer.getvalue()


def by_python_pptx() -> bytes:
    """With a table, a chart and its workbook, notes, and a picture."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.notes_slide.notes_text_frame.text = "Say hello"
    box = [Inches(n) for n in (1, 1, 4, 2)]
    slide.shapes.add_table(2, 2, *box)
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("One", (1, 2))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
    slide.shapes.add_ole_object(io.BytesIO(zipped(damage.sheet_inside())), "Excel.Sheet.12", *box)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def utf16(name: str) -> dict[str, bytes]:
    text = GOOD[name].decode().replace("UTF-8", "UTF-16")
    return GOOD | {name: text.encode("utf-16")}


TAKEN = {
    "of PowerPoint": lambda: Path(seed.__file__).with_name("slides.pptx").read_bytes(),
    "of python-pptx": by_python_pptx,
    "strict": lambda: zipped(deck_parts(dialect=uploads.STRICT)),
    "a slide show": lambda: zipped(deck_parts(kind="slideshow")),
    "its main part has another name": lambda: zipped(deck_parts(main="show/talk.xml")),
    "in capitals": lambda: zipped(
        {name if name[0] in "[_" else name.upper(): content for name, content in GOOD.items()}
    ),
    "not compressed": lambda: zipped(GOOD, zipfile.ZIP_STORED),
    "parts in another order": lambda: zipped(dict(reversed(GOOD.items()))),
    "with folders": lambda: with_entry(zipped(GOOD), "ppt/slides/"),
    "sizes follow": streamed,
    "with long sizes": in_zip64,
    "with a comment": lambda: zipped(GOOD)[:-2] + struct.pack("<H", 5) + b"hello",
    "bytes after": lambda: zipped(GOOD) + b"\r\n",
    "a slide in UTF-16": lambda: zipped(utf16("ppt/slides/slide2.xml")),
    "a presentation in UTF-16": lambda: zipped(utf16(MAIN)),
    "with byte order marks": lambda: zipped(
        {
            name: b"\xef\xbb\xbf" + content if name in damage.XML else content
            for name, content in GOOD.items()
        }
    ),
    "a picture that PowerPoint lost": lambda: zipped(
        damage.related(b"../media/picture1.png", b"NULL", "ppt/slides/_rels/slide1.xml.rels")
    ),
    "a link within": lambda: zipped(
        damage.related(b'image" Target="../media/picture1.png', b'hyperlink" Target="#slide2',
                       "ppt/slides/_rels/slide1.xml.rels")
    ),
    "a picture called vbaProject.bin": lambda: zipped(
        GOOD | {"ppt/vbaProject.bin": b"\x89PNG"}
        | {damage.TYPES: GOOD[damage.TYPES].replace(b"</Types>",
            b'<Default Extension="bin" ContentType="image/png"/></Types>')}
    ),
    "an SVG with a document type": lambda: zipped(
        GOOD | {"ppt/media/drawing.svg": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG" ""><svg/>'}
        | {damage.TYPES: GOOD[damage.TYPES].replace(b"</Types>",
            b'<Default Extension="svg" ContentType="image/svg+xml"/></Types>')}
    ),
    "a white picture of 22 MB": lambda: zipped(
        GOOD | {"ppt/media/picture1.png": b"BM" + b"\xff" * (22 * MB)}
    ),
    "250 MB of good parts": lambda: zipped(
        GOOD | {f"ppt/media/{n}.bmp": b"\xff" * (50 * MB) for n in range(5)}
    ),
    "a name that is escaped": lambda: zipped(
        damage.without("ppt/media/picture1.png")
        | {"ppt/media/das bild.png": b"\x89PNG"}
        | {"ppt/slides/_rels/slide1.xml.rels": GOOD["ppt/slides/_rels/slide1.xml.rels"].replace(
            b"picture1.png", b"das%20bild.png")}
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TAKEN)
def test_good_deck_is_taken(check, kind):
    assert check(TAKEN[kind]()) == ""


@quickly
@given(number=st.integers(1, 40), method=st.sampled_from([0, 8]), strict=st.booleans())
def test_good_deck_of_any_length_is_taken(check, number, method, strict):
    dialect = uploads.STRICT if strict else uploads.TRANSITIONAL
    assert check(zipped(deck_parts(slides=number, dialect=dialect), method)) == ""


# Files of another kind.


def compound(stream: str) -> bytes:
    """What begins as an OLE file, with a directory that names this stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3 * 512 - 8) + stream.encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (compound("EncryptedPackage"), "is protected with a password. Hand it in without one."),
        (compound("PowerPoint Document"), "is in the old .ppt format inside"),
        (compound("WordDocument"), "is not a PowerPoint presentation inside"),
        (uploads.pdf_bytes(), "is not a PowerPoint presentation inside"),
        (zipped({}), "is not a PowerPoint presentation inside"),
        (b"<!DOCTYPE html><p>Sign in", "cannot be opened. Save it again"),
        (b"PK", "cannot be opened. Save it again"),
        (b"\0" * 5000, "cannot be opened. Save it again"),
    ],
)
def test_file_of_another_kind_gets_a_fitting_sentence(check, content, words):
    assert words in check(content)


def test_many_parts_are_refused_and_as_many_as_may_be_are_not(check):
    spare = {f"ppt/media/{n}.png": b"" for n in range(5000 - len(GOOD))}
    assert check(zipped(GOOD | spare)) == ""
    assert "holds too many parts" in check(zipped(GOOD | spare | {"ppt/media/more.png": b""}))


@pytest.mark.parametrize(
    "name",
    ["../up.xml", "ppt/../../up.xml", "/etc/passwd", "..\\up.xml", "C:/up.xml", "ppt\\x.xml",
     "ppt/./x.xml", "ppt/x\x01.xml", "ppt/x\x00/../../up.xml"],
)  # fmt: skip
def test_part_with_an_unsafe_name_is_refused(check, name):
    assert "holds parts with unsafe names" in check(zipped(GOOD | {name: xml("<x/>")}))
