"""Whether an archive is a presentation that opens: its parts, how they are tied, its slides.

The names of parts say nothing; what counts is the type that `[Content_Types].xml` gives each and
the relationships between them, in the terms of ECMA-376 (transitional and strict).
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.parsers import expat

from submissions.inspectors import Unfit
from submissions.inspectors.archive import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Note = Callable[[str, dict[str, str]], None]

_TYPES = "/[content_types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SLIDES = f"{_OFFICE}presentationml."
_TAKEN = {f"{_SLIDES}presentation.main+xml", f"{_SLIDES}slideshow.main+xml"}
_TEMPLATE = f"{_SLIDES}template.main+xml"
_WITH_MACROS = "application/vnd.ms-powerpoint."  # of the main part
_MACROS = "application/vnd.ms-office.vbaproject"  # of a part that holds them

_PRESENTATIONML = (
    "http://schemas.openxmlformats.org/presentationml/2006/main",
    "http://purl.oclc.org/ooxml/presentationml/main",
)
_DRAWINGML = (
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)
_RELATION_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_SLIDES_LISTED = tuple(f"{namespace} sldId" for namespace in _PRESENTATIONML)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_RELATION = f"{_PACKAGE}relationships Relationship"
_OVERRIDE = f"{_PACKAGE}content-types Override"
_DEFAULT = f"{_PACKAGE}content-types Default"
_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
_NOTHING = {"", "NULL"}  # where PowerPoint lost a picture, it writes "NULL" itself

# What leads from a slide down to what it is drawn with: the kind of relationship, the type of
# the part at its end and that part's root.
_CHAIN = (
    ("slide", f"{_SLIDES}slide+xml", _PRESENTATIONML, "sld"),
    ("slideLayout", f"{_SLIDES}slidelayout+xml", _PRESENTATIONML, "sldLayout"),
    ("slideMaster", f"{_SLIDES}slidemaster+xml", _PRESENTATIONML, "sldMaster"),
    ("theme", f"{_OFFICE}theme+xml", _DRAWINGML, "theme"),
)


@dataclass(frozen=True, slots=True)
class Relation:
    """An arrow from one part to another: its kind (the last word of its type), the other's name."""

    kind: str
    target: str


@dataclass(slots=True)
class Part:
    """What is remembered of a part once it was read; types are in small letters."""

    content_type: str = ""
    root: str = ""  # namespace and name of the outermost element
    slides: list[str] = field(default_factory=list)  # of a presentation: the ids of its relations
    relations: dict[str, Relation] = field(default_factory=dict)


def check_deck(path: str) -> None:
    """Read the whole file; raises Unfit unless it is a presentation with slides that open."""
    parts = _read_parts(path)
    main = _main_of(parts)
    if not main.slides:
        raise Unfit("no_slides")
    for slide in main.slides:
        _check_slide(main, slide, parts)
    _check_ties(main, parts)


def _main_of(parts: dict[str, Part]) -> Part:
    """The part that is the presentation. Raises Unfit, for one with macros too."""
    leads = [one for one in parts["/"].relations.values() if one.kind == "officeDocument"]
    main = parts.get(leads[0].target) if leads else None
    if main is None:
        is_there = any(part.content_type in _TAKEN for part in parts.values())
        raise Unfit("broken" if leads or is_there else "not_pptx")
    if main.content_type.startswith(_WITH_MACROS):
        raise Unfit("macros")
    if main.content_type == _TEMPLATE:
        raise Unfit("template")
    if main.content_type not in _TAKEN or not _is(main, _PRESENTATIONML, "presentation"):
        raise Unfit("not_pptx")
    for part in parts.values():
        kinds = {relation.kind for relation in part.relations.values()}
        if "vbaProject" in kinds or part.content_type.startswith(_MACROS):
            raise Unfit("macros")
    return main


def _check_slide(main: Part, slide: str, parts: dict[str, Part]) -> None:
    """Follow one slide down to its theme; raises Unfit where a part is missing or another thing."""
    part, leads = main, [one for key, one in main.relations.items() if key == slide]
    for kind, content_type, namespaces, root in _CHAIN:
        target = next((one.target for one in leads if one.kind == kind), None)
        if target is None or target not in parts:
            raise Unfit("broken")
        part = parts[target]
        if part.content_type != content_type or not _is(part, namespaces, root):
            raise Unfit("broken")
        leads = list(part.relations.values())


