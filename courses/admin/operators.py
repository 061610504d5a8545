"""What operators alone see in the admin: accounts and the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError

from courses.actions.clashes import no_new_clash, refusal_of
from courses.addresses import plain
from courses.change_admin import ChangeAdmin
from courses.change_forms import ChangeForm
from courses.models import Notice, Person

if TYPE_CHECKING:
    from django.http import HttpRequest


class PersonForm(ChangeForm):
    """An account; its address is one of its owner's on every roster that they are on."""

    def clean_email(self) -> str:
        """Say which entries the address would confuse, before saving it."""
        email = plain(self.cleaned_data["email"])
        mine = Person.objects.filter(pk=self.instance.pk)
        for course in self.instance.enrolments.values_list("course", flat=True).order_by("course"):

            def change(course: int = course) -> None:
                with no_new_clash(course):
                    mine.update(email=email)

            refusal = refusal_of(course, change) if "email" in self.changed_data else None
            if refusal is not None:
                raise ValidationError(str(refusal))
        return email


class OperatorAdmin(ChangeAdmin):
    """Seen by operators alone; whoever teaches does not find it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model is listed."""
        return bool(getattr(request.user, "is_superuser", False))


@admin.register(Person)
class PersonAdmin(OperatorAdmin):
    """Accounts. Passwords are changed by their owners."""

    form = PersonForm
    list_display = ("email", "name", "is_active", "is_superuser", "joined_at")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_superuser", "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are made by signing up."""
        return False


@admin.register(Notice)
class NoticeAdmin(OperatorAdmin):
    """The outbox, to see what was not delivered. Bodies may hold secrets and stay unseen."""

    list_display = ("subject", "address", "kind", "created_at", "sent_at", "attempts", "last_error")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("address", "subject", "key")
    fields = (
        "course", "address", "kind", "key", "subject", "created_at", "sent_at", "attempts",
        "retry_at", "last_error",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Notices are posted by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A deleted notice would be posted again."""
        return False
