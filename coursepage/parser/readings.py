"""The reading list of one cell: titles, links, parts to read, and what is required (rule S3)."""

import re
from dataclasses import dataclass, field

from coursepage.parser.inline import LINK, Piece, beside_pictures, lines_of, scan, squeeze
from coursepage.parser.source import Source
from coursepage.parser.words import (
    ATTACHMENTS,
    DECKS,
    GENERIC_LINKS,
    is_break,
    is_deadline,
    is_list_label,
    is_placeholder,
    is_presentations,
    mark_of,
)
from courses.texts import is_blank

_BULLET = re.compile(r"^\s*(?:[-*+•·◦‣–—]\s+|[•·◦‣]|\(?\d{1,2}[.)]\s+)")
_BRACKETED = re.compile(r"\(([^()]{0,300})\)|\[([^\[\]]{0,300})\]")
_LABEL = re.compile(r"^([A-Za-z][A-Za-z /-]{2,40}?)\s*:\s*")
_LAST_LABEL = re.compile(
    r"\b((?:required|optional|mandatory|additional|supplementary|recommended|suggested|further"
    r"|background)(?:\s+(?:readings?|papers?))?)\s*:\s*$",
    re.IGNORECASE,
)
_EDGES = " \t.,;:-–—*+&/|()[]"
_SIGNS = "*★⭐†‡§^+!●✓✔"
_JOINERS = {"and", "or", "plus", "also", "with", "see", "in", "by", "from", "et al"}


@dataclass(slots=True)
class Draft:
    """A reading before the page as a whole says what an unmarked one is.

    `mark` is True for required, False for optional, None for unmarked; `implied` says that an
    "Optional:" further on makes it required; `symbols` are signs like * that a legend may explain.
    """

    title: str
    url: str
    line: int
    mark: bool | None = None
    bold: bool = False
    note: str = ""
    implied: bool = False
    symbols: str = ""


@dataclass(slots=True)
class Content:
    """What a readings cell holds besides readings: labels (bold or plain) and decks."""

    drafts: list[Draft] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    plain_titles: list[str] = field(default_factory=list)
    slides: list[str] = field(default_factory=list)


