"""The inline Markdown of one cell or line as a flat list of pieces, in one pass.

Written by hand because real pages break CommonMark in ways that a strict reader punishes: empty
targets, spaces in addresses, brackets in titles, `<br>` as the only separator, bold left open.
Every loop moves forward, so the cost is linear in the length of the text.
"""

import html
import re
from dataclasses import dataclass

from courses.texts import is_blank

TEXT, LINK, BREAK = "text", "link", "break"

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^<>]{0,2000})>")
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]{0,1900})""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'\s>]+))""", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\[\]]{0,1000}\][(\[]")
_REFERENCE = re.compile(r"\[[^\[\]]{0,1000}\]")
_BARE = re.compile(r"https?://[^\s<>|\"]+")
_STRUCK = re.compile(r"~~[^~\n]{0,2000}~~")
_SINGLE_STAR = re.compile(r"(?<![*\\])\*(?!\*)")
_ESCAPABLE = set(r"\`*_{}[]()<>#+-.!|~&\"'/:;,=?@$%^")
_BREAKING_TAGS = {"br", "li", "p", "ul", "ol", "div", "tr"}
_BOLD_TAGS = {"b", "strong"}


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is TEXT, LINK or BREAK; `url` is None except for links, '' for an empty target.

    `picture`: the text is what stands for a picture.
    """

    kind: str
    text: str = ""
    url: str | None = None
    bold: bool = False
    picture: bool = False


def as_text(text: str) -> str:
    """The words that a reader would see, on one line."""
    return squeeze(" ".join(p.text if p.kind != BREAK else " " for p in _flat(scan(text))))


def squeeze(text: str) -> str:
    """White space of any kind, tabs and no-break spaces too, as single spaces.

    Empty when nothing in the text is visible.
    """
    return "" if is_blank(text) else " ".join(text.split())


def _flat(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring pieces glued without inventing a space between them."""
    out: list[Piece] = []
    for piece in pieces:
        if out and piece.kind != BREAK and out[-1].kind != BREAK:
            out[-1] = Piece(TEXT, out[-1].text + piece.text)
        else:
            out.append(piece)
    return out


def scan(text: str, *, pictures: bool = False) -> list[Piece]:
    """Split inline Markdown and HTML into text, links and breaks.

    Emphasis marks vanish (bold is kept as a flag); other tags, code marks and what is struck
    out vanish too. A picture is the text that stands for it: always with `pictures`, else only
    where nothing else is said. A photograph beside a name is no part of the name.
    """
    pieces = _Scanner(text).run()
    return pieces if pictures else beside_pictures(pieces)


