"""The gradebook of a course, its releases and its export; for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.directions import isolated
from courses.web import open_instructor, open_staff
from grading.actions import record_export, release_component, withhold_component
from grading.exports import CONTENT_TYPES, as_csv
from grading.gradebook import State
from grading.permissions import components_led_by
from grading.queries import gradebook_of
from grading.templatetags.grades import percent, remarks

if TYPE_CHECKING:
    from courses.web import Request
    from grading.queries import Gradebook, Row


@login_required
@require_safe
def gradebook_page(request: Request, slug: str) -> HttpResponse:
    """The table of students and components; `?dropped=1` adds who has dropped."""
    access, _ = open_staff(request, slug)
    dropped = request.GET.get("dropped") == "1"
    book = gradebook_of(access.course, request.at, dropped=dropped)
    context = {
        "course": access.course,
        "access": access,
        "book": book,
        "columns": _columns(book),
        "lines": [_line(slug, row) for row in book.rows],
        "dropped": dropped,
    }
    return render(request, "grading/gradebook.html", context)


def _columns(book: Gradebook) -> list[dict[str, Any]]:
    """Each component with what is missing and what waits, over the whole class."""
    columns = []
    for number, component in enumerate(book.components):
        cells = [row.cells[number] for row in book.rows]
        columns.append(
            {
                "component": component,
                "missing": sum(cell.missing for cell in cells),
                "late": sum(cell.late for cell in cells),
                "ungraded": sum(cell.ungraded for cell in cells)
                + sum(cell.state is State.NOT_GRADED and not cell.pieces for cell in cells),
            }
        )
    return columns


def _line(slug: str, row: Row) -> dict[str, Any]:
    """A row as the template prints it: texts, because a class of 500 has thousands of cells."""
    url = reverse("grading:student", args=[slug, row.student.enrolment])
    cells = []
    for cell in row.cells:
        said = remarks(cell)
        if cell.current is None:
            text, said = said or cell.state.value, ""
        else:
            text = percent(cell.current)
        cells.append({"url": f"{url}#component-{cell.component}", "text": text, "remarks": said})
    return {"student": row.student, "url": url, "cells": cells, "totals": row.totals}


@login_required
def release(request: Request, slug: str, component: int) -> HttpResponse:
    """POST: release a component to the students (`release=1`) or take it back; instructors."""
    access, me = open_instructor(request, slug)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = get_object_or_404(components_led_by(me, request.at), pk=component, course=access.course)
    if request.POST.get("release") == "1":
        release_component(component=one, at=request.at)
        messages.success(
            request, f"{isolated(one)} is released: students see their own grade of it."
        )
    else:
        withhold_component(component=one)
        messages.success(
            request, f"{isolated(one)} is taken back: students see nothing of it any more."
        )
    return redirect("grading:gradebook", slug)


@login_required
def export(request: Request, slug: str) -> HttpResponse:
    """POST: the gradebook as a file, noted with who took it and when."""
    access, me = open_staff(request, slug)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    course = access.course
    book = gradebook_of(course, request.at, dropped=request.POST.get("dropped") == "1")
    content = as_csv(book, for_excel=True)
    record_export(course=course, by=me, format="csv", rows=len(book.rows), at=request.at)
    day = request.at.astimezone(course.zone).date().isoformat()
    response = HttpResponse(content, content_type=CONTENT_TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="{slug}-gradebook-{day}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
