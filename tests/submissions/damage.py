"""Ways in which a presentation comes to be none: a name, what it does, what is said of it.

`PARTS` change the parts before they are packed, `BYTES` the archive. Each takes a number that
chooses the place, any number, so that a test can try them all.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from tests.submissions import uploads
from tests.submissions.uploads import MAIN, OFFICE, SLIDES, relations, xml

if TYPE_CHECKING:
    from collections.abc import Callable

    Parts = dict[str, bytes]

GOOD = uploads.deck_parts(slides=3)
TYPES, PACKAGE, MAIN_RELATIONS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "ppt/_rels/presentation.xml.rels",
)
# What every presentation is made of: none of these can be missing, or be another thing.
NEEDED = sorted(name for name in GOOD if name not in {"docProps/app.xml", "docProps/thumbnail.png"})
SLIDE_LIKE = [name for name in NEEDED if "/_rels/" not in name and name.startswith("ppt/s")]
XML = [name for name in GOOD if name.endswith((".xml", ".rels"))]
WORD = xml('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>')
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(20))
    + b"]><a>&u;</a>"
)


def pick(names: list[str], number: int) -> str:
    return names[number % len(names)]


def without(name: str) -> Parts:
    return {key: content for key, content in GOOD.items() if key != name}


def retyped(name: str, kind: str) -> Parts:
    types = uploads.part_types(slides=3) | {name: kind}
    return GOOD | {TYPES: uploads.content_types({key: one for key, one in types.items() if one})}


def related(old: bytes, new: bytes, where: str = MAIN_RELATIONS) -> Parts:
    assert old in GOOD[where]
    return GOOD | {where: GOOD[where].replace(old, new)}


def word_inside() -> Parts:
    return {
        TYPES: uploads.content_types(
            {"word/document.xml": f"{OFFICE}.wordprocessingml.document.main+xml"}
        ),
        PACKAGE: relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": WORD,
    }


def sheet_inside() -> Parts:
    return {
        TYPES: uploads.content_types({"xl/workbook.xml": f"{OFFICE}.spreadsheetml.sheet.main+xml"}),
        PACKAGE: relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": xml("<workbook/>"),
    }


_MACRO = "application/vnd.ms-office.vbaProject"
_TO_MACRO = b'<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/'
_END = b"</Relationships>"
CANNOT, NONE_INSIDE = "cannot be opened", "is not a PowerPoint presentation inside"

PARTS: dict[str, tuple[Callable[[int], Parts], str]] = {
    "a part is missing": (
        lambda n: without(pick([one for one in NEEDED if one != TYPES], n)),
        CANNOT,
    ),
    "the types are missing": (lambda n: without(TYPES), NONE_INSIDE),
    "a part is empty": (lambda n: GOOD | {pick(XML, n): b""}, CANNOT),
    "a part breaks off": (
        lambda n: GOOD | {pick(XML, n): GOOD[pick(XML, n)][: -1 - n % 60]},
        CANNOT,
    ),
    "a part is no XML": (lambda n: GOOD | {pick(XML, n): b"\x00\xff" * (1 + n % 99)}, CANNOT),
    "a part goes on after its end": (
        lambda n: GOOD | {pick(XML, n): GOOD[pick(XML, n)] + b"<more/>"},
        CANNOT,
    ),
    "a part is in no encoding": (
        lambda n: GOOD | {pick(XML, n): b'<?xml version="1.0" encoding="klingon"?><a/>'},
        CANNOT,
    ),
    "a part has a document type": (
        lambda n: GOOD | {pick(XML, n): b"<!DOCTYPE a><a/>"},
        CANNOT,
    ),
    "a part laughs": (lambda n: GOOD | {pick(XML, n): LAUGHS}, CANNOT),
    "a part names a file of ours": (
        lambda n: (
            GOOD
            | {pick(XML, n): b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]><a>&b;</a>'}
        ),
        CANNOT,
    ),
    "a slide is a Word document": (lambda n: GOOD | {pick(SLIDE_LIKE, n): WORD}, CANNOT),
    "a slide is nothing": (lambda n: GOOD | {pick(SLIDE_LIKE, n): b"<sld/>"}, CANNOT),
    "the presentation is a Word document": (lambda n: GOOD | {MAIN: WORD}, NONE_INSIDE),
    "the presentation is nothing": (lambda n: GOOD | {MAIN: b"<presentation/>"}, NONE_INSIDE),
    "no slides": (
        lambda n: GOOD | {MAIN: uploads.deck_parts(slides=0)[MAIN]},
        "has no slides",
    ),
    "a slide leads nowhere": (
        lambda n: related(b"slide%d.xml" % (1 + n % 3), b"slide9.xml"),
        CANNOT,
    ),
    "a slide leads out": (
        lambda n: related(b"slide%d.xml" % (1 + n % 3), b'slide1.xml" TargetMode="External'),
        CANNOT,
    ),
    "a slide leads to a master": (
        lambda n: related(b"slides/slide%d.xml" % (1 + n % 3), b"slideMasters/slideMaster1.xml"),
        CANNOT,
    ),
    "a slide is related as a note": (lambda n: related(b'/slide"', b'/notesSlide"'), CANNOT),
    "a slide has another id": (lambda n: related(b'"rId%d"' % (1 + n % 3), b'"rId77"'), CANNOT),
    "a slide has no id": (
        lambda n: GOOD | {MAIN: GOOD[MAIN].replace(b' r:id="rId%d"' % (1 + n % 3), b"")},
        CANNOT,
    ),
    "the package leads nowhere": (
        lambda n: related(b"presentation.xml", b"presentation9.xml", PACKAGE),
        CANNOT,
    ),
    "the package leads to a slide": (
        lambda n: related(b"presentation.xml", b"slides/slide1.xml", PACKAGE),
        NONE_INSIDE,
    ),
    "a slide has no type": (lambda n: retyped(pick(SLIDE_LIKE, n), ""), CANNOT),
    "a slide has another's type": (
        lambda n: retyped(pick(SLIDE_LIKE, n), f"{SLIDES}.notesSlide+xml"),
        CANNOT,
    ),
    "the presentation has no type": (lambda n: retyped(MAIN, ""), NONE_INSIDE),
    "it says that it is a Word document": (
        lambda n: retyped(MAIN, f"{OFFICE}.wordprocessingml.document.main+xml"),
        NONE_INSIDE,
    ),
    "it is a template": (
        lambda n: retyped(MAIN, f"{SLIDES}.template.main+xml"),
        "is a template inside",
    ),
    "a Word document inside": (lambda n: word_inside(), NONE_INSIDE),
    "a workbook inside": (lambda n: sheet_inside(), NONE_INSIDE),
    "an OpenDocument inside": (
        lambda n: {
            "mimetype": b"application/vnd.oasis.opendocument.presentation",
            "content.xml": xml("<office/>"),
        },
        NONE_INSIDE,
    ),
    "a Keynote inside": (lambda n: {"Index/Document.iwa": b"\0" * 99}, NONE_INSIDE),
    "any archive": (lambda n: {"homework.txt": b"x" * (n % 99)}, NONE_INSIDE),
    "macros by type": (
        lambda n: retyped("ppt/media/picture1.png", _MACRO),
        "contains macros",
    ),
    "macros by relationship": (
        lambda n: related(
            _END,
            _TO_MACRO + b'vbaProject" Target="media/picture1.png"/>' + _END,
            pick([MAIN_RELATIONS, "ppt/slides/_rels/slide1.xml.rels"], n),
        ),
        "contains macros",
    ),
    "macros by what it is": (
        lambda n: retyped(MAIN, "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        "contains macros",
    ),
}


# The archive.


def entries(content: bytes) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(content)).infolist()


def data_of(content: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """Where the packed content of an entry begins and ends."""
    names = struct.unpack_from("<HH", content, entry.header_offset + 26)
    start = entry.header_offset + 30 + sum(names)
    return start, start + entry.compress_size


def flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit % 8
    return bytes(changed)


def unpacked(data: bytes) -> bytes | None:
    """What a packed part holds; None where it cannot be unpacked."""
    try:
        return zlib.decompress(data, wbits=-15)
    except zlib.error:
        return None


def flip_within_a_part(content: bytes, number: int) -> bytes:
    places = [place for one in entries(content) for place in range(*data_of(content, one))]
    return flipped(content, places[number % len(places)], number // len(places))


def blank_a_part(content: bytes, number: int) -> bytes:
    start, end = data_of(content, pick(entries(content), number))
    return content[:start] + bytes(end - start) + content[end:]


def in_directory(content: bytes, number: int, at: int, value: bytes) -> bytes:
    """The directory's entry for one of the parts, with this value at that place of it."""
    place = content.find(b"PK\x01\x02")
    for _ in range(number % len(entries(content))):
        place = content.find(b"PK\x01\x02", place + 46)
    return content[: place + at] + value + content[place + at + len(value) :]


