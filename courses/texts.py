"""What people type, made comparable. Pure: no Django, no clock.

One character can be stored in several ways, and some characters show nothing: whoever compares,
stores or asks whether something was typed does it here.
"""

from __future__ import annotations

import unicodedata

# Letters, marks and symbols that show nothing although their category says otherwise: fillers of
# Hangul, the blank of Braille, the joiner and the vowels of Khmer that are never shown.
_SHOWS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Signs of Arabic, Syriac and Kaithi that span numbers are drawn, although called formats.
_DRAWN = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_STARTS_A_FORMULA = frozenset("=+-@|%")
_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def is_visible(character: str) -> bool:
    """Whether this one character shows something: blanks, controls and joiners do not."""
    if unicodedata.category(character)[0] in "CZ" and character not in _DRAWN:
        # What has no name yet, or a private one, is drawn as a box or a logo.
        return unicodedata.category(character) in {"Cn", "Co"}
    code = ord(character)
    return character not in _SHOWS_NOTHING and not any(code in some for some in _SELECTORS)


def is_blank(text: str) -> bool:
    """Whether nothing of the text is visible, so that nothing was said."""
    return not any(map(is_visible, set(text)))  # each kind once: a text may be of eight million


def clean(text: str) -> str:
    """A text as it is stored: one kind of line end, no NUL, nothing blank around it.

    Empty when nothing in it is visible.
    """
    if is_blank(text):
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take this text for a formula.

    What stands before the first visible character is passed over, as importers do, and
    wide forms such as `＝` count as what they stand for.
    """
    for character in text:
        if unicodedata.category(character)[0] in "CZ":  # controls, joiners, marks, blanks
            continue
        return unicodedata.normalize("NFKC", character)[:1] in _STARTS_A_FORMULA
    return False


def nfc(text: str) -> str:
    """The text with each character in its one composed form, so that equal names are equal."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """The text as it is compared and searched, whatever its capitals and however it is stored."""
    return nfc(unicodedata.normalize("NFKC", nfc(text).casefold()).casefold())


# Joiners and marks of direction shape what stands around them; at the edge of a word there is
# nothing to shape, unless a joiner follows the sign that asks for one (as in Malayalam).
_SHAPES = "\u200c\u200d\u2060\u200e\u200f\u061c"
_VIRAMA = 9  # its combining class
_NEVER_SHOWN = dict.fromkeys(
    [0xFEFF, 0x200B, 0x00AD, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFF9, 0xFFFA, 0xFFFB]
)


def tidy_name(text: str) -> str:
    """A name, NetID or address as it is stored: composed, on one line, single blanks.

    What is never shown goes (marks of byte order, soft hyphens, controls, overrides of
    direction); the joiners that shape letters stay. Empty when nothing in it is visible.
    """
    if is_blank(text):
        return ""
    text = nfc(text).translate(_NEVER_SHOWN)
    words = " ".join(
        "".join(" " if one.isspace() else one for one in text
                if one.isspace() or unicodedata.category(one) != "Cc").split()
    )  # fmt: skip

    return " ".join(filter(None, map(_without_shapes_around, words.split())))


def _without_shapes_around(word: str) -> str:
    word = word.lstrip(_SHAPES)
    core = word.rstrip(_SHAPES)
    asks = bool(core) and unicodedata.combining(core[-1]) == _VIRAMA
    return word if asks else core


def lower_first(text: str) -> str:
    """The text as it stands within a sentence: “Presenter” begins small, “PI” stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: int) -> str:
    """“two”, and from eleven on in figures."""
    return NUMBERS[value] if value < len(NUMBERS) else str(value)


def listed(words: list[str], joined: str) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return f" {joined} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
