"""What the tables of rows on the admin's pages lack.

Names of fields, short refusals, and a memory: rows that somebody added, changed or deleted
since the page was made are neither overlooked nor undone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet

from courses.change_forms import DELETED, in_words

if TYPE_CHECKING:
    from courses.change_forms import ChangeForm

    # What stands before and after the number in each posted key -> the values.
    Row = dict[tuple[str, str], list[str]]


class MergedRows(BaseInlineFormSet):
    """For a bound formset: what was posted is laid over the rows that are stored now.

    Rows that came meanwhile count as left alone. Of those that are gone, the ones that this
    person changed become new rows and say so; the others stay gone.
    """

    data: Any  # a QueryDict
    form: Any
    model: Any
    prefix: str

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.unseen: set[int] = set()  # numbers of the rows that came meanwhile
        self.deleted: set[int] = set()  # and of those that are gone and were changed here
        if self.is_bound and self.management_form.is_valid():
            rows, initial = self._laid_over(self.data)
            for number, row in enumerate(rows):
                for (before, after), values in row.items():
                    self.data.setlist(f"{before}{number}{after}", values)
            self.data[f"{self.prefix}-TOTAL_FORMS"] = len(rows)
            self.data[f"{self.prefix}-INITIAL_FORMS"] = initial
            del self.management_form  # it was made of the old numbers

    def _laid_over(self, sent: Any) -> tuple[list[Row], int]:
        """The rows as they are now, first those that are stored, and how many these are."""
        pk = (f"{self.prefix}-", f"-{self.model._meta.pk.name}")
        posted = self._take_rows()
        numbers = {"".join(row.get(pk, [])): number for number, row in posted.items()}
        rows: list[Row] = []
        for stored in self.get_queryset():
            number = numbers.get(str(stored.pk), -1)
            if number < 0:
                self.unseen.add(len(rows))
            rows.append(posted.pop(number, {}) | {pk: [str(stored.pk)]})
        initial = len(rows)
        for number, row in sorted(posted.items()):
            if not any(row.get(pk, [])):
                rows.append(row)
            elif self._is_changed(number, sent):
                self.deleted.add(len(rows))
                typed = {key: one for key, one in row.items() if not key[0].startswith("initial-")}
                rows.append(typed | {pk: [""]})
        return rows, initial

    def _take_rows(self) -> dict[int, Row]:
        """Take the posted rows out of the data: number -> row."""
        self.data, total = self.data.copy(), self.total_form_count()
        pattern = re.compile(rf"((?:initial-)?{re.escape(self.prefix)}-)(\d{{1,4}})(-.+)", re.S)
        rows: dict[int, Row] = defaultdict(dict)
        for key in list(self.data):
            found = pattern.fullmatch(key)
            if found and int(found[2]) < total:
                rows[int(found[2])][found[1], found[3]] = self.data.pop(key)
        return dict(rows)

    def _is_changed(self, number: int, sent: Any) -> bool:
        """Whether this person changed, and did not delete, the row that was sent so numbered."""
        prefix = self.add_prefix(number)
        if f"{prefix}-{DELETION_FIELD_NAME}" in sent:
            return False
        row = self.form(sent, prefix=prefix, **self.get_form_kwargs(number))
        row.compare_with_shown()
        columns = {field.name for field in self.model._meta.fields}
        return any(not one.is_left_alone() for one in row.shown_fields if one.name in columns)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.is_unseen = i in self.unseen
        if i in self.deleted:
            form.refusal = DELETED
        return form


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
        """Put one sentence in the place of the list; the name is Django's.

        A row that somebody has changed since it was shown is not deleted unseen either.
        """
        try:
            super().hand_clean_DELETE()  # type: ignore[misc]
        except ValidationError as refusal:
            raise ValidationError(
                f"“{self.instance}” cannot be deleted: what was handed in or graded refers to it."
            ) from refusal
        row = cast("ChangeForm", self)
        if row.cleaned_data.get(DELETION_FIELD_NAME):
            now = [
                f"{one.label} is now {in_words(one.field, one.initial)}"
                for one in row.shown_fields
                if one.was_changed_meanwhile()
            ]
            if now:
                raise ValidationError(
                    f"Somebody has changed “{self.instance}” meanwhile: {', '.join(now)}."
                    " Save again to delete it all the same."
                )
