"""What every text field of every form takes for empty: a text in which nothing is visible.

Django takes only `""` for empty, after white space is cut off, so that a zero-width space alone
passes as a title. This holds for its own forms too (the admin's, allauth's).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import EMPTY_VALUES

from courses.texts import is_blank


class BlankValues(list[Any]):
    """Django's empty values, and every text that shows nothing."""

    def __contains__(self, value: object) -> bool:
        """Whether nothing was typed."""
        return is_blank(value) if isinstance(value, str) else super().__contains__(value)


def take_blank_for_empty() -> None:
    """From now on a required text must show something, and an optional blank one is stored empty.

    `Field.empty_values` is what Django's fields ask, in cleaning as in validating.
    """
    forms.CharField.empty_values = BlankValues(EMPTY_VALUES)
