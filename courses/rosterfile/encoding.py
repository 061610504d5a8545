"""The bytes of an exported table as text."""

from __future__ import annotations

import codecs
import re

from courses.rosterfile.model import RosterUnreadable

LOST = "\ufffd"
"""Stands where a byte could not be read; whoever uses a cell with it makes it a problem."""

_NO_TABLES = (
    (b"%PDF-", "This is a PDF. Export the roster as CSV or as an .xlsx workbook."),
    (b"{\\rtf", "This is a text document. Export the roster as CSV or as an .xlsx workbook."),
)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|meta|head|body|div|style)\b", re.I)
# What Windows-1252 shows where a file is something else (Mac, DOS, Cyrillic, Chinese, ...): four
# letters with accents in a row, such a capital behind a small letter, a sign inside a word.
_NOT_WESTERN = re.compile(
    "[À-ÖØ-öø-ÿŠšŽžŒœŸ]{4}"
    "|[a-zà-öø-ÿ][ŠŽŒŸ]|[A-Z][ŠŽŒŸ][a-z]"
    "|[^\\W\\d_][¡-©«¬®-±µ¶¸»-¿×÷€‚ƒ„…†‡ˆ‰‹•˜™›“][^\\W\\d_]"
    "|[a-z][–—][a-z]|[a-z][‘“„](?!\\w)"
)


def decode(data: bytes) -> str:
    """Bytes of an exported table as text: UTF-8, UTF-16, or Windows-1252 where it is that.

    A sequence of bytes that only UTF-8 makes sense of, or its mark, proves UTF-8: what cannot
    be read then is `LOST` in its place, and the rest is right. Raises `RosterUnreadable` for what
    is no table, and where no encoding gives names.
    """
    for start, sentence in _NO_TABLES:
        if data.startswith(start):
            raise RosterUnreadable(sentence)
    if _WEB_PAGE.match(data.removeprefix(codecs.BOM_UTF8)):
        raise RosterUnreadable(
            "This is a web page, whatever its name says. Open it in a spreadsheet and save it as "
            "CSV or as an .xlsx workbook."
        )
    wide = _wide_encoding(data)
    if wide:
        return _without_marks(data.decode(wide, errors="replace"))
    text = data.decode("utf-8", errors="replace")
    lost = text.count(LOST)
    read = sum(character > "\x7f" for character in text) - lost
    if not lost or read > 0:  # the mark is such a sequence, too
        return _without_marks(text)
    text = data.decode("cp1252", errors="replace")
    odd = _NOT_WESTERN.search(text)
    if odd:
        line = len(re.findall(r"\r\n|\r|\n", text[: odd.start()])) + 1
        raise RosterUnreadable(
            f"Line {line}: the letters cannot be read, since this is neither Unicode nor Windows "
            "text. Save the file as “CSV UTF-8”, or as an .xlsx workbook."
        )
    return _without_marks(text)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 by its mark, or by the zeros that it has in every other byte of plain letters."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    high, low = data[0::2].count(0), data[1::2].count(0)
    if max(high, low) * 10 < len(data) or max(high, low) < 4 * min(high, low):
        return ""
    return "utf-16-be" if high > low else "utf-16-le"


def _without_marks(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\x00", "")
