"""Forms that change something: what this person changed is written, and nothing else.

Such a form carries, hidden, what its page showed. When it comes back, a field that was left as
it was shown stands for what is stored by now. A field that was changed here, and to something
else by somebody meanwhile, is a conflict: both values are shown, nothing is saved, and the page
now shows what is stored, so that saving again is a decision.
"""

from __future__ import annotations

from datetime import time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from courses.checked_forms import CheckedForm

DELETED = "Somebody has deleted this meanwhile. Save again to add it as it stands here."
NOT_SHOWN = {"password", "file"}  # inputs that come to the page without their value


def differs(field: forms.Field, one: Any, posted: Any) -> bool:
    """Whether a value (stored, or posted too) means something else to the field than `posted`.

    Values are compared, not how they are written: 9:00 is 09:00:00. A line end is a line end.
    """
    one, posted = _one_line_end(one), _one_line_end(posted)
    if isinstance(one, str) and not isinstance(field, forms.ModelChoiceField):
        try:
            one = field.to_python(one)
        except ValidationError:
            return True
    return field.has_changed(one, posted)


def _one_line_end(value: Any) -> Any:
    """Browsers end every line with CRLF, whatever the page gave them."""
    return "\n".join(value.splitlines()) if isinstance(value, str) else value


def in_words(field: forms.Field, value: Any) -> str:
    """What a value of the field, stored or posted, looks like to who reads it."""
    value = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        return "ticked" if field.to_python(value) else "not ticked"
    if hasattr(field, "choices"):
        keys = {str(one) for one in (value if isinstance(value, list) else [value])} - {"", "None"}
        value = ", ".join(str(label) for key, label in field.choices if str(key) in keys)
    if isinstance(value, list):
        value = " ".join(filter(None, value))
    if isinstance(value, time):
        value = value.isoformat("minutes" if not value.second else "seconds")
    return "nothing" if value is None or value == "" else f"“{value}”"


class ShownField(forms.BoundField):
    """A field that knows what its page showed, what was typed, and what is stored (`initial`)."""

    form: MergingForm

    @property
    def shown(self) -> Any:
        """What the page showed, as it was posted back."""
        widget = self.field.hidden_widget()
        return widget.value_from_datadict(self.form.data, self.form.files, self.html_initial_name)

    @property
    def typed(self) -> Any:
        """What was posted."""
        return super().data

    def is_compared(self) -> bool:
        """Whether this field came back together with what its page showed."""
        field = self.field
        return field.show_hidden_initial and not field.disabled and self.form.says_what_it_showed

    def is_left_alone(self) -> bool:
        """Whether the person left the field as the page showed it."""
        if self.form.is_unseen:
            return True
        return self.is_compared() and not differs(self.field, self.shown, self.typed)

    def was_changed_meanwhile(self) -> bool:
        """Whether something else is stored by now than the page showed."""
        return self.is_compared() and differs(self.field, self.initial, self.shown)

    def is_in_conflict(self) -> bool:
        """Whether the person and somebody else changed it to different values."""
        return (
            self.was_changed_meanwhile()
            and not self.is_left_alone()
            and differs(self.field, self.initial, self.typed)
        )

    @property
    def data(self) -> Any:
        """What is to be cleaned: what was typed, or what is stored where nothing was."""
        if not self.is_left_alone():
            return self.typed
        if isinstance(self.field, forms.MultiValueField):
            return cast("Any", self.field.widget).decompress(self.initial)
        return self.initial

    def value(self) -> Any:
        """What the page shows."""
        if self.form.is_bound and self.is_left_alone():
            return self.field.prepare_value(self.initial)
        return super().value()

    def _has_changed(self) -> bool:
        if self.is_left_alone():
            return False
        if self.is_compared():
            return differs(self.field, self.initial, self.typed)
        return self.field.has_changed(self.initial, self.typed)

    def as_hidden(self, attrs: Any = None, only_initial: bool = False, **kwargs: Any) -> Any:
        """The hidden field; as the initial one always what is stored, which the page tells."""
        if not only_initial:
            return super().as_hidden(attrs, **kwargs)
        if self.field.disabled:
            return ""  # the browser posts no such field, so there is nothing to compare
        return self.field.hidden_widget().render(
            name=self.html_initial_name,
            value=self.field.prepare_value(self.initial),
            attrs={"id": self.html_initial_id},
            renderer=self.form.renderer,
        )


class MergingForm(forms.Form):
    """The base of every form that changes something that is there already."""

    bound_field_class = ShownField
    is_unseen = False  # a row that was added after the page was made: nothing of it was posted

    def compare_with_shown(self) -> None:
        """Carry what the page shows; to be called when the fields are there."""
        for field in self.fields.values():
            kind = getattr(field.widget, "input_type", "")
            field.show_hidden_initial = not field.widget.is_hidden and kind not in NOT_SHOWN

    @property
    def shown_fields(self) -> list[ShownField]:
        """The fields, each with what it knows."""
        return [cast("ShownField", self[name]) for name in self.fields]

    @property
    def says_what_it_showed(self) -> bool:
        """Whether the form came from a page; a script that posts values means just them."""
        return self.is_bound and any(
            not field.field.hidden_widget().value_omitted_from_data(
                self.data, self.files, field.html_initial_name
            )
            for field in self.shown_fields
        )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for shown in self.shown_fields:
            if shown.is_in_conflict():
                typed = shown.field.bound_data(shown.typed, None)
                now, typed = (in_words(shown.field, one) for one in (shown.initial, typed))
                self.add_error(
                    shown.name,
                    f"Somebody has changed this to {now} meanwhile; you wrote {typed}."
                    " Save again to keep yours.",
                )


class ChangeForm(MergingForm, CheckedForm):
    """The form of a row: it merges, checks every constraint, and writes what was changed."""

    refusal = ""  # what an action or the database said to these same values

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.compare_with_shown()

    @property
    def changed_columns(self) -> list[str]:
        """The model's own fields that this person changed."""
        own = {field.name for field in self.instance._meta.concrete_fields}
        return [name for name in self.changed_data if name in own]

    def save(self, commit: bool = True) -> Any:
        """Write the changed columns; the whole row where it is new."""
        row = super().save(commit=False)
        if commit:
            row.save(update_fields=self.changed_columns if row.pk else None)
            self._save_m2m()  # type: ignore[attr-defined]
        return row

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.refusal:
            self.add_error(None, self.refusal)
