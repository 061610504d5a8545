"""Which readings are required, when a page marks them in its own way (rule P1)."""

import re
from dataclasses import dataclass

from coursepage.parser.inline import as_text
from coursepage.parser.readings import Draft
from coursepage.parser.source import Source

_SYMBOL = re.compile(
    r"(?:^|[\s(\"'“])([*★⭐†‡§^+!●✓✔])\s*(?:\)|\"|'|”)?\s*(?:=|:|-|–|—|means|denotes|indicates|marks|are|is)?"
    r"\s*(?:a\s+|the\s+)?(?:required|mandatory)",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"(?:required|mandatory)[^.]{0,60}\b(?:marked|denoted|indicated|shown|flagged)\b[^.]{0,30}?"
    r"(?:\bwith\b|\bby\b)\s+(?:an?\s+)?([*★⭐†‡§^+!●✓✔]|asterisk|star)"
    r"|\b(?:marked|denoted|indicated|flagged)\b[^.]{0,30}?(?:\bwith\b|\bby\b)\s+(?:an?\s+)?"
    r"([*★⭐†‡§^+!●✓✔]|asterisk|star)[^.]{0,60}(?:required|mandatory)",
    re.IGNORECASE,
)
_BOLD = re.compile(
    r"\bbold(?:ed|faced?)?\b[^.]{0,60}\b(?:required|mandatory)\b"
    r"|\b(?:required|mandatory)\b[^.]{0,60}\bbold(?:ed|faced?)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Legend:
    """What the prose says about marks: a `symbol` ('' if none), or that `bold` is required."""

    symbol: str = ""
    bold: bool = False

    @classmethod
    def of(cls, source: Source) -> "Legend":
        """Look for a sentence such as "Papers in bold are required" or "* = required"."""
        symbol, bold = "", False
        for number in range(1, len(source) + 1):
            line = source.line(number)
            lowered = line.lower()
            if number in source.used or len(line) > 2000:
                continue
            if "required" not in lowered and "mandatory" not in lowered:
                continue
            text = as_text(line)
            match = _MARKED.search(text) or _SYMBOL.search(text)
            if match and not symbol:
                symbol = next(g for g in match.groups() if g)
                symbol = {"asterisk": "*", "star": "★"}.get(symbol.lower(), symbol)
            bold = bold or bool(_BOLD.search(text))
        return cls(symbol, bold)


def decide_required(
    source: Source, drafts: list[Draft], legend: Legend, line: int
) -> tuple[dict[int, bool], str | None]:
    """For each draft, by id, whether it is required; and the default taken, if the page marks none.

    In order: an explicit mark wins; then a legend's sign or bold; then "Optional:" makes the rest
    of its date required; on a page that marks only optional readings the rest are required; on a
    page that sets some links in bold the bold ones are; else all are required, with a warning.
    """
    marks = [draft.mark for draft in drafts]
    signed = [bool(_signs(draft, legend)) for draft in drafts]
    if True in marks or any(signed) or (legend.bold and any(d.bold for d in drafts)):
        by = {
            id(d): d.mark if d.mark is not None else sign or d.implied or (legend.bold and d.bold)
            for d, sign in zip(drafts, signed, strict=True)
        }
        return by, None
    if False in marks:
        return {id(d): d.mark is not False for d in drafts}, None
    bold = [draft.bold for draft in drafts]
    if any(bold) and not all(bold):
        source.warn(
            line,
            "required-by-bold",
            "Readings in bold are taken as required; nothing else says so.",
        )
        return {id(d): d.bold for d in drafts}, None
    if drafts:
        source.warn(
            line,
            "required-default",
            "The page marks no reading as required or optional; all are taken as required.",
        )
    return {id(draft): True for draft in drafts}, "required" if drafts else None


def _signs(draft: Draft, legend: Legend) -> bool:
    if not legend.symbol:
        return False
    family = "★⭐*" if legend.symbol in "★⭐*" else legend.symbol
    return any(sign in draft.symbols or draft.title.strip()[-1:] == sign
               or draft.title.strip()[:1] == sign for sign in family)  # fmt: skip
