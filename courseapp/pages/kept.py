"""What was kept while somebody signed in: one form each, with the button that sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courseapp.kept import forget, kept_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from courses.web import Request


@login_required
@require_safe
def kept(request: Request) -> HttpResponse:
    """The forms that this browser could not hand in, for the account whose pages they stood on.

    What another account left is not shown, and forgotten.
    """
    found = kept_in(request)
    own = [one for one in found if one.is_of(request.user)]
    if len(own) < len(found):
        forget(request, lambda one: not one.is_of(request.user))
    context = {"own": own, "others": len(found) - len(own)}
    response = render(request, "courseapp/kept.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
