"""The grading sheet: everything that waits, on one page, to be graded from the keyboard.

It works as one plain form. With `grading.js` each row is posted by itself to the same address
and answered with a few words of JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse

from courses import times
from grading.actions import points_of
from grading.admin.filters import LONGEST_ID
from grading.admin.work import WorkAdmin
from grading.errors import plain
from grading.forms import GradeForm
from grading.models import GradeChange, GradeComponent

if TYPE_CHECKING:
    from courses.models import Course
    from courses.web import Request

ROWS = 150


@dataclass(slots=True)
class SheetRow:
    """One piece of work with its form."""

    work: Any
    title: str
    form: GradeForm
    course: Course
    component: GradeComponent | None
    out_of: str


def sheet_view(model_admin: WorkAdmin, request: Request) -> HttpResponse:
    """GET: the rows of the list's filter that wait for a grade. POST: save what was typed.

    Valid rows are saved, the others come back as they were typed, with what is wrong.
    """
    if not model_admin.has_view_permission(request):
        raise Http404("No such page.")
    if request.method == "POST":
        return _save(model_admin, request)
    return _page(model_admin, request, _rows(model_admin, request))


def _rows(model_admin: WorkAdmin, request: Request) -> list[SheetRow]:
    """What waits under the list's filter; with `graded=yes`, what is to be looked at again."""
    try:
        found = model_admin.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters:
        raise Http404("No such filter.") from None
    if request.GET.get("graded") != "yes":
        found = model_admin.waiting(found, request.at)
    return _with_forms(model_admin, list(found.order_by(*model_admin.sheet_order)[: ROWS + 1]))


def _with_forms(model_admin: WorkAdmin, works: list[Any]) -> list[SheetRow]:
    by_work = {version.piece.work_id: version for version in works}
    components = {pk: model_admin.component_of(one) for pk, one in by_work.items()}
    rows = []
    for work in works:
        course, component = work.piece.work.course, components[work.piece.work_id]
        held = (
            GradeChange(
                pk=work.grade_id,
                state=work.grade_state,
                score=work.grade_score,
                comment=work.grade_comment,
            )
            if work.grade_id
            else None
        )
        out_of = plain(points_of(work.piece.work)) if component else ""
        form = GradeForm.standing(held, f"row-{work.pk}")
        rows.append(SheetRow(work, model_admin.title_of(work), form, course, component, out_of))
    return rows


def _save(model_admin: WorkAdmin, request: Request) -> HttpResponse:
    typed = request.POST.getlist("row")[: ROWS + 1]
    ids = [int(pk) for pk in typed if pk.isdecimal() and len(pk) <= LONGEST_ID]
    found = model_admin.get_queryset(request).filter(pk__in=ids)
    rows = _with_forms(model_admin, list(found.order_by(*model_admin.sheet_order)))
    if len(rows) != len(set(ids)):
        raise Http404("No such work.")
    saved: list[GradeChange] = []
    for row in rows:
        row.form = GradeForm(request.POST, prefix=f"row-{row.work.pk}")
        change = model_admin.grade(request, row.work, row.form)
        if change is not None:
            saved.append(change)
    if request.headers.get("X-Requested-With") == "fetch" and len(rows) == 1:
        return _answer(rows[0], saved, request)
    refused = [row for row in rows if row.form.errors]
    if saved:
        messages.success(request, f"{len(saved)} saved at {_clock(rows[0], request)}.")
    if refused:
        return _page(model_admin, request, [row for row in rows if row.form.left_to_do], refused)
    if not saved:
        messages.info(request, "Nothing was typed, so nothing was saved.")
    return HttpResponseRedirect(request.get_full_path())


def _clock(row: SheetRow, request: Request) -> str:
    return times.clock(request.at, row.course.zone)


def _answer(row: SheetRow, saved: list[GradeChange], request: Request) -> JsonResponse:
    """What `grading.js` writes beside the row."""
    if row.form.errors:
        errors = [str(error) for errors in row.form.errors.values() for error in errors]
        base = row.form["base"].value()
        return JsonResponse({"saved": False, "said": " ".join(errors), "base": base}, status=422)
    if not saved:
        return JsonResponse({"saved": False, "said": "Give a score or excuse."}, status=422)
    (change,) = saved
    what = change.get_state_display()
    if change.score is not None and change.out_of is not None:
        what = f"{plain(change.score)} of {plain(change.out_of)}"
    said = f"Saved {_clock(row, request)}: {what}."
    return JsonResponse({"saved": True, "said": said, "base": change.pk})


def _page(
    model_admin: WorkAdmin,
    request: Request,
    rows: list[SheetRow],
    refused: list[SheetRow] | None = None,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Grade {model_admin.opts.verbose_name_plural}",
        "opts": model_admin.opts,
        "rows": rows[:ROWS],
        "has_more": len(rows) > ROWS,
        "refused": refused or [],
        "work_template": model_admin.work_template,
        "query": request.GET.urlencode(),
        "is_regrade": request.GET.get("graded") == "yes",
    }
    return TemplateResponse(
        request, "admin/grading/sheet.html", context, status=422 if refused else 200
    )
