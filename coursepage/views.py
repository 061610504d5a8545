"""The page on which staff make a course out of its Markdown page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coursepage.apply import create_course, existing_course
from coursepage.errors import CourseExists
from coursepage.forms import ImportForm
from coursepage.page import Page
from coursepage.report import counts, row_in_words
from courses.permissions import can_create_courses
from courses.web import Request

if TYPE_CHECKING:
    from courses.models import Person


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: Request) -> HttpResponse:
    """Paste or upload, look at what was read, create. Nothing is stored before the last step.

    404 for whoever may not create courses.
    """
    if not request.user.is_authenticated or not can_create_courses(request.user, request.at):
        raise Http404("No such page.")
    if request.method != "POST":
        return render(request, "coursepage/import.html", {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid() or form.page is None:
        return render(request, "coursepage/import.html", {"form": form.carried()}, status=422)
    form = form.carried()
    if "create" not in request.POST:
        return _preview(request, form)
    if form.cleaned_data["previewed"] != form.fingerprint():
        messages.warning(request, "You changed something: look at what it gives, then create.")
        return _preview(request, form)
    return _create(request, form, request.user)


def _create(request: Request, form: ImportForm, person: Person) -> HttpResponse:
    assert form.page is not None  # nosec B101 # the form is valid
    try:
        course = create_course(
            page=form.page,
            source=form.cleaned_data["text"],
            by=person,
            at=request.at,
            email_domain=form.cleaned_data["email_domain"],
        )
    except CourseExists as refusal:
        form.add_error(None, str(refusal))
        return _preview(request, form, status=409)
    messages.success(request, "The course is there, and you are its instructor. Next: its roster.")
    return redirect("course", course.slug)


def _preview(request: Request, form: ImportForm, status: int = 200) -> HttpResponse:
    page = form.page
    assert page is not None  # nosec B101 # the form is valid
    there = existing_course(page, form.cleaned_data["text"])
    if there is not None and not form.non_field_errors():
        form.add_error(None, str(CourseExists(there)))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "counts": counts(page),
        "rows": [_row(page, number) for number in range(len(page.rows))],
        "warnings": _warnings(page, form.cleaned_data["text"]),
        "can_create": there is None,
        "previewed": "" if there is not None else form.fingerprint(),
    }
    return render(request, "coursepage/import.html", context, status=status)


def _row(page: Page, number: int) -> dict[str, Any]:
    """One row of the schedule in brief."""
    row = page.rows[number]
    before = page.rows[number - 1] if number else None
    opens = row.section is not None and (before is None or before.section != row.section)
    return {
        "row": row,
        "section": page.sections[row.section] if opens and row.section is not None else "",
        "words": row_in_words(row),
        "required": sum(reading.required for reading in row.readings),
        "roles": [
            (role, "; ".join(", ".join(group) for group in groups)) for role, groups in row.roles
        ],
    }


def _warnings(page: Page, text: str) -> list[dict[str, Any]]:
    """Each warning with the part of its line that it is about; the same line is quoted once."""
    lines = text.removeprefix("\ufeff").split("\n")
    shown: list[dict[str, Any]] = []
    quoted = ""
    for warning in page.warnings:
        line = lines[warning.line - 1].strip() if 0 < warning.line <= len(lines) else ""
        quote = _excerpt(line, warning.message)
        shown.append({"warning": warning, "text": "" if quote == quoted else quote})
        quoted = quote
    return shown


def _excerpt(line: str, message: str) -> str:
    """At most 160 characters of the line, around the words that the message quotes."""
    words = re.search(r"“([^”]{3,40})", message)
    at = line.find(words.group(1)) if words else -1
    start = max(0, at - 40) if at > 100 else 0
    cut = line[start : start + 160]
    return ("… " if start else "") + cut + (" …" if start + 160 < len(line) else "")