def _check_ties(main: Part, parts: dict[str, Part]) -> None:
    """Raise Unfit unless all that the presentation leads to, however far, is there.

    What nothing leads to may be missing, and so may what only the package names: its properties
    and its small picture.
    """
    seen: set[str] = set()
    ahead = [main]
    while ahead:
        for relation in ahead.pop().relations.values():
            if relation.target in seen or relation.kind == "hyperlink":
                continue
            if relation.target not in parts:
                raise Unfit("broken")
            seen.add(relation.target)
            ahead.append(parts[relation.target])


def _is(part: Part, namespaces: tuple[str, ...], root: str) -> bool:
    return part.root in {f"{namespace} {root}" for namespace in namespaces}


# Reading.


def _read_parts(path: str) -> dict[str, Part]:
    """Every part by its folded name, read to its end; the package itself is "/"."""
    with opened(path) as package:
        entries = {_folded(f"/{entry.filename}"): entry for entry in package.entries}
        if _TYPES not in entries:
            raise Unfit("not_pptx")
        types = _Types()
        _parse(package.read(entries.pop(_TYPES)), types.note)
        parts = {name: Part(types.of(name)) for name in entries} | {"/": Part()}
        for name, entry in entries.items():
            part, content = parts[name], package.read(entry)
            if name.endswith(".rels"):
                source = _source_of(name)
                _parse(content, _relations_into(parts.get(source, Part()), source))
            elif part.content_type.startswith("application/") and part.content_type.endswith("xml"):
                _parse(content, _root_into(part), all_of_it=part.content_type in _TAKEN)
            else:
                for _ in content:
                    pass  # for its checksum
    return parts


class _Types:
    """What `[Content_Types].xml` says: a type for a part, or for all whose names end alike."""

    def __init__(self) -> None:
        self.by_name: dict[str, str] = {}
        self.by_suffix: dict[str, str] = {}

    def note(self, tag: str, attributes: dict[str, str]) -> None:
        """Take one element."""
        content_type = attributes.get("ContentType", "").lower()
        if tag == _OVERRIDE:
            self.by_name[_folded(attributes.get("PartName", ""))] = content_type
        elif tag == _DEFAULT:
            self.by_suffix[attributes.get("Extension", "").lower()] = content_type

    def of(self, name: str) -> str:
        """The type of the part of this folded name, empty where none is said."""
        return self.by_name.get(name) or self.by_suffix.get(name.rpartition(".")[2], "")


def _root_into(part: Part) -> Note:
    """What takes the part's own elements: its outermost, and the slides of a presentation."""

    def note(tag: str, attributes: dict[str, str]) -> None:
        part.root = part.root or tag
        if tag in _SLIDES_LISTED:
            ids = [value for key, value in attributes.items() if key in _RELATION_IDS]
            part.slides.append(ids[0] if ids else "")

    return note


def _relations_into(part: Part, name: str) -> Note:
    """What takes the relationships of `part`, from whose `name` their targets are reckoned."""
    folder = posixpath.dirname(name)

    def note(tag: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "").partition("#")[0]
        if tag != _RELATION or attributes.get("TargetMode") == "External" or target in _NOTHING:
            return
        part.relations[attributes.get("Id", "")] = Relation(
            kind=attributes.get("Type", "").rpartition("/")[2],
            target=_folded(posixpath.normpath(posixpath.join(folder, target))),
        )

    return note


def _parse(content: Iterable[bytes], note: Note, *, all_of_it: bool = True) -> None:
    """Hand every element, or the outermost alone, to `note`. Raises Unfit where it is not XML.

    A document type is refused: no part of a presentation has one, and entities live there.
    """

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not all_of_it:
            parser.StartElementHandler = None
        note(tag, attributes)

    def refuse(*_: object) -> None:
        raise Unfit("broken")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        for piece in content:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        raise Unfit("broken") from error
    except LookupError as error:  # an encoding that nobody knows
        raise Unfit("broken") from error


def _folded(name: str) -> str:
    """The name of a part as names are compared."""
    return unquote(name).lower()


def _source_of(name: str) -> str:
    """Whose relationships this part holds: those of "/a/_rels/b.xml.rels" are of "/a/b.xml"."""
    folder, _, file = name.rpartition("/")
    return posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
