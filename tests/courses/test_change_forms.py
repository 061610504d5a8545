"""Two people at one form: each writes what they changed, and a conflict is shown.

Written over whatever is registered, so that a new model admin is held to it too.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from courses.change_forms import ChangeForm, MergingForm, in_words
from courses.models import OfficeHours
from courses.scoped_admin import NOBODY, CourseScopedAdmin
from schedule.models import Meeting, Milestone, Section, Work
from tests import factories as make
from tests.courses.test_admin_scope import FACTORY, row_in
from tests.pages import OpenForm, sent_by, url_of

# What else can be written into a field that takes only certain texts.
OTHERS = {"weekdays": ["1", "3"], "timezone": ["Europe/Berlin", "Asia/Tokyo"]}


def changeable():
    """(model, field) of everything that anybody can change in the admin."""
    for model, shown in admin.site._registry.items():
        scoped = isinstance(shown, CourseScopedAdmin)
        if (scoped and shown.change_roles == NOBODY) or not shown.get_fields:
            continue
        yield model


MODELS = list(changeable())
FREE = [model for model in MODELS if model is not Work]
"""Those whose fields can be changed one by one: when a work is due is said by several together."""


def row_of(model, n: int = 0):
    """A row of a model that belongs to no course; those of libraries have no factory here."""
    if model in FACTORY:
        return FACTORY[model]()
    if model is EmailAddress:
        return EmailAddress.objects.create(
            user=make.PersonFactory(), email=f"row{n}@mail.example", primary=n > 0, verified=n > 0
        )
    if model is Group:
        return Group.objects.create(name=f"readers {n}")
    person = make.PersonFactory()
    app = SocialApp.objects.create(provider="openid_connect", name=f"uni {n}", client_id="id")
    owner = SocialAccount.objects.create(
        user=person, provider="uni", uid=f"uid {n}", extra_data={"n": 1}
    )
    made = SocialToken.objects.create(app=app, account=owner, token="t")
    return {SocialApp: app, SocialAccount: owner, SocialToken: made}[model]


def others(name: str, field: forms.Field, now) -> list:
    """Two other values that can be typed into the field; one where there are but two in all."""
    if name in OTHERS:
        return OTHERS[name]
    if isinstance(field, forms.SplitDateTimeField):
        return [["2025-05-20", "18:00:00"], ["2025-05-21", "19:30:00"]]
    if isinstance(field, forms.JSONField):
        return ['{"n": 2}', '{"n": 3}']
    if isinstance(field, forms.BooleanField):
        return [None if now else "on"]
    if isinstance(field, forms.ModelMultipleChoiceField):
        here = [str(one.pk) for one in now or []]
        return [[str(key)] for key, _ in field.choices if [str(key)] != here][:2]
    if hasattr(field, "choices"):
        here = str(getattr(now, "pk", now))
        return [str(key) for key, _ in field.choices if str(key) not in ("", here)][:2]
    if isinstance(field, forms.DateField):
        first = now or date(2025, 5, 20)
        return [str(first + timedelta(days=days)) for days in (1, 2)]
    if isinstance(field, forms.TimeField):
        first = datetime.combine(date(2025, 1, 1), now or time(18, 0))
        return [f"{first + timedelta(minutes=minutes):%H:%M}" for minutes in (1, 2)]
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        step = -1 if name.endswith(("min", "least")) else 1
        now = 5 if now is None else now
        return [str(now + step), str(now + 2 * step)]
    if isinstance(field, forms.EmailField):
        return ["one@mail.example", "two@mail.example"]
    if isinstance(field, forms.URLField):
        return ["https://one.example/", "https://two.example/"]
    return ["one", "two"]


def fields_of(page: OpenForm) -> dict[str, list]:
    """What can be typed on the page: field -> other values."""
    found = {
        name: others(name, field, page.form[name].initial)
        for name, field in page.form.fields.items()
        if not field.disabled
    }
    return {name: values for name, values in found.items() if values}


def write(page: OpenForm, name: str, value) -> OpenForm:
    """Write the value into the field, also where that is two inputs."""
    if isinstance(page.form.fields[name], forms.MultiValueField):
        return page.type(**{f"{name}_{n}": part for n, part in enumerate(value)})
    return page.type(**{name: value})


def holds(page: OpenForm, name: str, typed) -> bool:
    return not page.form.fields[name].has_changed(page.form[name].initial, typed)


@pytest.fixture
def opened(operator, client_of, seminar, instructor, ta):
    """`opened(model)`: the page of a row of the model, as often as asked, for somebody."""
    make.SectionFactory(course=seminar)
    make.SectionFactory(course=seminar)
    for name in "ab":  # accounts without an address, the first to choose from
        make.PersonFactory(email=f"{name}@mail.example")
    rows: dict = {}
    client = client_of(operator)

    def page(model):
        if model not in rows:
            scoped = isinstance(admin.site._registry[model], CourseScopedAdmin)
            rows[model] = row = row_in(seminar, model) if scoped else row_of(model)
            if model is OfficeHours:
                row.staff.add(instructor)
        return OpenForm(client, url_of(rows[model]))

    return page


def test_there_is_something_to_walk():
    assert len(MODELS) >= 9


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.label)
def test_every_form_that_changes_something_merges(opened, model):
    page = opened(model)
    assert not page.form.fields or isinstance(page.form, ChangeForm)


@pytest.mark.parametrize("model", FREE, ids=lambda one: one._meta.label)
def test_what_two_people_change_in_different_fields_both_stands(opened, model):
    names = list(fields_of(opened(model)))
    for mine, theirs in zip(names[::2], [*names[1::2], *names[:1]], strict=False):
        if mine == theirs:
            continue
        me, them = opened(model), opened(model)
        my_value, their_value = fields_of(me)[mine][0], fields_of(them)[theirs][0]
        assert write(them, theirs, their_value).send().is_saved, (theirs, them.errors())
        assert write(me, mine, my_value).send().is_saved, (mine, me.errors())
        now = opened(model)
        assert holds(now, theirs, their_value), f"{theirs} was undone by a change of {mine}"
        assert holds(now, mine, my_value)
        for other in set(names) - {mine, theirs}:
            assert now.form[other].initial == me.form[other].initial


@pytest.mark.parametrize("model", FREE, ids=lambda one: one._meta.label)
def test_what_two_people_change_in_one_field_is_shown_and_not_saved(opened, model):
    for name, (theirs, *mine) in fields_of(opened(model)).items():
        me, them, third = opened(model), opened(model), opened(model)
        assert write(them, name, theirs).send().is_saved, (name, them.errors())
        assert write(third, name, theirs).send().is_saved, "saying the same is no conflict"
        if not mine:  # there are but two values
            continue
        before = dict(write(me, name, mine[0]).data)
        me.send()
        field, now = me.form.fields[name], opened(model)
        assert holds(now, name, theirs), "nothing is saved"
        typed = in_words(field, field.bound_data(mine[0], None))
        assert me.errors()[name] == [
            f"Somebody has changed this to {in_words(field, now.form[name].initial)} meanwhile;"
            f" you wrote {typed}. Save again to keep yours."
        ]
        typed = {key: one for key, one in before.items() if key.startswith(name)}
        assert typed.items() <= me.data.items(), "nothing is lost"
        assert me.send().is_saved
        assert holds(opened(model), name, mine[0])


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.label)
def test_saving_what_was_not_touched_writes_nothing(opened, model):
    page = opened(model)
    with CaptureQueriesContext(connection) as done:
        assert page.send().is_saved, page.errors()
    written = [one["sql"] for one in done if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert [sql for sql in written if "log" not in sql and "session" not in sql] == []


@pytest.mark.parametrize("model", [Section, Meeting, Milestone])
def test_only_the_columns_that_were_changed_are_written(opened, model):
    page = opened(model)
    with CaptureQueriesContext(connection) as done:
        assert page.send(title="Caches").is_saved
    update = f'UPDATE "{model._meta.db_table}" SET '
    (written,) = (one["sql"] for one in done if one["sql"].startswith(update))
    assert written.removeprefix(update).split(" WHERE ")[0] == "\"title\" = 'Caches'"


# What a field does with the three values, whatever they are.

TEXTS = st.text("ab \n\r", max_size=3)
CHOICES = st.sampled_from(["", "1", "2"])
FIELDS = {
    "text": (forms.CharField(required=False, widget=forms.Textarea), TEXTS),
    "number": (forms.DecimalField(required=False), st.sampled_from(["", "1", "1.0", "2"])),
    "time": (forms.TimeField(required=False), st.sampled_from(["", "9:00", "09:00", "09:01"])),
    "choice": (
        forms.ChoiceField(required=False, choices=[(n, n) for n in ("", "1", "2")]),
        CHOICES,
    ),
    "several": (
        forms.MultipleChoiceField(required=False, choices=[("1", "one"), ("2", "two")]),
        st.lists(st.sampled_from(["1", "2"]), unique=True),
    ),
    "tick": (forms.BooleanField(required=False), st.booleans()),
}


@pytest.mark.parametrize("name", FIELDS)
@given(data=st.data())
def test_of_three_values_one_holds(name, data):
    field, values = FIELDS[name]
    shown, typed, stored = (data.draw(values) for _ in range(3))
    form_class = type("Small", (MergingForm,), {name: field, "other": forms.CharField()})

    def meaning(value):
        value = field.clean(value)
        return frozenset(value) if isinstance(value, list) else _lines(value)

    def form_of(value, *posted):
        form = form_class(*posted, initial={name: field.clean(value), "other": "x"})
        form.compare_with_shown()
        return form

    page = html.fromstring(f"<form>{form_of(shown).as_p()}</form>")
    posted = QueryDict(mutable=True)
    for key, values in sent_by(page).items():
        posted.setlist(key, values)
    posted.pop(name, None)
    if isinstance(typed, list):
        posted.setlist(name, typed)
    elif typed is not False:
        posted[name] = "on" if typed is True else typed
    form = form_of(stored, posted)
    form.is_valid()
    mine, theirs = meaning(typed) != meaning(shown), meaning(stored) != meaning(shown)
    if mine and theirs and meaning(typed) != meaning(stored):
        assert list(form.errors) == [name]
    else:
        assert form.errors == {}
        assert meaning(form.cleaned_data[name]) == meaning(typed if mine else stored)
        assert form.has_changed() == (mine and not theirs)


def _lines(value):
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
