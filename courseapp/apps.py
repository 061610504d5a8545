"""App configuration of `courseapp`."""

from typing import Any

from django.apps import AppConfig


class CourseAppConfig(AppConfig):
    name = "courseapp"
    verbose_name = "Rostrum"

    def ready(self) -> None:
        """Tell who signs in of what they sent while they were signed out."""
        from allauth.account.signals import user_logged_in

        user_logged_in.connect(_tell_of_what_is_kept, dispatch_uid="what is kept")


def _tell_of_what_is_kept(request: Any, **kwargs: Any) -> None:
    from django.contrib import messages
    from django.urls import reverse
    from django.utils.html import format_html

    from courseapp.kept import kept_in

    page = reverse("kept")
    asked = {request.POST.get("next"), request.GET.get("next")}
    if hasattr(request, "at") and page not in asked and kept_in(request):
        said = '<a href="{}">What you sent while you were signed out</a> is kept for you.'
        messages.info(request, format_html(said, page))