def beside_pictures(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the texts of pictures, unless they are all that is said."""
    others = [piece for piece in pieces if not piece.picture]
    return others if any(not is_blank(piece.text) for piece in others) else pieces


class _Scanner:
    def __init__(self, text: str) -> None:
        if "~~" in text:
            text = _STRUCK.sub("", text)
        self.text = text
        self.lone_star = _lone_star(text)
        self.closing = _matching(text, "[", "]")
        self.parens = _matching(text, "(", ")")
        self.pieces: list[Piece] = []
        self.buffer: list[str] = []
        self.bold = False
        self.anchor: tuple[str, int] | None = None  # an open <a href>, and where its pieces begin

    def run(self) -> list[Piece]:
        i = 0
        while i < len(self.text):
            i = self._step(i)
        self._flush()
        if self.anchor:
            self._close_anchor()
        return self.pieces

    def _step(self, i: int) -> int:
        text = self.text
        char = text[i]
        if char == "\\" and i + 1 < len(text) and text[i + 1] in _ESCAPABLE:
            self.buffer.append(text[i + 1])
            return i + 2
        if char == "<":
            return self._tag(i)
        if char == "!" and i + 1 in self.closing:
            close = self.closing[i + 1]
            target = self._target(close)
            reference = _REFERENCE.match(text, close + 1)
            if target or reference:
                self._picture(text[i + 2 : close])
                return target[1] if target else reference.end() if reference else close + 1
        if char == "[" and i in self.closing:
            return self._link(i)
        if char in "*_":
            return self._emphasis(i)
        if char == "`":
            return i + 1
        if char == "h" and (match := _BARE.match(text, i)) and self._starts_word(i):
            url = match.group().rstrip(".,;:!?)]'*_")
            self._add(Piece(LINK, url, url, self.bold))
            return i + len(url)
        if char == "\n":
            self.buffer.append(" ")
            return i + 1
        if char == "&" and (end := text.find(";", i, i + 12)) > 0:
            decoded = html.unescape(text[i : end + 1])
            if decoded != text[i : end + 1]:
                self.buffer.append(decoded)
                return end + 1
        self.buffer.append(char)
        return i + 1

    def _starts_word(self, i: int) -> bool:
        return i == 0 or not self.text[i - 1].isalnum()

    def _add(self, piece: Piece) -> None:
        self._flush()
        self.pieces.append(piece)

    def _picture(self, alt: str) -> None:
        words = squeeze("".join(" " if p.kind == BREAK else p.text for p in _inside(alt)))
        if words:
            self._add(Piece(TEXT, f" {words} ", None, self.bold, picture=True))

    def _flush(self) -> None:
        if self.buffer:
            self.pieces.append(Piece(TEXT, "".join(self.buffer), None, self.bold))
            self.buffer = []

    def _emphasis(self, i: int) -> int:
        text = self.text
        char = text[i]
        end = i
        while end < len(text) and text[end] == char:
            end += 1
        before = text[i - 1] if i else " "
        after = text[end] if end < len(text) else " "
        if i == self.lone_star:
            self.buffer.append(char)
        elif char == "_" and before.isalnum() and after.isalnum():
            self.buffer.append(text[i:end])  # snake_case is not emphasis
        elif before.isspace() and after.isspace() and end - i == 1:
            self.buffer.append(char)
        elif end - i >= 2:
            self._flush()
            self.bold = not self.bold
        return end

    def _tag(self, i: int) -> int:
        if self.text.startswith(("<http://", "<https://"), i):
            end = self.text.find(">", i, i + 2000)
            if end > 0:
                url = self.text[i + 1 : end]
                self._add(Piece(LINK, url, url, self.bold))
                return end + 1
        match = _TAG.match(self.text, i)
        if not match:
            self.buffer.append("<")
            return i + 1
        closes, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if name in _BREAKING_TAGS:
            self._add(Piece(BREAK))
        elif name in _BOLD_TAGS:
            self._flush()
            self.bold = not closes
        elif name == "img" and (alt := _ALT.search(attributes)):
            self._picture(next(filter(None, alt.groups()), ""))
        elif name == "a":
            self._flush()
            if self.anchor:
                self._close_anchor()
            href = _HREF.search(attributes)
            if not closes and href:
                self.anchor = (html.unescape(href.group(1)), len(self.pieces))
        return match.end()

    def _close_anchor(self) -> None:
        if self.anchor is None:
            return
        url, start = self.anchor
        self.anchor = None
        inside = beside_pictures(self.pieces[start:])
        label = squeeze("".join(p.text for p in inside if p.kind == TEXT))
        bold = any(p.bold for p in inside)
        del self.pieces[start:]
        self.pieces.append(Piece(LINK, label, url, bold))

    def _target(self, close: int) -> tuple[str, int] | None:
        """The address behind `]` and the position after it; None when there is none."""
        text = self.text
        start = close + 1
        if start >= len(text) or text[start] != "(" or start not in self.parens:
            return None
        end = self.parens[start]
        inside = text[start + 1 : end].strip()
        if inside.startswith("<") and ">" in inside:
            return inside[1 : inside.index(">")], end + 1
        for quote in ('"', "'"):
            if inside.endswith(quote) and len(inside) > 1:
                opened = inside.rfind(quote, 0, len(inside) - 1)
                if opened == 0 or (opened > 0 and inside[opened - 1].isspace()):
                    inside = inside[:opened].strip()
                    break
        return inside, end + 1

    def _link(self, i: int) -> int:
        close = self.closing[i]
        label = self.text[i + 1 : close]
        target = self._target(close)
        if target is None:
            self.buffer.append("[")
            return i + 1
        pieces = _inside(label)
        words = squeeze("".join(" " if p.kind == BREAK else p.text for p in pieces))
        bold = self.bold or (bool(pieces) and all(p.bold for p in pieces if p.text.strip()))
        self._add(Piece(LINK, words, target[0], bold))
        return target[1]


def _inside(label: str) -> list[Piece]:
    """What stands between the brackets of a link or a picture; it may be a picture, no link."""
    rest = _PICTURE.sub("", label)
    is_nested = "](" in rest or "][" in rest or len(label) >= 5000
    return [Piece(TEXT, label)] if is_nested else scan(label)


def _lone_star(text: str) -> int:
    """Where the only single * of a text stands: a sign, not emphasis; -1 if there is none."""
    if text.count("*") > 40:
        return -1
    single = [match.start() for match in _SINGLE_STAR.finditer(text)]
    return single[0] if len(single) == 1 else -1


def _matching(text: str, opens: str, closes: str) -> dict[int, int]:
    """Position of each opening bracket -> position of the one that closes it, escapes skipped."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    i = 0
    while i < len(text):
        char = text[i]
        if char == "\\":
            i += 2
            continue
        if char == opens:
            stack.append(i)
        elif char == closes and stack:
            pairs[stack.pop()] = i
        i += 1
    return pairs


def lines_of(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces split at breaks; empty lines left out."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == BREAK:
            lines.append([])
        else:
            lines[-1].append(piece)
    return [line for line in lines if any(p.text.strip() or p.kind == LINK for p in line)]
