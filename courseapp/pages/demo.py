"""Signing in with one click, in the demo alone: the address exists only with DEMO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from courseapp.demo.people import featured
from courses.models import Person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from courses.web import Request


@require_POST
def demo_sign_in(request: Request) -> HttpResponse:
    """Sign in as one of the people that the demo introduces; nobody else can be chosen."""
    if not settings.DEMO:
        raise Http404
    chosen = {str(one.pk): one for one in featured()}.get(request.POST.get("person", ""))
    if chosen is None:
        raise Http404("Nobody of the demo.")
    person = Person.objects.get(pk=chosen.pk)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return redirect(target)
    return redirect(settings.LOGIN_REDIRECT_URL)
