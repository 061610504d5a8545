"""What the admin of questions, slides and summaries shares: the list, the page, the grades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from courses.course_paths import course_id_of
from courses.directions import isolated
from courses.errors import Refused
from courses.models import Course, Enrolment
from courses.scoped_admin import NOBODY, CourseScopedAdmin
from courses.web import Request
from grading.actions import points_of, record_grade
from grading.errors import GradedMeanwhile, GradeRefused, plain
from grading.forms import GradeForm
from grading.models import GradeChange, GradeComponent
from grading.queries import component_for, history_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from django.urls import URLPattern

    from submissions.models import Version


def with_grades(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with `grade_id`, `grade_state`, `grade_score`, `grade_comment` of what holds.

    That is the newest entry for all who are credited; one member's own is left aside.
    """
    newest = GradeChange.objects.filter(version=OuterRef("pk"), enrolment=None).order_by(
        "-at", "-pk"
    )
    return rows.annotate(
        grade_id=Subquery(newest.values("pk")[:1]),
        grade_state=Subquery(newest.values("state")[:1]),
        grade_score=Subquery(newest.values("score")[:1]),
        grade_comment=Subquery(newest.values("comment")[:1]),
    )


class WorkAdmin(CourseScopedAdmin):
    """Read-only work with grades beside it; what happens to grades goes through the action."""

    changes_plan = False

    work_template: ClassVar[str]  # how one piece of work is shown to a grader
    sheet_order: ClassVar[tuple[Any, ...]]

    change_roles = NOBODY
    add_roles = NOBODY
    change_list_template = "admin/grading/work_change_list.html"
    list_per_page = 100
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The work of the person's courses with what holds in the ledger."""
        return with_grades(super().get_queryset(request))

    def waiting(self, rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
        """Those of `rows` that are to be graded and are not yet, at `at`."""
        raise NotImplementedError

    def title_of(self, work: Any) -> str:
        """Who handed in what, in one line."""
        raise NotImplementedError

    def members_of(self, work: Any) -> list[Enrolment]:
        """Who may have an own grade beside the group's."""
        raise NotImplementedError

    def component_of(self, work: Version) -> GradeComponent | None:
        """The component that this piece of work feeds."""
        return component_for(work.piece.work)

    # Grading one row: the sheet and the page do the same.

    def grader(self, request: HttpRequest, work: Version) -> Enrolment:
        """The person's own entry in the course; an operator without one does not grade."""
        entry = self.acting_as(request, work)
        if entry is None:
            raise GradeRefused("Only who teaches this course grades in it.")
        return entry

    def grade(
        self,
        request: HttpRequest,
        work: Version,
        form: GradeForm,
        enrolment: Enrolment | None = None,
    ) -> GradeChange | None:
        """Record what the form says; None when it says nothing or is refused.

        A refusal stands beside the score. When somebody else graded meanwhile, the form goes
        on from their entry, so that saving again is a decision.
        """
        if not form.is_valid() or not form.grade["state"]:
            return None
        component = self.component_of(work)
        if component is None:
            form.add_error("score", f"No part of the grade is fed by {isolated(work.piece.work)}.")
            return None
        about: dict[str, Any] = {"version": work, "enrolment": enrolment, **form.grade}
        try:
            by = self.grader(request, work)
            return record_grade(component=component, by=by, at=cast("Request", request).at, **about)
        except GradedMeanwhile as refusal:
            form.go_on_from(refusal.change.pk)
            form.add_error("score", str(refusal))
        except Refused as refusal:
            form.add_error("score", str(refusal))
        return None

    # One piece of work.

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The work, its grade, its members' own grades, and every entry of the ledger on it."""
        work = self.get_object(request, object_id)
        if work is None or not self.has_view_permission(request, work):
            raise Http404("No such page.")
        history = list(history_of(work))
        held: dict[int | None, GradeChange] = {}
        for change in history:
            held.setdefault(change.enrolment_id, change)
        people: list[Enrolment | None] = [None, *self.members_of(work)]
        forms = [self._own_form(request, held, one) for one in people]
        if request.method == "POST":
            saved = [
                self.grade(request, work, form, one)
                for form, one in zip(forms, people, strict=True)
                if form.is_bound
            ]
            if not any(form.errors for form in forms if form.is_bound):
                said = "The grade is saved." if any(saved) else "Nothing was typed."
                messages.success(request, said)
                return HttpResponseRedirect(request.get_full_path())
        component = self.component_of(work)
        context = {
            **self.admin_site.each_context(request),
            "title": self.title_of(work),
            "opts": self.opts,
            "work": work,
            "work_template": self.work_template,
            "course": Course.objects.get(pk=course_id_of(work) or 0),
            "component": component,
            "out_of": points_of(work.piece.work),
            "state": self.state_of(work),
            "forms": list(zip(people, forms, strict=True)),
            "history": history,
            **(extra_context or {}),
        }
        refused = any(form.errors for form in forms if form.is_bound)
        return TemplateResponse(
            request, "admin/grading/work.html", context, status=422 if refused else 200
        )

    def _own_form(
        self, request: HttpRequest, held: dict[int | None, GradeChange], one: Enrolment | None
    ) -> GradeForm:
        prefix = f"member-{one.pk}" if one else "all"
        if request.method == "POST" and f"{prefix}-score" in request.POST:
            return GradeForm(request.POST, prefix=prefix)
        return GradeForm.standing(held.get(one.pk if one else None), prefix)

    # Columns.

    @admin.display(description="Grade")
    def state_of(self, work: Any) -> str:
        """Graded, excused, not yet graded, or why it never will be."""
        if work.grade_state in (GradeChange.State.SCORED, GradeChange.State.EXCUSED):
            return str(GradeChange.State(work.grade_state).label)
        return str(GradeChange.State.CLEARED.label)

    @admin.display(description="Points", ordering="grade_score")
    def points(self, work: Any) -> str:
        """The score that holds."""
        return plain(work.grade_score) if work.grade_score is not None else ""

    # The sheet.

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the grading sheet beside the list."""
        from grading.admin.sheet import sheet_view

        def view(request: HttpRequest) -> HttpResponse:
            return sheet_view(self, cast("Request", request))

        name = f"{self.opts.app_label}_{self.opts.model_name}_sheet"
        own = path("grade/", self.admin_site.admin_view(view), name=name)
        return [own, *super().get_urls()]

    def sheet_url(self) -> str:
        """The address of the grading sheet."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_sheet")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the way to the sheet of what it shows."""
        query = request.GET.urlencode()
        context = {"sheet_url": f"{self.sheet_url()}{'?' if query else ''}{query}"}
        return super().changelist_view(request, {**context, **(extra_context or {})})
