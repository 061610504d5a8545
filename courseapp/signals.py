"""What happens when somebody signs in: they are told of what they sent while signed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.signals import user_logged_in
from django.contrib import messages
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.urls import reverse
from django.utils.html import format_html

from courseapp.kept import kept_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from courses.web import Request


@receiver(auth_signals.user_logged_in, dispatch_uid="as long as any session")
def last_as_long_as_any(request: HttpRequest, **kwargs: Any) -> None:
    """A session in which something was kept of a stranger was short; it is theirs by now."""
    request.session.set_expiry(None)


@receiver(user_logged_in, dispatch_uid="what is kept")
def tell_of_what_is_kept(request: HttpRequest, **kwargs: Any) -> None:
    """Say where it is, unless that is the page that comes next."""
    page = reverse("kept")
    if page in (request.POST.get("next"), request.GET.get("next")) or not hasattr(request, "at"):
        return
    if kept_in(cast("Request", request)):
        said = '<a href="{}">What you sent while you were signed out</a> is kept for you.'
        messages.info(request, format_html(said, page))