def overlapping(content: bytes, number: int) -> bytes:
    """A part that holds the header and content of another one, as bombs quote them: each of the
    two is whole, and its checksum right."""
    quoted = uploads.zipped({"ppt/media/inner.png": b"x" * (1 + number % 99)})
    record = quoted[: quoted.index(b"PK\x01\x02")]
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(zipfile.ZipInfo("ppt/media/outer.png"), record)
        (inner,) = entries(quoted)
        inner.header_offset = archive.start_dir - len(record)
        archive.filelist.append(inner)
    return buffer.getvalue()


def twice(content: bytes, number: int, *, change: Callable[[str], str] = str) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        name = pick(archive.namelist(), number)
        archive.fp.seek(archive.start_dir)
        entry = zipfile.ZipInfo(change(name))
        archive.NameToInfo.pop(name)  # or it would warn
        archive.writestr(entry, GOOD[name])
    return buffer.getvalue()


def packed_as(method: int) -> Callable[[bytes, int], bytes]:
    def pack(content: bytes, number: int) -> bytes:
        return uploads.zipped(GOOD, method)

    return pack


def declared_smaller(content: bytes, number: int) -> bytes:
    """A part that says it holds ten bytes, with their checksum, and holds more."""
    name = pick(list(GOOD), number)
    checked = struct.pack("<L", zlib.crc32(GOOD[name][:10]))
    for signature, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        place = content.find(signature)
        for _ in range(list(GOOD).index(name)):
            place = content.find(signature, place + 4)
        content = content[: place + at] + checked + content[place + at + 4 :]
        content = content[: place + at + 8] + struct.pack("<L", 10) + content[place + at + 12 :]
    return content


