"""The shape of what is posted; whether it may be handed in is for the actions to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator

if TYPE_CHECKING:
    from schedule.plan.values import Work


class WorkForm(forms.Form):
    """Texts and files of a work, under the keys of its prompts and files.

    `key` makes a repeated POST find its first receipt; `base_version` is the version that the form
    was made from, 0 for none.
    """

    key = forms.CharField(
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"\A[0-9a-f-]{16,64}\Z")],
        error_messages={
            "required": "The form came without its key. Hand it in again.",
            "invalid": "The form's key is damaged. Hand it in again.",
        },
    )
    base_version = forms.IntegerField(
        min_value=0,
        required=False,
        error_messages=dict.fromkeys(
            ("invalid", "min_value"), "The form is damaged. Hand it in again."
        ),
    )

    def __init__(self, work: Work, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work
        for prompt in work.prompts:
            self.fields[prompt.key] = forms.CharField(required=False, strip=False)
        for slot in work.files:
            self.fields[slot.key] = forms.FileField(
                required=False,
                max_length=255,
                error_messages={"empty": "The file is empty. Choose the right one."},
            )

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by the keys of the prompts."""
        return {one.key: self.cleaned_data[one.key] for one in self.work.prompts}

    @property
    def uploads(self) -> dict[str, Any]:
        """What was chosen, by the keys of the files."""
        chosen = {slot.key: self.cleaned_data.get(slot.key) for slot in self.work.files}
        return {key: upload for key, upload in chosen.items() if upload}