class ReadingList:
    """Collects the readings of one date over its physical rows.

    A label such as "Optional:" holds until the next label; one that has its reading on the same
    line holds for that line only if it stands first and no other label follows it.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.drafts: list[Draft] = []
        self.mode: bool | None = None

    def read(self, cell: str, line: int, *, first: bool, titled: bool) -> Content:
        """Read one cell. `first`: it stands beside the date; `titled`: text without a link may be
        a reading (it may not in a column that also holds topics)."""
        content = Content()
        lines = lines_of(scan(cell, pictures=True))
        labelled = [number for number, pieces in enumerate(lines) if _starts_with_label(pieces)]
        for number, pieces in enumerate(lines):
            at_date = first and number == 0
            if any(piece.kind == LINK for piece in pieces):
                more = bool(labelled) and labelled[-1] > number
                words = beside_pictures(pieces)
                self._linked(words, line, content, titled=titled, first=at_date, more=more)
            else:
                self._unlinked(pieces, line, content, titled=titled, first=at_date)
        content.drafts = [one for one in content.drafts if not is_blank(one.title)]  # broken links
        self.drafts.extend(content.drafts)
        return content

    def _set_mode(self, mark: bool, content: Content) -> None:
        self.mode = mark
        if mark is False:
            for draft in self.drafts + content.drafts:
                if draft.mark is None:
                    draft.implied = True

    def _complete(self, text: str, line: int) -> str:
        """The title in the remains of a link whose address is not closed."""
        if "](" not in text:
            return text
        self.source.warn(line, "broken-link", f"A link is not complete: “{text[:60]}”.")
        return text.split("](", maxsplit=1)[0]

    def _unlinked(
        self, pieces: list[Piece], line: int, content: Content, *, titled: bool, first: bool
    ) -> None:
        text = squeeze("".join(piece.text for piece in pieces))
        bullet = _BULLET.match(text)
        text = text[bullet.end() :] if bullet else text
        if is_placeholder(text):
            return
        if is_list_label(text):
            self._set_mode(mark_of(text)[0] is True, content)
            return
        if pieces[0].bold or ((bold := [p for p in pieces if p.text.strip()]) and bold[0].bold):
            content.titles.append(_title(pieces))
            return
        label = _LABEL.match(text)
        own = mark_of(label.group(1)) if label else (None, "")
        if label and own[0] is not None and not own[1]:
            text = text[label.end() :]
        text, last = _without_last_mark(text)
        own = last if last[0] is not None else own
        marked = own[0] is not None or any(mark_of(t)[0] is not None for t in _tokens(text))
        special = is_break(text) or is_presentations(text) or is_deadline(text)
        reading = marked or (titled and not special and (bullet or not first))
        if "](" in text:
            text, reading = self._complete(text, line).lstrip("["), True
        if not reading or not (titled or marked):
            content.plain_titles.append(text)
            return
        draft = Draft("", "", line, self.mode if own[0] is None else own[0])
        draft.title = _apply_tail(draft, text, self.source, keep_text=True) or text
        content.drafts.append(draft)

    def _linked(
        self, pieces: list[Piece], line: int, content: Content,
        *, titled: bool, first: bool, more: bool,
    ) -> None:  # fmt: skip
        before: list[Piece] = []
        while pieces[0].kind != LINK:
            before.append(pieces.pop(0))
        lead = squeeze("".join(piece.text for piece in before))
        sign = lead if lead and not lead.strip(_SIGNS + " ") else ""
        lead = _BULLET.sub("", lead, count=1).strip()
        had_readings = bool(self.drafts or content.drafts)
        mode, sticky, prefixed = self.mode, False, False
        label = _LABEL.match(lead)
        for token in [*_tokens(lead), label.group(1) if label else lead]:
            mark, rest = mark_of(token)
            if mark is not None and not rest:
                prefixed = True
                mode = mark
                sticky = bool(label) and (had_readings or (mark and more))
        if prefixed:
            if sticky or (label and mode is False):
                self._set_mode(bool(mode), content)
            bare = _strip_marks(lead)
        else:
            bare = lead
        bold_lead = squeeze("".join(piece.text for piece in before if piece.bold))
        if not prefixed and bold_lead and first:
            content.titles.append(bold_lead.strip(" :"))
            bare = ""
        already = len(content.drafts)
        self._items(pieces, line, content, bare, mode, prefixed=prefixed, titled=titled)
        if sign and len(content.drafts) > already:
            content.drafts[already].symbols += sign
        if prefixed and not sticky and label:
            self.mode = None

    def _items(
        self, pieces: list[Piece], line: int, content: Content, lead: str,
        mode: bool | None, *, prefixed: bool, titled: bool,
    ) -> None:  # fmt: skip
        previous: Draft | None = None
        text = lead
        per_item = prefixed and not _LABEL.match(lead)
        last = max(index for index, piece in enumerate(pieces) if piece.kind == LINK)
        for index, piece in enumerate(pieces):
            if piece.kind != LINK:
                continue
            tail = []
            for following in pieces[index + 1 :]:
                if following.kind == LINK:
                    break
                tail.append(following.text)
            behind = "".join(tail)
            switch = _LAST_LABEL.search(behind) if index < last else None
            behind = behind[: switch.start()] if switch else behind
            label = piece.text.strip().lower().strip("[]().")
            between = self._complete(text, line).strip(_EDGES)
            generic = label in GENERIC_LINKS or piece.text == piece.url or not label
            if label in DECKS:
                if piece.url:
                    content.slides.append(piece.url)
            elif previous and not between and (generic or label in ATTACHMENTS):
                _apply_tail(previous, behind, self.source)
            else:
                title = piece.text
                if (generic or label in ATTACHMENTS) and len(between) > 2:
                    title = _strip_marks(between).strip(_EDGES) or title
                previous = Draft(title, piece.url or "", line, mode, piece.bold)
                _clean_title(previous, self.source)
                if per_item and index and (moved := _marks_in(text)) is not None:
                    previous.mark = moved
                if not (per_item and index < last):
                    _apply_tail(previous, behind, self.source, notes=titled)
                content.drafts.append(previous)
            text = _strip_marks(behind)
            if switch:
                mode = mark_of(switch.group(1))[0]
                self._set_mode(bool(mode), content)


def _starts_with_label(pieces: list[Piece]) -> bool:
    label = _LABEL.match(_BULLET.sub("", squeeze("".join(piece.text for piece in pieces))))
    return label is not None and mark_of(label.group(1)) in ((True, ""), (False, ""))


def _without_last_mark(text: str) -> tuple[str, tuple[bool | None, str]]:
    """ "A paper, required" -> ("A paper", (True, ""))."""
    match = re.search(r"\s*[,–—-]\s+([A-Za-z][A-Za-z -]{2,24})\.?$", text)
    mark = mark_of(match.group(1)) if match else (None, "")
    if match and mark[0] is not None and not mark[1]:
        return text[: match.start()], mark
    return text, (None, "")


def _title(pieces: list[Piece]) -> str:
    words = squeeze("".join(piece.text for piece in pieces))
    words = re.sub(r"\s+\b(?:TBA|TBD|TBC)\b\.?$", "", words)
    return words.strip(" :")


def _tokens(text: str) -> list[str]:
    """What stands in brackets, split at commas: "(Sec 1-4.2, Required)" -> two tokens."""
    out: list[str] = []
    for match in _BRACKETED.finditer(text):
        out.extend(re.split(r"[,;]", match.group(1) or match.group(2) or ""))
    return [token.strip() for token in out if token.strip()]


def _marks_in(text: str) -> bool | None:
    marks = [mark_of(token)[0] for token in _tokens(text)]
    known = [mark for mark in marks if mark is not None]
    return known[0] if known else None


def _strip_marks(text: str) -> str:
    """The text without bracketed marks and without a leading "Required:"."""

    def replace(match: re.Match[str]) -> str:
        tokens = re.split(r"[,;]", match.group(1) or match.group(2) or "")
        return "" if all(mark_of(token)[0] is not None for token in tokens) else match.group()

    text = squeeze(_BRACKETED.sub(replace, text))
    mark, rest = mark_of(text)
    return rest if mark is not None else text


def _set_mark(draft: Draft, mark: bool, source: Source, *, again: bool) -> None:
    if again and draft.mark == mark:
        word = "required" if mark else "optional"
        source.warn(draft.line, f"{word}-twice", f"“{draft.title[:60]}” is marked {word} twice.")
    elif again and draft.mark is not None:
        source.warn(
            draft.line, "required-unclear",
            f"“{draft.title[:60]}” is marked required and optional; it is taken as required.",
        )  # fmt: skip
        mark = True
    draft.mark = mark


def _clean_title(draft: Draft, source: Source) -> None:
    """Take a mark that stands inside the link's text out of the title."""
    title = squeeze(draft.title)
    own: bool | None = None
    label = _LABEL.match(title)
    if label and mark_of(label.group(1)) in ((True, ""), (False, "")):
        own = mark_of(label.group(1))[0]
        title = title[label.end() :]
    for match in _BRACKETED.finditer(title):
        tokens = re.split(r"[,;]", match.group(1) or match.group(2) or "")
        marks = [mark_of(token) for token in tokens]
        if any(mark is not None and not rest for mark, rest in marks):
            at_edge = match.end() == len(title) or match.start() == 0
            if at_edge:
                own = next(mark for mark, rest in marks if mark is not None and not rest)
                kept = ", ".join(t.strip() for t in tokens if mark_of(t)[0] is None)
                title = squeeze(title[: match.start()] + " " + title[match.end() :])
                draft.note = kept
                break
    draft.title = title or draft.url
    if own is not None:
        draft.mark = own
        draft.symbols += "\x00"  # remembers that the mark stood inside the link's text


