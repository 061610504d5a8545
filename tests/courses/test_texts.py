"""What is blank, what is equal, and how texts are stored."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.texts import clean, folded, is_blank, is_visible, listed, nfc, tidy_name

NOTHING_TO_SEE = [
    "",
    " \t\n",
    "\u200b",  # zero-width space
    "\u200c\u200d",  # joiners without anything to join
    "\ufeff",
    "\u2060",
    "\u00ad",
    "\u00a0\u3000",
    "\u202e\u2066",  # directions
    "\u3164",  # Hangul filler, a letter by its category
    "\u2800",  # Braille without a dot, a symbol by its category
    "\ufe0f",
    "\U000e0001\U000e0067",
    "\u200b \u200d\n\ufeff",
]


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_text_without_anything_visible_is_blank(text):
    assert is_blank(text)
    assert clean(text) == ""


@pytest.mark.parametrize(
    "text",
    ["?", "\u200bWhy", "é", "क्‍ष", "می\u200cخواهم", "🏴\U000e0067\U000e007f", "\ue000", "\u0600"],
)
def test_text_with_something_visible_is_not_blank(text):
    assert not is_blank(text)


@given(st.text(), st.characters(categories=["L", "N", "P", "S"]))
def test_one_visible_character_is_enough(text, character):
    assert is_blank(text + character) == (is_blank(text) and not is_visible(character))


def test_clean_keeps_joiners_inside_and_one_kind_of_line_end():
    assert clean("  a\r\nb\rc\x00 می\u200cخواهم \n") == "a\nb\nc می\u200cخواهم"


@given(st.text())
def test_clean_twice_is_clean_once(text):
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_composed_and_decomposed_are_equal_once_folded(text):
    assert folded(unicodedata.normalize("NFD", text)) == folded(text)
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ÅSA", "åsa"), ("Straße", "STRASSE"), ("Ærø", "ærØ"), ("Ⅷ", "viii"), ("ΣΊΣΥΦΟΣ", "σίσυφος")],
)
def test_capitals_do_not_matter_beyond_ascii(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("Zoe\u0308", "Zo\u00eb"),
        ("  Ann\u00a0 \t Arbor\r\n", "Ann Arbor"),
        ("\ufeffAnn\u200b Ar\u00adbor\x00\x07", "Ann Arbor"),
        ("\u202aAnn\u202c \u2067Arbor\u2069", "Ann Arbor"),
        ("\u0645\u06cc\u200c\u0646\u0627", "\u0645\u06cc\u200c\u0646\u0627"),
        ("\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"),
        ("\u0d28\u0d4d\u200d", "\u0d28\u0d4d\u200d"),
        ("\u200dAnn\u200c \u2060Arbor\u200e", "Ann Arbor"),
        ("Ann\u2060Arbor", "Ann\u2060Arbor"),
        ("\u2028Ann\u3000Arbor", "Ann Arbor"),
        ("'t Hart", "'t Hart"),
        ("\u200b", ""),
    ],
)
def test_a_name_is_stored_tidy_and_keeps_what_shapes_it(given_name, stored):
    assert tidy_name(given_name) == stored


@given(st.text())
def test_a_tidy_name_stays_as_it_is(text):
    assert tidy_name(tidy_name(text)) == tidy_name(text)


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(words, text):
    assert listed(words, "and") == text
