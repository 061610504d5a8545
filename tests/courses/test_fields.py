"""A text field takes what shows nothing for empty: in every form, the admin's and allauth's too."""

from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account import forms as account_forms
from django import forms
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from coursepage.forms import ImportForm
from courses.forms import RosterUploadForm
from grading.forms import GradeForm
from tests import factories as make
from tests.courses.test_texts import NOTHING_TO_SEE
from tests.dom import parse, posted

ROWS = {
    "course": make.CourseFactory,
    "enrolment": make.EnrolmentFactory,
    "officehours": make.OfficeHoursFactory,
    "person": make.PersonFactory,
    "studentgroup": make.StudentGroupFactory,
    "section": make.SectionFactory,
    "meeting": make.MeetingFactory,
    "milestone": make.MilestoneFactory,
    "role": make.RoleFactory,
    "work": make.WorkFactory,
    "gradecomponent": make.GradeComponentFactory,
}
"""A row of each model that has a form in the admin."""
OURS = {"courses", "groups", "schedule", "submissions", "grading", "coursepage"}


def our_forms() -> list[type[forms.BaseForm]]:
    """Every form class of the project, wherever it is written, and allauth's."""
    for app in apps.get_app_configs():
        for name in ("forms", "admin", "views"):
            try:
                import_module(f"{app.name}.{name}")
            except ModuleNotFoundError as error:
                if error.name != f"{app.name}.{name}":
                    raise
    found, todo = set(), [forms.BaseForm]
    while todo:
        todo += (below := set(todo.pop().__subclasses__()) - found)
        found |= below
    homes = {app.name for app in apps.get_app_configs() if "." not in app.name}
    ours = [form for form in found if form.__module__.split(".")[0] in homes]
    return sorted(ours, key=lambda form: form.__qualname__)


def text_fields(form: forms.BaseForm) -> dict[str, forms.CharField]:
    """The fields in which people write, by the names under which they are posted."""
    return {
        form.add_prefix(name): one
        for name, one in form.fields.items()
        if isinstance(one, forms.CharField) and not one.disabled and not one.widget.is_hidden
    }


def test_every_form_of_the_project_is_looked_at():
    names = {form.__name__ for form in our_forms()}
    assert names >= {
        "CourseForm", "EnrolmentForm", "ExcuseForm", "GradeForm", "ImportForm", "InviteForm",
        "MeetingForm", "MilestoneForm", "ReadingForm", "RosterMappingForm", "RosterUploadForm",
        "WorkForm", account_forms.SignupForm.__name__,
    }  # fmt: skip


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_every_text_field_takes_it_for_empty(text):
    looked_at = 0
    for form in our_forms():
        for name, one in form.base_fields.items():
            if not isinstance(one, forms.CharField):
                continue
            looked_at += 1
            if one.required:
                with pytest.raises(forms.ValidationError) as refused:
                    one.clean(text)
                assert [error.code for error in refused.value.error_list] == ["required"], name
            else:
                assert one.clean(text) in (one.empty_value, None), name
    assert looked_at > 20


def page_of(row, client):
    """The address of a row's page in the admin, its forms, and what the page would post."""
    opts = row._meta
    where = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    response = client.get(where)
    tree = parse(response.content.decode())
    form = next(one for one in tree.all("form") if one.attrs.get("id") == f"{opts.model_name}_form")
    return where, forms_of(response), posted(form)


def forms_of(response) -> list[forms.BaseForm]:
    """The form of the row and those of the rows below it; not the empty one for another row."""
    shown = response.context["inline_admin_formsets"]
    below = [one.formset.forms for one in shown if one.has_change_permission]
    return [response.context["adminform"].form, *(form for rows in below for form in rows)]


def stored() -> dict[str, list]:
    """Every row of every model that such a page could change."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in OURS
    }


@pytest.fixture
def overseer(client_of, instructor):
    """An instructor who is an operator too, and so finds every page of the admin."""
    instructor.person.is_superuser = True
    instructor.person.save()
    return client_of(instructor)


@pytest.fixture
def row(request, seminar, instructor):
    """A row of the model, in the seminar, with rows below it."""
    factory = ROWS[request.param]
    if request.param == "course":
        make.CourseTextFactory(course=seminar)
        return seminar
    made = factory() if request.param == "person" else factory(course=seminar)
    if request.param == "officehours":
        made.staff.add(instructor)
    if request.param == "meeting":
        make.ReadingFactory(meeting=made)
    return made


def test_no_form_of_the_admin_is_left_out(overseer, rf, instructor):
    request = rf.get("/")
    request.user, request.at = instructor.person, make.BEFORE_CLASS
    with_form = {
        model._meta.model_name
        for model, page in admin.site._registry.items()
        if page.has_change_permission(request) and model._meta.app_label in OURS
    }
    # Notices are the operators' to read; all of their fields are read-only.
    assert with_form == {*ROWS, "notice"}


@pytest.mark.parametrize("row", ROWS, indirect=True)
def test_the_admin_refuses_what_shows_nothing_where_a_text_is_required(row, overseer):
    where, found, data = page_of(row, overseer)
    before = stored()
    names = [n for form in found for n, one in text_fields(form).items() if one.required]
    for name in names:
        assert data[name][0]
        answer = overseer.post(where, {**data, name: "\u200b \u2060"})
        assert answer.status_code == 200
        said = {
            form.add_prefix(key): errors
            for form in forms_of(answer)
            for key, errors in form.errors.items()
        }
        assert said == {name: ["This field is required."]}
        assert stored() == before


@pytest.mark.parametrize("row", ROWS, indirect=True)
def test_the_admin_stores_nothing_where_a_text_may_be_empty(row, overseer):
    where, found, data = page_of(row, overseer)
    names = [n for form in found for n, one in text_fields(form).items() if not one.required]
    answer = overseer.post(where, {**data, **dict.fromkeys(names, "\u200b \u2060")})
    assert answer.status_code == 302
    row.refresh_from_db()
    own = {field.name for field in row._meta.fields}
    assert {getattr(row, name) for name in names if name in own} <= {""}


@pytest.mark.parametrize("model", ["section", "milestone", "gradecomponent"])
def test_the_admin_adds_nothing_under_a_name_that_shows_nothing(model, seminar, overseer):
    row = ROWS[model](course=seminar)
    _, found, data = page_of(row, overseer)
    (name,) = (n for form in found for n, one in text_fields(form).items() if one.required)
    before = stored()
    where = reverse(f"admin:{row._meta.app_label}_{model}_add")
    data |= {"course": seminar.pk, "kind": getattr(row, "kind", ""), "position": 7}
    answer = overseer.post(where, {**data, name: "\u3164"})
    assert answer.context["adminform"].form.errors == {name: ["This field is required."]}
    assert stored() == before


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_a_comment_that_shows_nothing_is_no_comment(text):
    form = GradeForm({"score": "", "comment": text})
    assert form.is_valid()
    assert (form.cleaned_data["state"], form.cleaned_data["comment"]) == ("", "")


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_a_score_that_shows_nothing_is_no_score(text):
    form = GradeForm({"score": text, "comment": "Good."})
    assert form.errors == {"score": ["Give a score to go with the comment."]}


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_a_page_or_a_roster_that_shows_nothing_is_asked_for(text):
    page = ImportForm({"text": text, "term": text, "zone": "America/Chicago"})
    assert page.errors == {
        "term": ["This field is required."],
        "text": ["Choose a file or paste the page."],
    }
    roster = RosterUploadForm({"text": text})
    assert roster.errors == {"text": ["Choose a file or paste the table."]}
