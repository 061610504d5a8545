"""Tiny real files."""

from __future__ import annotations

import io
import stat
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument"
SLIDES = f"{OFFICE}.presentationml"
# The two dialects of ECMA-376: relationships, presentations, drawings.
TRANSITIONAL = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://schemas.openxmlformats.org/presentationml/2006/main",
    "http://schemas.openxmlformats.org/drawingml/2006/main",
)
STRICT = (
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://purl.oclc.org/ooxml/presentationml/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)
MAIN = "ppt/presentation.xml"


def xml(text: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def relations(
    *targets: tuple[str, str, str], dialect: tuple[str, str, str] = TRANSITIONAL
) -> bytes:
    """A part of relationships: (id, kind, target) each."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{dialect[0]}/{kind}" Target="{target}"/>'
        for key, kind, target in targets
    )
    return xml(f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>')


def content_types(parts: dict[str, str]) -> bytes:
    """The part that gives each of these parts its type."""
    rows = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    return xml(
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{rows}</Types>'
    )


def part_types(*, slides: int = 1, main: str = MAIN, kind: str = "presentation") -> dict[str, str]:
    """The types of a deck's parts by their names."""
    return {
        main: f"{SLIDES}.{kind}.main+xml",
        **{f"ppt/slides/slide{n}.xml": f"{SLIDES}.slide+xml" for n in range(1, slides + 1)},
        "ppt/slideLayouts/slideLayout1.xml": f"{SLIDES}.slideLayout+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{SLIDES}.slideMaster+xml",
        "ppt/theme/theme1.xml": f"{OFFICE}.theme+xml",
        "docProps/app.xml": f"{OFFICE}.extended-properties+xml",
    }


def deck_parts(
    *,
    slides: int = 1,
    dialect: tuple[str, str, str] = TRANSITIONAL,
    main: str = MAIN,
    kind: str = "presentation",
) -> dict[str, bytes]:
    """The parts of a presentation whose first slide shows a picture."""
    r, p, a = dialect
    folder, _, file = main.rpartition("/")
    numbers = range(1, slides + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    parts = {
        "[Content_Types].xml": content_types(part_types(slides=slides, main=main, kind=kind)),
        "_rels/.rels": relations(
            ("rId1", "officeDocument", main),
            ("rId2", "metadata/thumbnail", "docProps/thumbnail.png"),
            ("rId3", "extended-properties", "docProps/app.xml"),
            dialect=dialect,
        ),
        main: xml(
            f'<p:presentation xmlns:p="{p}" xmlns:r="{r}"><p:sldMasterIdLst>'
            '<p:sldMasterId id="2147483648" r:id="rId100"/></p:sldMasterIdLst>'
            f"<p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
        ),
        f"{folder}/_rels/{file}.rels": relations(
            *((f"rId{n}", "slide", f"/ppt/slides/slide{n}.xml") for n in numbers),
            ("rId100", "slideMaster", "/ppt/slideMasters/slideMaster1.xml"),
            dialect=dialect,
        ),
        "ppt/slideLayouts/slideLayout1.xml": xml(f'<p:sldLayout xmlns:p="{p}"/>'),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relations(
            ("rId1", "slideMaster", "../slideMasters/slideMaster1.xml"), dialect=dialect
        ),
        "ppt/slideMasters/slideMaster1.xml": xml(f'<p:sldMaster xmlns:p="{p}"/>'),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"),
            ("rId2", "theme", "../theme/theme1.xml"),
            dialect=dialect,
        ),
        "ppt/theme/theme1.xml": xml(f'<a:theme xmlns:a="{a}" name="Plain"/>'),
        "ppt/media/picture1.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "docProps/app.xml": xml("<Properties/>"),
        "docProps/thumbnail.png": b"\x89PNG\r\n\x1a\n",
    }
    for n in numbers:
        parts[f"ppt/slides/slide{n}.xml"] = xml(
            f'<p:sld xmlns:p="{p}" xmlns:a="{a}"><a:t>Slide {n}</a:t></p:sld>'
        )
        picture = [("rId2", "image", "../media/picture1.png")] if n == 1 else []
        parts[f"ppt/slides/_rels/slide{n}.xml.rels"] = relations(
            ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"), *picture, dialect=dialect
        )
    return parts


def linked(name: str, to: str) -> bytes:
    """An archive with a symbolic link, and a file behind it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        link = zipfile.ZipInfo(name)
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, to)
        archive.writestr(f"{name}/evil.txt", b"x")
    return content.getvalue()


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts, the same whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.filename = name  # as it is: the archive would mend it
            archive.writestr(entry, content, method)
    return buffer.getvalue()


def pptx_bytes(*, parts: dict[str, bytes] | None = None, slides: int = 1) -> bytes:
    """A presentation, with these parts besides or instead."""
    return zipped(deck_parts(slides=slides) | (parts or {}))


def pdf_bytes(
    *, pages: int = 1, password: str = "", owner: str = "", how: str = "RC4-128"
) -> bytes:
    """A PDF of blank pages, locked for everybody by a password or for changes by the owner's."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(612, 792)
    if password or owner:
        writer.encrypt(password, owner or None, algorithm=how)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pptx(name: str = "talk.pptx", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload of slides."""
    return SimpleUploadedFile(name, pptx_bytes() if content is None else content)


def pdf(name: str = "summary.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload of a PDF."""
    return SimpleUploadedFile(name, pdf_bytes() if content is None else content)


def bundle(content: bytes | None = None, name: str = "code.zip") -> SimpleUploadedFile:
    """An upload of code."""
    packed = zipped({"README.md": b"Run it.\n", "src/main.py": b"print(1)\n"})
    return SimpleUploadedFile(name, packed if content is None else content)
