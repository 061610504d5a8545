"""The sender's name for a file, fit to be shown, and to be saved under. Pure: no Django."""

from __future__ import annotations

import re
from unicodedata import category

from wcwidth import iter_graphemes

from courses.texts import is_blank, is_visible, nfc

NAME_LENGTH = 150  # characters
NAME_BYTES = 255  # in UTF-8: what file systems take
LONGEST_SUFFIX = 10

# What a browser writes where a header cannot hold the character itself; nothing else is escaped.
_ESCAPED = {"%22": '"', "%0D": " ", "%0A": " "}
_JOINERS = "\u200c\u200d"  # they show nothing, and change how what stands around them is drawn
# So do the letters behind a black flag that say whose it is: one piece, or they hide something.
_PIECES = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f|.", re.DOTALL)
# Names of devices: Windows gives the device, whatever stands behind the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|\Z)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The last path part of `name` on one line, without controls and marks that turn its direction.

    What browsers escape in a header is itself again. Never empty, and neither its beginning nor
    its end is a dot or a blank; at most `NAME_LENGTH` characters and `NAME_BYTES` bytes, its
    suffix kept and nothing that is read as one character cut in half. “file” stands where
    nothing visible is left.
    """
    shown = _shown(name.replace("\\", "/").rpartition("/")[2])
    while shown and (shown[-1] == "." or not is_visible(shown[-1])):
        shown = shown[:-1]
    stem, dot, suffix = shown.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        stem, dot, suffix = shown, "", ""
    stem = stem.strip(". ")
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    stem = _cut(stem, beside=dot + suffix)
    return f"{'file' if is_blank(stem) else stem}{dot}{suffix}"


def _shown(name: str) -> str:
    """The name's characters that show something, or belong to one that does.

    What is taken out may leave an escape behind that was none before, so it is read until it
    stays.
    """
    while (shown := _read(name)) != name:
        name = shown
    return shown


def _read(name: str) -> str:
    for escaped, character in _ESCAPED.items():
        name = name.replace(escaped, character)
    shown = ""
    for piece in _PIECES.findall(name):
        if piece.isspace():
            shown += " "
        elif piece in _JOINERS:
            shown += piece if shown and shown[-1] not in _JOINERS + " " else ""
        elif len(piece) > 1 or is_visible(piece) or category(piece)[0] != "C":
            shown += piece
    return nfc(" ".join(shown.split()))


def _cut(stem: str, *, beside: str) -> str:
    """As much of the stem as has room beside the suffix."""
    kept = ""
    for character in iter_graphemes(stem):
        longer = kept + character
        if len(longer + beside) > NAME_LENGTH or len((longer + beside).encode()) > NAME_BYTES:
            break
        kept = longer
    return kept.rstrip(". ")