BYTES: dict[str, tuple[Callable[[bytes, int], bytes], str]] = {
    "a bit within a part": (flip_within_a_part, CANNOT),
    "a part of zeros": (blank_a_part, CANNOT),
    "cut off": (lambda content, n: content[: 4 + n % (len(content) - 5)], CANNOT),
    "bytes lost": (
        lambda content, n: content[: (place := 40 + n % 2000)] + content[place + 1 + n % 40 :],
        CANNOT,
    ),
    "bytes before": (lambda content, n: bytes([10] * (1 + n % 99)) + content, CANNOT),
    "a part twice": (twice, CANNOT),
    "a part twice, in capitals": (lambda c, n: twice(c, n, change=str.upper), CANNOT),
    "another checksum": (
        lambda content, n: in_directory(content, n, 16, struct.pack("<L", n % 2**32)),
        CANNOT,
    ),
    "another name": (lambda content, n: in_directory(content, n, 46, b"\x7e"), CANNOT),
    "packed another way": (packed_as(zipfile.ZIP_BZIP2), CANNOT),
    "packed a third way": (packed_as(zipfile.ZIP_LZMA), CANNOT),
    "said to be packed with deflate64": (
        lambda content, n: in_directory(content, n, 10, b"\x09\x00"),
        CANNOT,
    ),
    "declared smaller than it is": (declared_smaller, CANNOT),
    "of another version": (
        lambda content, n: in_directory(content, n, 6, b"\xff\x00"),
        CANNOT,
    ),
    "parts that overlap": (overlapping, CANNOT),
    "said to be encrypted": (
        lambda content, n: in_directory(content, n, 8, b"\x01\x00"),
        "is protected with a password",
    ),
}
