"""Admin classes that show the staff of a course that course and nothing else.

Django's own permissions count for operators (superusers) alone. For everybody else the role in
the object's course decides: TAs see, and change where a class says so; instructors change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import Model, QuerySet, URLField
from django.http import Http404

from courses.actions.locks import hold_course, raise_revision
from courses.admin_tables import MergedRows, NamedFields, PlainRefusals
from courses.change_admin import ChangeAdmin
from courses.change_forms import ChangeForm
from courses.course_paths import course_id_of, course_path
from courses.models import Course, Enrolment, Person
from courses.permissions import roles_taught
from courses.queries import enrolment_of

if TYPE_CHECKING:
    from django.db.models import Field
    from django.http import HttpRequest, HttpResponse

    from courses.web import Request

INSTRUCTORS = frozenset({Enrolment.Role.INSTRUCTOR.value})
STAFF = frozenset({Enrolment.Role.INSTRUCTOR.value, Enrolment.Role.TA.value})
NOBODY: frozenset[str] = frozenset()
LONGEST_SEARCH = 100  # characters


def staff_roles(request: HttpRequest) -> dict[int, str]:
    """Course id -> role of the signed-in person where they teach; one query a request."""
    roles: dict[int, str] | None = getattr(request, "staff_roles", None)
    if roles is None:
        ours = cast("Request", request)
        roles = roles_taught(ours.user, ours.at)
        request.staff_roles = roles  # type: ignore[attr-defined]
    return roles


def of_chosen_course(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Those of `rows` that belong to the course by which the list is filtered, if it is."""
    asked = (str(value) for key, value in request.GET.items() if key.endswith("course__id__exact"))
    chosen = next(asked, "")
    path = course_path(cast("type[Model]", rows.model))
    return rows.filter(**{path: int(chosen)}) if path and chosen.isdecimal() else rows


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a related row that lists those of the person's own courses only."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        """The choices, as (pk, label)."""
        rows = model_admin.scoped(field.related_model._default_manager.all(), request, STAFF)
        if field.related_model is not Course:
            rows = of_chosen_course(rows, request)
        return [(row.pk, str(row)) for row in rows]


class ScopedForm(ChangeForm):
    """Refuses to tie rows of different courses together, or to move one to another course."""

    writable: ClassVar[frozenset[int] | None] = None

    def clean(self) -> dict[str, Any]:
        """Check that everything chosen belongs to the course of the row itself."""
        cleaned = super().clean() or self.cleaned_data
        home = course_id_of(self.instance) if self.instance.pk else None
        for name, value in list(cleaned.items()):
            chosen = value if isinstance(value, QuerySet) else [value]
            for thing in chosen:
                if not isinstance(thing, Model) or (course := course_id_of(thing)) is None:
                    continue
                if home is None:
                    home = course
                elif course != home:
                    self.add_error(name, ValidationError("This belongs to another course."))
                    break
        if self.writable is not None and home is not None and home not in self.writable:
            self.add_error(None, ValidationError("You cannot change this in that course."))
        return cleaned


