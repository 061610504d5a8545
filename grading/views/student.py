"""One student's grades for staff: where each number comes from, and the forms to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from courses.directions import isolated
from courses.errors import Refused
from courses.web import open_staff
from grading.actions import record_grade, record_grade_with_group
from grading.errors import GradedMeanwhile
from grading.forms import ExcuseForm, GradeForm
from grading.gradebook import State
from grading.models import GradeComponent
from grading.permissions import (
    changes_visible_to,
    components_gradable_by,
    students_gradable_by,
)
from grading.queries import gradebook_of
from groups.queries import groups_of, members_of
from schedule.queries import plan_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from courses.models import Course, Enrolment
    from courses.web import Request
    from grading.gradebook import Cell, Piece


@login_required
def student_page(request: Request, slug: str, enrolment: int) -> HttpResponse:
    """Every piece of every component; POST records a grade of a component as a whole."""
    access, me = open_staff(request, slug)
    student = get_object_or_404(
        students_gradable_by(me, request.at).select_related("person"), pk=enrolment
    )
    bound: GradeForm | None = None
    graded: GradeComponent | None = None
    if request.method == "POST":
        graded = get_object_or_404(
            components_gradable_by(me, request.at), pk=_number(request, "component")
        )
        bound = GradeForm(request.POST, prefix=f"component-{graded.pk}")
        if _grade_whole(request, graded, student, me, bound):
            return redirect(f"{request.path}#component-{graded.pk}")
    row = gradebook_of(access.course, request.at, only=student).rows[0]
    parts = []
    for component, cell in zip(_components(access.course), row.cells, strict=True):
        standing = GradeForm.standing(cell.whole, prefix=f"component-{component.pk}")
        form = bound if bound and graded == component else standing
        parts.append(_part(component, cell, form))
    context = {
        "course": access.course,
        "access": access,
        "student": row.student,
        "totals": row.totals,
        "parts": parts,
        "mates": _groupmates(student, request.at),
        "changes": changes_visible_to(me, student, request.at),
        "excuse_url": reverse("grading:excuse", args=[slug, student.pk]),
    }
    return render(request, "grading/student.html", context, status=422 if bound else 200)


@login_required
def excuse(request: Request, slug: str, enrolment: int) -> HttpResponse:
    """POST: excuse the student from work that was not handed in, or take that back."""
    access, me = open_staff(request, slug)
    student = get_object_or_404(students_gradable_by(me, request.at), pk=enrolment)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        raise Http404("No such work.")
    data = form.cleaned_data
    component = get_object_or_404(components_gradable_by(me, request.at), pk=data["component"])
    duty = (data["work"], data["meeting"], data["reading"])
    plan = plan_of(access.course)
    try:
        work, meeting, reading = plan.find(duty)
    except KeyError:
        raise Http404("No such work.") from None
    if bool(data["reading"]) != (reading is not None):
        raise Http404("No such reading.")
    on = f" on {reading}" if reading else f" for {meeting}" if meeting else ""
    what = f"{work.name}{on}"
    try:
        record_grade(
            component=component,
            by=me,
            at=request.at,
            state=data["state"],
            enrolment=student,
            comment=data["comment"],
            duty=duty,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = "is excused from" if data["state"] == "excused" else "is asked again for"
        messages.success(request, f"{isolated(student)} {done} {isolated(what)}.")
    page = reverse("grading:student", args=[slug, student.pk])
    return redirect(f"{page}#component-{component.pk}")


def _number(request: Request, name: str) -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError:
        raise Http404("No such component.") from None


def _components(course: Course) -> list[GradeComponent]:
    components = GradeComponent.objects.filter(course=course).prefetch_related("works")
    found = list(components.order_by("position", "pk"))
    for component in found:
        component.course = course
    return found


def _grade_whole(
    request: Request,
    component: GradeComponent,
    student: Enrolment,
    me: Enrolment,
    form: GradeForm,
) -> bool:
    """Record what the form says; on refusal put the sentence beside the score."""
    if not form.is_valid():
        return False
    if not form.grade["state"]:
        form.add_error("score", "Give a score or excuse.")
        return False
    others = _groupmates(student, request.at) if request.POST.get("with_group") else []
    try:
        kept = record_grade_with_group(
            component=component,
            enrolment=student,
            others=others,
            by=me,
            at=request.at,
            **form.grade,
        )
    except GradedMeanwhile as refusal:
        form.go_on_from(refusal.change.pk)
        form.add_error("score", str(refusal))
        return False
    except Refused as refusal:
        form.add_error("score", str(refusal))
        return False
    whose = ", ".join(isolated(one) for one in (student, *others) if one not in kept)
    messages.success(request, f"{isolated(component)} of {whose} is saved.")
    if kept:
        names = ", ".join(isolated(one) for one in kept)
        messages.warning(request, f"Graded on their own before, and so left as it is: {names}.")
    return True


def _groupmates(student: Enrolment, at: datetime) -> list[Enrolment]:
    """Who else is in the student's groups at `at`, each once."""
    found = {
        one.pk: one
        for group in groups_of(student, at)
        for one in members_of(group, at)
        if one.pk != student.pk and one.course_id == student.course_id
    }
    return list(found.values())


def _part(component: GradeComponent, cell: Cell, form: GradeForm) -> dict[str, Any]:
    pieces = [
        {
            "piece": piece,
            "url": _work_url(piece),
            "can_excuse": piece.state in (State.MISSING, State.LATE_NOT_COUNTED),
            "can_take_back": piece.entry is not None and piece.entry.thing == piece.owed.duty,
        }
        for piece in cell.pieces
    ]
    return {
        "component": component,
        "cell": cell,
        "pieces": pieces,
        "form": form,
        "is_direct": not component.works.all(),
    }


def _work_url(piece: Piece) -> str:
    """Where the newest hand-in behind a piece is graded; empty when there is none."""
    if not piece.owed.things:
        return ""
    return reverse("admin:submissions_version_change", args=[piece.owed.things[-1][1]])
