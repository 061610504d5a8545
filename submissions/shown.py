"""A work's form as a page shows it: fields made of its prompts and files. Pure: no Django."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule.plan.values import FileSlot, Work
    from submissions.duties import Duty

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to write; `stored` is what another version says, after a conflict."""

    name: str
    label: str
    text: str
    longest: int
    is_needed: bool
    points: Decimal | None = None
    error: str = ""
    stored: str = ""


@dataclass(frozen=True, slots=True)
class FileField:
    """One file to choose; `there` is the name of the one that stays unless another comes."""

    name: str
    label: str
    suffix: str
    is_needed: bool
    most_mb: int | None
    most_pages: int | None
    there: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ShownForm:
    """The form of one piece; `key` makes a repeated POST find its first receipt."""

    key: str
    base_version: str
    fields: Sequence[Field]
    files: Sequence[FileField]
    is_either: bool = False
    errors: Sequence[str] = ()

    @property
    def without_stored(self) -> ShownForm:
        """The same where what is stored stands beside it."""
        return replace(self, fields=[replace(one, stored="") for one in self.fields])

    @property
    def compares(self) -> bool:
        """Whether it carries the version that it was made from: where texts are edited."""
        return bool(self.fields)

    @property
    def wrong(self) -> list[Field | FileField]:
        """The fields beside which something is said."""
        every: list[Field | FileField] = [*self.fields, *self.files]
        return [one for one in every if one.error]

    @property
    def first(self) -> str:
        """The name of the first field, to lead there from a sentence about the whole."""
        every: list[Field | FileField] = [*self.fields, *self.files]
        return every[0].name if every else ""


def new_key() -> str:
    """A fresh key for one form."""
    return uuid.uuid4().hex


def shown_form(
    work: Work,
    *,
    texts: Mapping[str, str] = NOTHING,
    stored: Mapping[str, str] = NOTHING,
    there: Mapping[str, str] = NOTHING,
    wrong: Mapping[str, str] = NOTHING,
    errors: Sequence[str] = (),
    key: str = "",
    base_version: str = "0",
) -> ShownForm:
    """The form with these texts, by the keys of the prompts.

    `stored` are those of another version, `there` names of files that stay, `wrong` sentences, all
    by the keys of what they belong to.
    """
    alone = len(work.files) == 1 and not work.prompts
    return ShownForm(
        key or new_key(),
        base_version,
        [
            Field(
                one.key,
                one.label,
                texts.get(one.key, ""),
                one.longest,
                one.is_needed and not work.is_either,
                one.points,
                wrong.get(one.key, ""),
                stored.get(one.key, ""),
            )
            for one in work.prompts
        ],
        [
            _file_field(one, work, "" if alone or work.is_either else there.get(one.key, ""), wrong)
            for one in work.files
        ],
        work.is_either,
        errors,
    )


def _file_field(slot: FileSlot, work: Work, there: str, wrong: Mapping[str, str]) -> FileField:
    return FileField(
        slot.key,
        slot.label,
        slot.kind.value,
        slot.is_needed and not work.is_either and not there,
        slot.most_mb,
        slot.most_pages,
        there,
        wrong.get(slot.key, ""),
    )


def blank_form(duty: Duty) -> ShownForm:
    """The form of a duty with one thing to write; what was taken back stands in it again."""
    prompt = duty.prompt
    texts = {prompt.key: duty.text} if prompt else NOTHING
    return shown_form(duty.piece.ask.work, texts=texts, base_version=str(duty.version))
