"""Components with their weights, and the ledger to read, in the admin."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator

from courses.change_forms import MergingForm
from courses.errors import Refused
from courses.models import Course
from courses.scoped_admin import INSTRUCTORS, NOBODY, STAFF, CourseScopedAdmin
from courses.web import Request
from grading.actions import set_weights
from grading.errors import plain
from grading.models import GradeChange, GradeComponent

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern


class WeightsForm(MergingForm):
    """One weight for each component of a course; their sum is checked by the action."""

    def __init__(self, components: list[GradeComponent], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for component in components:
            self.fields[f"weight-{component.pk}"] = forms.DecimalField(
                label=component.name,
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=plain(component.weight),
                widget=forms.TextInput({"inputmode": "decimal", "size": "6"}),
            )
        self.compare_with_shown()

    @property
    def weights(self) -> dict[int, Decimal]:
        """Component id -> percent."""
        return {int(name.split("-")[1]): weight for name, weight in self.cleaned_data.items()}


@admin.register(GradeComponent)
class GradeComponentAdmin(CourseScopedAdmin):
    """The parts of a grade. Weights are set together, because they must sum to 100."""

    changes_plan = False

    list_display = ("name", "course", "fed_by", "percent", "position", "is_released")
    list_filter = ("course",)
    fields = ("course", "name", "works", "position")
    change_roles = INSTRUCTORS
    add_roles = INSTRUCTORS
    change_list_template = "admin/grading/component_change_list.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose it is, and once it is graded what feeds it, stays as it was said."""
        if obj is None:
            return ()
        return ("course", "works") if obj.changes.exists() else ("course",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the works that feed each."""
        return super().get_queryset(request).prefetch_related("works")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The works as boxes to tick: there are few, and it works without a script."""
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="Fed by")
    def fed_by(self, component: GradeComponent) -> str:
        """The works, or that it is graded by hand."""
        return ", ".join(str(work) for work in component.works.all()) or "Graded by hand"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new component weighs nothing until the weights are set."""
        if not change:
            obj.weight = 0
        super().save_model(request, obj, form, change)

    @admin.display(description="Weight", ordering="weight")
    def percent(self, component: GradeComponent) -> str:
        """“15%”."""
        return f"{plain(component.weight)}%"

    @admin.display(description="Released", boolean=True)
    def is_released(self, component: GradeComponent) -> bool:
        """Whether students see their own grade of it; released from the gradebook."""
        return component.released_at is not None

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the form of all weights of a course."""
        view = self.admin_site.admin_view(self.weights_view)
        own = path("weights/<int:course>/", view, name="grading_gradecomponent_weights")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with a way to the weights of each course that the person leads."""
        courses = self.scoped(Course.objects.all(), request, INSTRUCTORS)
        return super().changelist_view(request, {**(extra_context or {}), "led": courses})

    @method_decorator(transaction.atomic)
    def weights_view(self, request: HttpRequest, course: int) -> HttpResponse:
        """All weights of one course in one form."""
        found = self.scoped(Course.objects.all(), request, INSTRUCTORS).filter(pk=course).first()
        if found is None:
            raise Http404("No such course.")
        if request.method == "POST":
            self.lock(found)
        components = list(found.grade_components.order_by("position", "pk"))
        form = WeightsForm(components, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                set_weights(course=found, weights=form.weights, at=cast("Request", request).at)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The weights are saved.")
                return HttpResponseRedirect(reverse("admin:grading_gradecomponent_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Weights of {found}",
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(
            request, "admin/grading/weights.html", context, status=422 if form.errors else 200
        )


@admin.register(GradeChange)
class GradeChangeAdmin(CourseScopedAdmin):
    """The ledger: to be read. It is appended to by grading, never edited."""

    changes_plan = False

    list_display = ("at", "component", "what", "whom", "state", "score", "out_of", "made_by")
    list_filter = ("component__course", "component", "state")
    search_fields = (
        "enrolment__name", "enrolment__netid", "version__piece__enrolment__name",
        "version__piece__enrolment__netid", "comment",
    )  # fmt: skip
    list_select_related = (
        "component", "made_by__person", "enrolment__person", "version__piece__work",
        "version__piece__meeting", "version__piece__reading", "version__piece__group",
        "version__piece__enrolment__person", "work", "reading", "meeting",
    )  # fmt: skip
    ordering = ("-at", "-pk")
    view_roles = STAFF
    change_roles = NOBODY
    add_roles = NOBODY

    @admin.display(description="What")
    def what(self, change: GradeChange) -> str:
        """The work that was graded."""
        about = change.version.piece if change.version else change
        return str(about.reading or about.meeting or about.work or "As a whole")

    @admin.display(description="Whose")
    def whom(self, change: GradeChange) -> str:
        """The student, or the group."""
        if change.enrolment:
            return change.enrolment.label
        return str(change.version.piece.owner) if change.version else ""