def _apply_tail(
    draft: Draft, tail: str, source: Source, *, notes: bool = True, keep_text: bool = False
) -> str:
    """Read what stands behind a link: marks, part notes, symbols. Returns the text left over."""
    inside = "\x00" in draft.symbols
    draft.symbols = draft.symbols.replace("\x00", "")
    kept = [draft.note] if draft.note else []
    seen = inside
    for match in _BRACKETED.finditer(tail):
        for token in re.split(r"[,;]", match.group(1) or match.group(2) or ""):
            mark, rest = mark_of(token)
            if mark is not None and (not rest or len(rest) < 60):
                _set_mark(draft, mark, source, again=seen)
                seen = True
            if notes and rest.strip(_EDGES):
                kept.append(rest.strip())
    rest = squeeze(_BRACKETED.sub(" ", tail)).strip()
    signs = "".join(sign for sign in rest[:4] + rest[-4:] if sign in _SIGNS)
    draft.symbols += signs
    rest = rest.strip(_EDGES + _SIGNS)
    mark, after = mark_of(rest)
    if mark is not None and not after:
        _set_mark(draft, mark, source, again=seen)
        rest = ""
    if notes and not keep_text and 2 < len(rest) <= 120 and rest.lower() not in _JOINERS:
        kept.append(rest)
    draft.note = ", ".join(dict.fromkeys(kept))
    return rest
