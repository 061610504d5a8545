"""What every model admin of the project does alike: it changes rows safely and searches well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from courses.change_forms import DELETED, ChangeForm
from courses.errors import Refused

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

REFUSED = "This does not fit with what is stored by now, so nothing was saved."


class ChangeAdmin(admin.ModelAdmin):
    """The base of every model admin: see `courses.change_forms` for what its forms do."""

    form = ChangeForm

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's. Changes of one thing come one after the other, and no refusal is a crash.

        What an action or the database refuses, the forms are asked again: by then they see
        what came between, and say it at the field; else they say what the action said.
        """
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            return self._post(request, object_id, form_url, extra_context)
        except (IntegrityError, Refused) as refusal:
            said = str(refusal) if isinstance(refusal, Refused) else REFUSED
            request.refusal = said  # type: ignore[attr-defined]
            return self._post(request, object_id, form_url, extra_context)

    @transaction.atomic
    def _post(self, request: HttpRequest, object_id: str | None, *rest: Any) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id)) if object_id else None
        if thing is not None and self.has_change_permission(request, thing):
            self.lock(thing)
        if thing is None and object_id and self._was_deleted(request, unquote(object_id)):
            # What was typed stands in the form of a new row, which is saved by its own address.
            request.refusal = DELETED  # type: ignore[attr-defined]
            object_id, rest = None, (self._add_url(), *rest[1:])
        return super().changeform_view(request, object_id, *rest)

    def _was_deleted(self, request: HttpRequest, object_id: str) -> bool:
        """Whether somebody deleted such a row meanwhile, and this person could add it anew."""
        here = LogEntry.objects.filter(content_type=get_content_type_for_model(self.model))
        gone = here.filter(object_id=object_id, action_flag=DELETION)
        return self.has_add_permission(request) and gone.exists()

    def _add_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")

    def lock(self, thing: Model) -> None:
        """Keep others from changing the row until the transaction ends."""
        type(thing)._default_manager.select_for_update(no_key=True).filter(pk=thing.pk).first()

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which knows what was refused when the same values were saved."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write what was changed and no more."""
        obj.save(update_fields=form.changed_columns if change else None)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What hangs on the row; what PostgreSQL would check at the end, it checks now."""
        super().save_related(request, form, formsets, change)
        if connection.vendor == "postgresql":
            connection.check_constraints()

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """The fields, all searched alike (`courses.search`)."""
        return [f"{name}__holds" for name in super().get_search_fields(request)]
