"""The admin site: one for operators and for everybody who teaches a course."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from courses.change_admin import ChangeAdmin
from courses.change_forms import ChangeForm
from courses.permissions import courses_taught_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern, URLResolver

    from courses.models import Person


class RostrumAdminSite(admin.AdminSite):
    """Django's admin for operators, instructors and TAs; each sees their own courses only.

    Signing in, out and changing a password are allauth's, so that its limits hold here too.
    """

    site_header = "Rostrum"
    site_title = "Rostrum"
    index_title = "Courses you teach"
    site_url = "/home/"
    enable_nav_sidebar = False  # on a laptop it takes the place of a list's last columns

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register; the admins of libraries change rows as carefully as our own."""
        ours: Any = admin_class or admin.ModelAdmin
        if not issubclass(ours, ChangeAdmin):
            form = type(ours.form.__name__, (ChangeForm, ours.form), {})
            ours = type(ours.__name__, (ChangeAdmin, ours), {"form": form})
        super().register(model_or_iterable, ours, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the signed-in person may open the admin at all."""
        person = cast("Person", request.user)
        if not person.is_active:
            return False
        return courses_taught_by(person, getattr(request, "at", timezone.now())).exists() or bool(
            getattr(person, "is_superuser", False)
        )

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view, which does not exist (404) for whoever may not see it."""
        inner: Callable[..., HttpResponse] = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404("No such page.")
            try:
                return inner(request, *args, **kwargs)
            except PermissionDenied as error:
                raise Http404("No such page.") from error

        return update_wrapper(guarded, inner)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Django's, without the one that tells which rows exist in other courses."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """On to the sign-in page, and back; 404 for who is signed in and may not come in."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404("No such page.")
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """On to signing out."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """On to changing the password."""
        return redirect("account_change_password")
