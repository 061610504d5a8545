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

from courses.change_forms import DELETED, in_words

if TYPE_CHECKING:
    from courses.change_forms import ChangeForm


class MergedRows:
    """For a bound formset: what was posted is laid over the rows that are stored now.

    Rows that came meanwhile count as left alone. Of those that are gone, the ones that this
    person changed become new rows and say so; the others stay gone.
    """

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        formset = cast("Any", self)
        self.unseen: set[int] = set()  # numbers of rows that came meanwhile
        self.deleted: set[int] = set()  # and of those that are gone and were changed here
        if formset.is_bound and formset.management_form.is_valid():
            formset.data = self._laid_over(formset.management_form.cleaned_data["INITIAL_FORMS"])
            del formset.management_form  # it was made of the old numbers

    def _laid_over(self, count: int) -> Any:
        """The posted data with its rows numbered anew, in the order in which rows are stored."""
        formset = cast("Any", self)
        data, pk = formset.data.copy(), formset.model._meta.pk.name
        total = formset.total_form_count()
        # number -> name of the key without its number -> values
        posted: dict[int, dict[str, list[str]]] = defaultdict(dict)
        pattern = re.compile(rf"((?:initial-)?{re.escape(formset.prefix)}-)(\d{{1,4}})(-.+)", re.S)
        for key in list(data):
            found = pattern.fullmatch(key)
            if found and int(found[2]) < total:
                posted[int(found[2])][f"{found[1]}{{}}{found[3]}"] = data.pop(key)
        pk_key = f"{formset.prefix}-{{}}-{pk}"
        known = {"".join(posted[n].get(pk_key, [])): n for n in sorted(posted) if n < count}
        rows = []
        for row in formset.get_queryset():
            number = known.pop(str(row.pk), None)
            if number is None:
                self.unseen.add(len(rows))
            rows.append(posted.pop(number, {}) | {pk_key: [str(row.pk)]})
        initial = len(rows)
        for number in sorted(posted):
            row = posted[number]
            if number < count:
                if not self._is_changed(number):
                    continue
                self.deleted.add(len(rows))
                row = {key: one for key, one in row.items() if not key.startswith("initial-")}
                row[pk_key] = [""]
            rows.append(row)
        for number, row in enumerate(rows):
            for key, values in row.items():
                data.setlist(key.format(number), values)
        data[f"{formset.prefix}-TOTAL_FORMS"] = len(rows)
        data[f"{formset.prefix}-INITIAL_FORMS"] = initial
        return data

    def _is_changed(self, number: int) -> bool:
        """Whether this person changed, and did not delete, the posted row of that number."""
        formset = cast("Any", self)
        prefix = formset.add_prefix(number)
        if f"{prefix}-{DELETION_FIELD_NAME}" in formset.data:
            return False
        row = formset.form(formset.data, prefix=prefix, **formset.get_form_kwargs(number))
        row.compare_with_shown()
        columns = {field.name for field in formset.model._meta.fields}
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
