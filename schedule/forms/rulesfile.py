"""The rules of a course as they are written in a file: an object of flat columns, read by forms."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import fields_for_model

from schedule.models import FileSlot, Prompt, Role, Work
from schedule.plan import columns
from schedule.plan.contradictions import Fault
from schedule.plan.values import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

DATES = ("opens_date", "due_date")  # by their titles
RETIRED = "retired"


def _shape(model: type[Any], names: Sequence[str], **more: forms.Field) -> type[forms.Form]:
    """A form with the fields that the model has for these columns; as good as they are stored."""
    plain = [name for name in names if name not in DATES and name != "retired_at"]
    fields = fields_for_model(model, fields=plain)
    for name, one in fields.items():
        if isinstance(one, forms.ChoiceField):
            there = ", ".join(str(value) for value, _ in one.widget.choices if value)
            one.error_messages["invalid_choice"] = f"“%(value)s” is none of these: {there}."
        one.initial = model._meta.get_field(name).get_default()
    hold_to_model(model, fields)
    return type(f"{model.__name__}Shape", (forms.Form,), {**fields, **more})


def hold_to_model(model: type[Any], fields: Mapping[str, forms.Field]) -> None:
    """Let the fields ask the validators of the model's, which else are asked of whole rows only."""
    for name, one in fields.items():
        one.validators += [
            check for check in model._meta.get_field(name).validators if check not in one.validators
        ]


def _date() -> forms.Field:
    return forms.CharField(required=False, max_length=300)


ROLE = _shape(Role, columns.ROLE, retired=forms.BooleanField(required=False, initial=False))
WORK = _shape(
    Work,
    columns.WORK,
    retired=forms.BooleanField(required=False, initial=False),
    **{name: _date() for name in DATES},
)
PROMPT = _shape(Prompt, columns.PROMPT)
FILE = _shape(FileSlot, columns.FILE)
LISTS = ("roles", "prompts", "files")  # of a work
ALWAYS = {"key", "name", "label", "kind", "holders", "per", "owed_by", "due_from", "after"}
"""What is said also where it is as it would be unsaid."""


class Reader:
    """Reads such an object; `faults` has what is wrong with it, `since` when rules retired before
    were retired, by their keys."""

    def __init__(self, at: datetime, since: Mapping[str, datetime]) -> None:
        self.at = at
        self.since = since
        self.faults: list[Fault] = []

    def rules(self, data: Any) -> Rules:
        """The rules under `roles` and `works`, without those at which there are faults."""
        roles = [self._role(one, n) for n, one in enumerate(self._rows(data, "roles"), 1)]
        works = [self._work(one, n) for n, one in enumerate(self._rows(data, "works"), 1)]
        return Rules(
            tuple(one for one in roles if one is not None),
            tuple(one for one in works if one is not None),
        )

    def _rows(self, data: Any, name: str, owner: str = "", of: str = "objects") -> list[Any]:
        rows = data.get(name, []) if isinstance(data, dict) else None
        if not isinstance(rows, list):
            self.faults.append(Fault(owner, name, f"This must be a list of {of}."))
            return []
        return rows

    def _keys(self, data: Any, name: str, owner: str) -> list[str]:
        rows = self._rows(data, name, owner, of="keys")
        if not all(isinstance(one, str) for one in rows):
            self.faults.append(Fault(owner, name, "This must be a list of keys."))
            return []
        return rows

    def _role(self, said: Any, number: int) -> Any:
        found = self._checked(ROLE, said, f"role {number}")
        return found and columns.role_of(self._retired(found))

    def _work(self, said: Any, number: int) -> Any:
        name = f"work {number}"
        plain = {k: v for k, v in said.items() if k not in LISTS} if _is_object(said) else said
        found = self._checked(WORK, plain, name)
        if found is None:
            return None
        key = found["key"]
        found, lacking = columns.completed(found, plain.keys())
        self.faults += [Fault(key, field, sentence) for field, sentence in lacking]
        roles = self._keys(said, "roles", key)
        prompts = self._below(said, "prompts", key, PROMPT, columns.prompt_of)
        files = self._below(said, "files", key, FILE, columns.file_of)
        if lacking:
            return None
        return columns.work_of(self._retired(found), roles, prompts, files)

    def _below(
        self, said: Any, name: str, key: str, shape: type[forms.Form], made: Callable[..., Any]
    ) -> list[Any]:
        rows = enumerate(self._rows(said, name, key), 1)
        found = [self._checked(shape, one, key, f"{name}, number {n}: ") for n, one in rows]
        return [made(one) for one in found if one is not None]

    def _retired(self, found: dict[str, Any]) -> dict[str, Any]:
        is_retired = found.pop(RETIRED)
        return found | {"retired_at": self.since.get(found["key"], self.at) if is_retired else None}

    def _checked(
        self, shape: type[forms.Form], said: Any, name: str, within: str = ""
    ) -> dict[str, Any] | None:
        """The columns, cleaned; None where something is wrong with them."""
        if not _is_object(said):
            self.faults.append(Fault(name, "", f"{within}This must be an object."))
            return None
        own = said.get("key") if not within else None
        name = own if isinstance(own, str) and own else name
        before = len(self.faults)
        for unknown in said.keys() - shape.base_fields.keys():
            sentence = f"{within}There is no such thing to say."
            self.faults.append(Fault(name, str(unknown), sentence))
        merged = {**_defaults(shape), **said}  # null stands for nothing, whatever is usual
        stated = {name: value for name, value in merged.items() if value is not None}
        wrong = set()
        for field, one in shape.base_fields.items():
            words, kinds = _written(one)
            value = stated.get(field)
            if value is not None and type(value) not in kinds:
                wrong.add(field)
                self.faults.append(Fault(name, field, f"{within}This must be {words}."))
        form = shape({field: value for field, value in stated.items() if field not in wrong})
        for field, errors in form.errors.items():
            if field not in wrong:
                self.faults.append(Fault(name, field, within + " ".join(map(str, errors))))
        return form.cleaned_data if len(self.faults) == before else None


