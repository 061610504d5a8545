"""What stands in one cell, without what spreadsheets put around it."""

from __future__ import annotations

import re
import unicodedata

from courses.texts import is_formula, tidy_name

_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_NUMBER = re.compile(r"\s*\d|[\t\r\n]")
ADDRESS = re.compile(r"[^\s@,;:<>()\"\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
NETID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOTHING = {"-", "--", "–", "—", "n/a", "#n/a", "none", "null"}


def tidy(cell: str) -> str:
    """The cell without `="007"`, a shielding apostrophe, and blanks around and between."""
    text = cell.strip()
    wrapped = _AS_TEXT.fullmatch(text)
    if wrapped:
        text = wrapped.group(1).replace('""', '"')
    bare = text.removeprefix("'")
    if is_formula(bare) or _NUMBER.match(bare):  # before a letter it belongs to the name
        text = bare
    return " ".join(text.split()) if text.isascii() and text.isprintable() else tidy_name(text)


def identity(cell: str) -> str:
    """A NetID or an address: nothing invisible, no apostrophe or `#` that an export put before.

    Empty for a cell that only says that there is none.
    """
    shown = "".join(one for one in cell if unicodedata.category(one) not in {"Cf", "Cc"})
    if shown.strip().lower() in _NOTHING:
        return ""
    return shown.strip().lstrip("#'").strip()
