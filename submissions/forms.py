"""The shape of what is posted; whether it may be handed in is for the actions to say."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator

from submissions.models import Summary


class KeyedForm(forms.Form):
    """A form that carries the key which makes a repeated POST find its first receipt."""

    key = forms.CharField(
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"\A[0-9a-f-]{16,64}\Z")],
        error_messages={
            "required": "The form came without its key. Hand it in again.",
            "invalid": "The form's key is damaged. Hand it in again.",
        },
    )


class BaseVersionField(forms.IntegerField):
    """The hidden number of the version that a form was made from."""

    def __init__(self) -> None:
        damaged = "The form is damaged. Hand it in again."
        super().__init__(
            min_value=0,
            required=False,
            error_messages={"invalid": damaged, "min_value": damaged},
        )


class QuestionForm(KeyedForm):
    """A question and the version that its text started from (0 for none)."""

    text = forms.CharField(strip=False, error_messages={"required": "A question needs some words."})
    base_version = BaseVersionField()


class SlidesForm(KeyedForm):
    """A file."""

    upload = forms.FileField(
        max_length=255,
        error_messages={
            "required": "Choose the file with your slides.",
            "empty": "The file is empty. Choose the right one.",
        },
    )


class SummaryForm(KeyedForm):
    """Five answers, or a PDF, and the version that the form was made from (0 for none)."""

    base_version = BaseVersionField()
    upload = forms.FileField(
        required=False,
        max_length=255,
        error_messages={"empty": "The file is empty. Choose the right one."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, label in Summary.FIELDS:
            self.fields[name] = forms.CharField(label=label, required=False, strip=False)