def _written(field: forms.Field) -> tuple[str, tuple[type, ...]]:
    """How a value of the field is written in JSON: in words, and as what it is read."""
    if isinstance(field, forms.BooleanField):
        return "true or false", (bool,)
    if isinstance(field, forms.IntegerField):
        return "a number", (int, float, Decimal)
    return "a text", (str,)


def _is_object(said: Any) -> bool:
    return isinstance(said, dict)


def _defaults(shape: type[forms.Form]) -> dict[str, Any]:
    return {name: one.initial for name, one in shape.base_fields.items() if one.initial is not None}


def as_data(rules: Rules, dates: Mapping[int, str]) -> dict[str, list[dict[str, Any]]]:
    """What `Reader` reads them from; `dates` are the titles of the fixed dates, by id.

    What is as it would be unsaid is left out.
    """
    return {
        "roles": [_said(ROLE, columns.columns_of_role(one), dates) for one in rules.roles],
        "works": [
            _said(WORK, columns.columns_of_work(one), dates)
            | _lists(
                roles=sorted(columns.roles_of(one.owed_by)),
                prompts=[_said(PROMPT, columns.columns_of_prompt(p), dates) for p in one.prompts],
                files=[_said(FILE, columns.columns_of_file(f), dates) for f in one.files],
            )
            for one in rules.works
        ],
    }


def _lists(**lists: list[Any]) -> dict[str, list[Any]]:
    return {name: one for name, one in lists.items() if one}


def _said(
    shape: type[forms.Form], said: Mapping[str, Any], dates: Mapping[int, str]
) -> dict[str, Any]:
    found = dict(said)
    if "retired_at" in found:
        found[RETIRED] = found.pop("retired_at") is not None
    for name in DATES:
        if found.get(name) is not None:
            found[name] = dates.get(found[name], found[name])
    defaults = _defaults(shape)
    return {
        name: _plain(value)
        for name, value in found.items()
        if name in ALWAYS or _or_none(value) != _or_none(defaults.get(name))
    }


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def as_number(value: Decimal) -> int | float:
    """The number as JSON has it, without needless zeros."""
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Any) -> Any:
    """The value as JSON has it: times as 23:59, numbers without needless zeros."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return as_number(value)
    is_round = not (value.second or value.microsecond)
    return f"{value:%H:%M}" if is_round else value.isoformat()
