"""What the tables of rows on the admin's pages lack: names of fields, and short refusals."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError


class NamedFields:
    """For a formset: the head of its table names columns for the eye, this fields for the ear."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the fields after their columns."""
        super().add_fields(form, index)  # type: ignore[misc]
        for name, field in form.fields.items():
            if not field.widget.is_hidden:
                widget = getattr(field.widget, "widget", field.widget)
                label = field.label or name.replace("_", " ").capitalize()
                widget.attrs.setdefault("aria-label", str(label))


class PlainRefusals:
    """For a row: it says that it cannot be deleted; Django lists everything that refers to it."""

    instance: Any

    def hand_clean_DELETE(self) -> None:  # noqa: N802
        """Put one sentence in the place of the list; the name is Django's."""
        try:
            super().hand_clean_DELETE()  # type: ignore[misc]
        except ValidationError as refusal:
            raise ValidationError(
                f"“{self.instance}” cannot be deleted: what was handed in or graded refers to it."
            ) from refusal
