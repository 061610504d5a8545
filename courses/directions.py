"""Names that are written from right to left inside our sentences. Pure: no Django, no clock.

On a page the filter `bdi` keeps a name to itself; in plain text (a mail, a message) two characters
that are not shown do. Without them the numbers and dots beside a name change places.
"""

from __future__ import annotations

import re
import unicodedata

_OVERRIDES = re.compile("[\u202a-\u202e]")
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def undirected(text: str) -> str:
    """The text without the controls that turn what follows; its letters know their direction."""
    return _CONTROLS.sub("", text)


def without_overrides(text: str) -> str:
    """The text without embeddings and overrides, which reach to the line's end when left open."""
    return _OVERRIDES.sub("", text)


def isolated(name: object) -> str:
    """A name for a sentence in plain text, where it turns nothing but itself.

    Names that run from left to right stay as they are.
    """
    text = undirected(str(name))
    if not text.isascii() and any(
        unicodedata.bidirectional(one) in {"R", "AL", "AN"} for one in set(text)
    ):
        return f"{_FIRST_STRONG}{text}{_POP}"
    return text
