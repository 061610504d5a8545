"""A model's form that checks every constraint of the model, and says at a field what is wrong.

Django leaves constraints out when one of their fields is read-only or not in the form; the
database does not, and answers with an error that nobody can read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, UniqueConstraint
from django.forms.models import InlineForeignKeyField, construct_instance

if TYPE_CHECKING:
    from django.db.models import BaseConstraint, Model

DO_NOT_GO_TOGETHER = "This does not go together with the other values."


def constraints_of(model: type[Model]) -> list[BaseConstraint]:
    """Every constraint of the model, also that of a field which is unique by itself."""
    single = (field for field in model._meta.fields if field.unique and not field.primary_key)
    return [
        *(UniqueConstraint(fields=(field.name,), name=field.name) for field in single),
        *model._meta.constraints,
    ]


def fields_of(constraint: BaseConstraint, model: type[Model]) -> list[str]:
    """The names of the fields that a constraint is about, in its order."""
    parts: list[Any] = []
    if isinstance(constraint, CheckConstraint):
        parts = [constraint.condition]
    elif isinstance(constraint, UniqueConstraint):
        if constraint.fields:
            return list(constraint.fields)
        parts = list(constraint.expressions)
    paths = cast("Any", model)._get_expr_references  # noqa: SLF001 - Django's checks walk so too
    return list(dict.fromkeys(name for part in parts for name, *_ in paths(part)))


class CheckedForm(forms.ModelForm):
    """The base of every form over a model."""

    taken: ClassVar[str] = "Another {thing} has this {values} already."
    set_by_action: ClassVar[tuple[str, ...]] = ()  # model fields that an action sets on saving

    def _post_clean(self) -> None:
        exclude = self._get_validation_exclusions() | {  # type: ignore[attr-defined]
            name for name, one in self.fields.items() if isinstance(one, InlineForeignKeyField)
        }
        opts = self._meta
        try:
            self.instance = construct_instance(self, self.instance, opts.fields, opts.exclude)
            self.instance.full_clean(
                exclude=exclude, validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]
        self._check_constraints()

    def _check_constraints(self) -> None:
        model = type(self.instance)
        for constraint in constraints_of(model):
            names = fields_of(constraint, model)
            if not self.errors.keys().isdisjoint(names):
                continue  # something is said there already
            try:
                constraint.validate(model, self.instance, exclude=set(self.set_by_action))
            except ValidationError:
                here = [name for name in names if self._can_be_changed(name)]
                self.add_error(here[-1] if here else None, self._sentence(constraint, here))

    def _can_be_changed(self, name: str) -> bool:
        field = self.fields.get(name)
        return field is not None and not field.disabled and not field.widget.is_hidden

    def _sentence(self, constraint: BaseConstraint, names: list[str]) -> str:
        if isinstance(constraint, CheckConstraint):
            return DO_NOT_GO_TOGETHER
        opts = self.instance._meta
        labels = [str(opts.get_field(name).verbose_name) for name in names]
        return self.taken.format(thing=opts.verbose_name, values=" and ".join(labels))
