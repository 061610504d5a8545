"""A student's own grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from courses.web import open_enrolled, page
from grading.models import GradeComponent
from grading.queries import gradebook_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from courses.web import Request


@login_required
@require_safe
def own_grades(request: Request, slug: str) -> HttpResponse:
    """The viewer's grades in released components; of the others, that they will appear."""
    access, student = open_enrolled(request, slug)
    if student.is_staff:
        return redirect("grading:gradebook", slug)
    book = gradebook_of(access.course, request.at, only=student, released=True)
    row = book.rows[0]
    cells = {cell.component: cell for cell in row.cells}
    parts = [
        {"component": component, "cell": cells.get(component.pk)}
        for component in GradeComponent.objects.filter(course=access.course).order_by(
            "position", "pk"
        )
    ]
    context = {
        "course": access.course,
        "access": access,
        "parts": parts,
        "released": len(cells),
        "so_far": row.totals.current,
    }
    return page(request, "grading/own.html", context)
