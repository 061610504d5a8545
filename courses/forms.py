"""Forms of rosters and invitations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from courses.rosterfile import (
    FIELDS,
    MEANINGS,
    ReadRows,
    RosterUnreadable,
    Table,
    Word,
    decode,
    doubtful_columns,
    guess_columns,
    is_workbook,
    read_rows,
    read_table,
    read_workbook,
)
from courses.texts import is_blank

if TYPE_CHECKING:
    from courses.actions.roster import RosterPlan
    from courses.models import Course

MAX_BYTES = 2 * 1024 * 1024
# What the second step carries: 2 MB of old Latin letters are 4 MB of Unicode, and browsers send
# two characters for each line's end. Below `DATA_UPLOAD_MAX_MEMORY_SIZE`.
MAX_CARRIED = 6 * 1024 * 1024


class InviteForm(forms.Form):
    """To which address an invitation goes."""

    email = forms.EmailField(label="Address", max_length=254)


def _carried(text: str) -> int:
    """How many bytes a browser sends for this text."""
    return len(text.encode("utf-8", "replace")) + text.count("\n")


class RosterUploadForm(forms.Form):
    """A roster file, or its text pasted."""

    file = forms.FileField(
        required=False,
        label="File",
        help_text="CSV or an .xlsx workbook as any system exports it, up to 2 MB.",
    )
    text = forms.CharField(
        required=False,
        label="Or paste the table",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="With its row of headers; separated by commas, semicolons, tabs or pipes.",
    )
    sheet_note = ""
    """Which sheet of a workbook was read, where it has several."""

    def clean(self) -> dict[str, Any]:
        """Put the text in `text` and the table in `table`."""
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        place = "file" if upload is not None else "text"
        try:
            if upload is not None:
                if upload.size > MAX_BYTES:
                    raise RosterUnreadable("The file is larger than 2 MB.")
                cleaned["text"] = self._text_of(upload.read())
            if is_blank(cleaned.get("text", "")):
                raise RosterUnreadable("Choose a file or paste the table.")
            if _carried(cleaned["text"]) > MAX_CARRIED:
                raise RosterUnreadable("The table is larger than 6 MB as text. Leave columns out.")
            cleaned["table"] = read_table(cleaned["text"])
        except RosterUnreadable as error:
            self.add_error(place, str(error))
        return cleaned

    def _text_of(self, data: bytes) -> str:
        if not is_workbook(data):
            return decode(data)
        sheet = read_workbook(data)
        if sheet.others:
            others = ", ".join(f"“{title}”" for title in sheet.others)
            self.sheet_note = f"The sheet “{sheet.title}” was read, and not {others}."
        return sheet.text


class RosterMappingForm(forms.Form):
    """Which column is what, what its words mean, and what happens to whom the file does not name.

    The text travels along in `text`, so that no file is kept between the steps. `previewed`
    is the fingerprint of what the person has seen; another one is shown before it is applied.
    """

    text = forms.CharField(
        strip=False,
        label="Rows, the headers first",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    drop_missing = forms.BooleanField(
        required=False, label="Mark as dropped whom the file does not list as a student"
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, course: Course, table: Table) -> None:
        """`data` may lack the words' meanings: they are remembered or guessed then."""
        self.course, self.table = course, table
        chosen = {name: data.get(f"column_{name}", "") for name in FIELDS}
        self.columns = {name: head for name, head in chosen.items() if head in table.headers}
        mapping = getattr(course, "roster_mapping", None)
        words = read_rows(
            table, self.columns, course.email_domain, mapping.words if mapping else {}
        ).words
        self.words = {_name_of(word): word for word in words}
        meanings = {name: word.meaning for name, word in self.words.items()}
        super().__init__({**meanings, **data})
        choices = [("", "not in the file"), *((header, header) for header in table.headers)]
        for name, label in FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                choices=choices, required=False, label=label
            )
        for name, word in self.words.items():
            self.fields[name] = forms.ChoiceField(
                choices=[("", "choose"), *MEANINGS[word.field].items()],
                required=False,
                label=word.text,
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The fields that map columns, in order."""
        return [self[f"column_{name}"] for name in FIELDS]

    @property
    def word_fields(self) -> list[tuple[Word, forms.BoundField]]:
        """The words of status and role, each with the field that says what it means."""
        return [(word, self[name]) for name, word in self.words.items()]

    def answers(self) -> dict[str, dict[str, str]]:
        """Field -> word -> meaning, as chosen. Only when the form is valid."""
        said: dict[str, dict[str, str]] = {}
        for name, word in self.words.items():
            said.setdefault(word.field, {})[word.key] = self.cleaned_data[name]
        return said

    def read(self) -> ReadRows:
        """The rows under this mapping."""
        return read_rows(self.table, self.columns, self.course.email_domain, self.answers())

    def fingerprint(self, plan: RosterPlan) -> str:
        """What the preview shows, as one short text: the file, what was chosen, what it does."""
        text = "\n".join(self.cleaned_data["text"].splitlines())  # browsers send back other ends
        seen = [text, self.columns, self.answers(), self.cleaned_data["drop_missing"]]
        return hashlib.sha256(
            json.dumps([*seen, plan.digest()], sort_keys=True).encode()
        ).hexdigest()


def _name_of(word: Word) -> str:
    """The field of a word, by the word itself: another column's words are never answered by it."""
    return f"{word.field}_{hashlib.sha256(word.key.encode()).hexdigest()[:12]}"


def first_mapping(course: Course, text: str, table: Table) -> tuple[dict[str, Any], list[str]]:
    """The mapping form's data for a file just read, and what could not be guessed.

    Columns are those remembered, else guessed.
    """
    mapping = getattr(course, "roster_mapping", None)
    columns = guess_columns(table.headers, mapping.columns if mapping else {})
    data = {"text": text, **{f"column_{name}": columns.get(name, "") for name in FIELDS}}
    return data, doubtful_columns(table.headers, columns)
