"""Forms of rosters and invitations."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django import forms

from courses.rosterfile import (
    FIELDS,
    ReadRows,
    RosterUnreadable,
    Table,
    decode,
    guess_columns,
    read_rows,
    read_table,
)
from courses.texts import is_blank

if TYPE_CHECKING:
    from courses.models import Course

MAX_BYTES = 2 * 1024 * 1024


class InviteForm(forms.Form):
    """To which address an invitation goes."""

    email = forms.EmailField(label="Address", max_length=254)


class RosterUploadForm(forms.Form):
    """A roster file, or its text pasted."""

    file = forms.FileField(
        required=False, label="File", help_text="CSV as any system exports it, up to 2 MB."
    )
    text = forms.CharField(
        required=False,
        label="Or paste the table",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="With its row of headers; separated by commas, semicolons or tabs.",
    )

    def clean(self) -> dict[str, Any]:
        """Put the text in `text` and the table in `table`."""
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > MAX_BYTES:
                self.add_error("file", "The file is larger than 2 MB.")
                return cleaned
            cleaned["text"] = decode(upload.read())
        place = "file" if upload is not None else "text"
        if is_blank(cleaned.get("text", "")):
            self.add_error(place, "Choose a file or paste the table.")
            return cleaned
        try:
            cleaned["table"] = read_table(cleaned["text"])
        except RosterUnreadable as error:
            self.add_error(place, str(error))
        return cleaned


class RosterMappingForm(forms.Form):
    """Which column is what, and what happens to whom the file does not name.

    The text travels along in `text`, so that no file is kept between the steps. `previewed`
    is the fingerprint of what the person has seen; another one is shown before it is applied.
    """

    text = forms.CharField(
        strip=False,
        label="Rows, the headers first",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    drop_missing = forms.BooleanField(
        required=False, label="Mark students whom the file does not name as dropped"
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course, self.table = course, table
        choices = [("", "not in the file"), *((header, header) for header in table.headers)]
        for name, label in FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                choices=choices, required=False, label=label
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The fields that map columns, in order."""
        return [self[f"column_{name}"] for name in FIELDS]

    def columns(self) -> dict[str, str]:
        """Field -> header, as chosen. Only when the form is valid."""
        chosen = {name: self.cleaned_data[f"column_{name}"] for name in FIELDS}
        return {name: header for name, header in chosen.items() if header}

    def read(self) -> ReadRows:
        """The rows under this mapping."""
        return read_rows(self.table, self.columns(), self.course.email_domain)

    def fingerprint(self) -> str:
        """What the preview depends on, as one short text."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")  # as browsers send it back
        seen = [text, self.columns(), self.cleaned_data["drop_missing"]]
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def first_mapping(course: Course, text: str, table: Table) -> dict[str, Any]:
    """The mapping form's data for a file just read: remembered columns, else guessed ones."""
    mapping = getattr(course, "roster_mapping", None)
    columns = guess_columns(table.headers, mapping.columns if mapping else {})
    return {"text": text, **{f"column_{name}": columns.get(name, "") for name in FIELDS}}