class _Scoped:
    """What model admins and inlines share."""

    model: type[Model]
    view_roles: ClassVar[frozenset[str]] = STAFF
    change_roles: ClassVar[frozenset[str]] = INSTRUCTORS
    add_roles: ClassVar[frozenset[str]] = INSTRUCTORS
    delete_roles: ClassVar[frozenset[str]] = NOBODY

    def _may(self, request: HttpRequest, roles: frozenset[str], thing: Model | None) -> bool:
        taught = staff_roles(request)
        if thing is None or thing.pk is None:
            return any(role in roles for role in taught.values())
        return taught.get(course_id_of(thing) or 0) in roles

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the person may see the row, or any row at all."""
        return self._may(request, self.view_roles, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the person may change the row, or any row at all."""
        return self._may(request, self.change_roles, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the person may add a row, to some course or (inline) to this one."""
        return self._may(request, self.add_roles, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody, unless a class says otherwise: what happened is kept."""
        return self._may(request, self.delete_roles, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model is listed for this person."""
        return self.has_view_permission(request)

    def scoped(
        self, rows: QuerySet[Any], request: HttpRequest, roles: frozenset[str]
    ) -> QuerySet[Any]:
        """Those of `rows` that belong to courses where the person has one of `roles`.

        Rows of models that lead to no course are left out altogether, so that a forgotten
        case shows too little and never too much.
        """
        path = course_path(cast("type[Model]", rows.model))
        if path is None:
            return rows.none()
        courses = [pk for pk, role in staff_roles(request).items() if role in roles]
        return rows.filter(**{f"{path}__in": courses})

    def get_field_queryset(
        self, db: str | None, db_field: Field[Any, Any], request: HttpRequest | None
    ) -> QuerySet[Any] | None:
        """The choices of a related field: rows of courses where the person may write.

        Of a row that is there already its own course's alone.
        """
        inherited = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
        target = cast("type[Model]", db_field.related_model)
        rows = target._default_manager.all() if inherited is None else inherited
        if request is None:
            return rows.none()
        rows = self.scoped(rows, request, self.change_roles | self.add_roles)
        home = getattr(request, "course_of_row", None)
        path = course_path(target)
        return rows.filter(**{path: home}) if home and path else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field; where rows of several courses can be chosen, each says which is its."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        return _with_course_names(field, request)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As for one row, so for several."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        return _with_course_names(field, request)


def _with_course_names(field: Any, request: HttpRequest) -> Any:
    """“Group 2” of one course beside that of another is a riddle: name the course."""
    several = len(staff_roles(request)) > 1 and not getattr(request, "course_of_row", None)
    if field is None or not several or field.queryset.model in (Course, Person):
        return field
    names = {
        course.pk: f"{course.code or course.title} {course.term}"
        for course in Course.objects.filter(pk__in=staff_roles(request))
    }
    field.label_from_instance = lambda row: f"{row} · {names.get(course_id_of(row) or 0, '')}"
    return field


class CourseScopedAdmin(_Scoped, ChangeAdmin):
    """The base of every model admin of the project.

    The way to the course is found from the model (`course_path`). Subclasses set the roles that
    may change, add or delete, and call an action in `save_model`. Never use `raw_id_fields`
    here: its label would show other courses' rows.
    """

    changes_plan: ClassVar[bool] = True
    """Whether its rows are any that a plan is read from; true where nobody has said otherwise."""
    form = ScopedForm
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the courses that the person teaches."""
        return self.scoped(super().get_queryset(request), request, self.view_roles)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list as it is filtered; a value that no row can have is refused as Django does.

        Raises IncorrectLookupParameters, for which Django shows the list without filters.
        """
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows that hold the words; every word is a join or more, so not endlessly many."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns, without the course for who teaches only one."""
        columns = list(super().get_list_display(request))
        if len(staff_roles(request)) == 1 and "course" in columns:
            columns.remove("course")
        return columns

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which knows the courses that the person may write to this way."""
        request.course_of_row = course_id_of(obj) if obj and obj.pk else None  # type: ignore[attr-defined]
        form = super().get_form(request, obj, change, **kwargs)
        roles = self.change_roles if change else self.add_roles
        courses = (pk for pk, role in staff_roles(request).items() if role in roles)
        form.writable = frozenset(courses)
        return form

    def lock(self, thing: Model) -> None:
        """The course before its row, as the actions do: nobody waits in a circle.

        What is said of several rows together (the roles of a meeting, say) then holds.
        """
        course = course_id_of(thing)
        if course is not None:
            hold_course(course)
        super().lock(thing)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What hangs on the row; where anything changed the plan of its course is another one."""
        super().save_related(request, form, formsets, change)
        if any(one.has_changed() for one in (form, *formsets)):
            self._raise_revision(form.instance)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete the row; then the plan of its course is another one."""
        self._raise_revision(obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the rows, of one course or several."""
        for thing in queryset:
            self._raise_revision(thing)
        super().delete_queryset(request, queryset)

    def _raise_revision(self, thing: Model) -> None:
        course = course_id_of(thing)
        if self.changes_plan and course is not None:
            raise_revision(course)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The filters, related ones with the person's own courses only."""
        return [
            (item, ScopedRelatedFilter)
            if isinstance(item, str) and get_fields_from_path(self.model, item)[-1].is_relation
            else item
            for item in super().get_list_filter(request)
        ]

    def acting_as(self, request: HttpRequest, thing: Model) -> Enrolment | None:
        """The person's own entry in the course of `thing`; None for an operator outside it."""
        ours = cast("Request", request)
        course = Course.objects.get(pk=course_id_of(thing) or 0)
        return enrolment_of(ours.user, course, ours.at)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404("No such page.")


class CourseScopedTabular(_Scoped, admin.TabularInline):
    """Rows of the same course, edited in a table below the row that they belong to."""

    extra = 0
    form = ScopedForm

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The table, with fields that have names and refusals that fit on a line."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (PlainRefusals, formset.form), {})
        return type(formset.__name__, (MergedRows, NamedFields, formset), {})


class CourseScopedStacked(_Scoped, admin.StackedInline):
    """Rows of the same course, edited one below the other."""

    extra = 0
    form = ScopedForm
