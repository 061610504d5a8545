"""The floors: the least that a page and a POST can cost under Django."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.views.decorators.http import require_GET, require_POST

from benchmarks.models import Line, Note


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Forty rows in one query, one template."""
    template = loader.get_template("benchmarks/floor.html")
    return HttpResponse(template.render({"lines": Line.objects.all()[:40]}))


@require_POST
def post(request: HttpRequest) -> HttpResponse:
    """One row, and a redirect as after a hand-in."""
    Note.objects.create(author=request.POST["key"], text=request.POST["text"])
    return HttpResponseRedirect("/floor/page/", status=303)
