"""The shape of what graders type. What may be graded, and how, is said by the actions."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Self

from django import forms

from grading.errors import plain
from grading.models import GradeChange

if TYPE_CHECKING:
    from grading.gradebook import Entry

State = GradeChange.State


class ScoreField(forms.CharField):
    """A number as people type it; a comma counts as the decimal point. Empty is None."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": "6"}
        super().__init__(required=False, max_length=20, widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The Decimal typed; raises ValidationError naming what was typed."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise forms.ValidationError(f"“{text}” is not a number.") from None

    def validate(self, value: Any) -> None:
        """Nothing more: the range is the action's to check."""

    def run_validators(self, value: Any) -> None:
        """The length was of the text; a Decimal has none."""


class GradeForm(forms.Form):
    """One score, or excused, with a comment; `base` is the entry that the grader saw.

    `cleaned_data["state"]` is the ledger's state that it amounts to: empty when nothing
    was typed, CLEARED when a score or an excuse that stood there was emptied.
    """

    score = ScoreField()
    excused = forms.BooleanField(required=False)
    comment = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 1, "class": "grade-comment"}),
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def standing(cls, entry: GradeChange | Entry | None, prefix: str) -> Self:
        """The form before anybody types: with the entry that holds, if there is one."""
        if entry is None:
            return cls(prefix=prefix)
        return cls(
            prefix=prefix,
            initial={
                "score": "" if entry.score is None else plain(entry.score),
                "excused": entry.state == State.EXCUSED,
                "comment": entry.comment,
                "base": entry.id,
            },
        )

    def clean(self) -> dict[str, Any]:
        """A score and an excuse exclude each other; a comment alone is no grade."""
        data: dict[str, Any] = super().clean() or {}
        score, excused = data.get("score"), data.get("excused")
        if excused and score is not None:
            self.add_error("score", "Give a score or excuse, not both.")
        if excused:
            data["state"] = State.EXCUSED
        elif score is not None:
            data["state"] = State.SCORED
        elif data.get("base"):
            data["state"] = State.CLEARED
        else:
            data["state"] = ""
            if data.get("comment") and "score" not in self.errors:
                self.add_error("score", "Give a score to go with the comment.")
        return data

    def go_on_from(self, base: int) -> None:
        """Take another entry as the one that the grader has now seen."""
        names = [self.add_prefix(name) for name in self.fields]
        typed = {name: self.data[name] for name in names if name in self.data}
        self.data = typed | {self.add_prefix("base"): str(base)}

    @property
    def left_to_do(self) -> bool:
        """Whether nothing was saved by this form: it is refused, or nothing was typed."""
        return bool(self.errors) or not self.cleaned_data.get("state")

    @property
    def grade(self) -> dict[str, Any]:
        """What `record_grade` takes of it: state, score, comment and `based_on`."""
        data = self.cleaned_data
        return {
            "state": data["state"],
            "score": data["score"],
            "comment": data["comment"],
            "based_on": data["base"],
        }


class ExcuseForm(forms.Form):
    """That a student is excused from work that was not handed in, or no more so."""

    component = forms.IntegerField()
    work = forms.SlugField()
    meeting = forms.IntegerField(min_value=0)
    reading = forms.IntegerField(min_value=0)
    state = forms.ChoiceField(
        choices=[(State.EXCUSED.value, "Excuse"), (State.CLEARED.value, "Take back")]
    )
    comment = forms.CharField(required=False, max_length=4000)
