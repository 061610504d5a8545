"""Each form of the site, as its pages show it: what was typed is never swallowed.

The forms are found by opening every address of the URLconf for everybody it is for, so that a
form which is added later is tried as well; a template or an address with a form that is not
reached here fails the test.
"""

from __future__ import annotations

import html
import re
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from courses.models import Course
from submissions.models import Question
from tests import factories as make
from tests.forms import ACCOUNT, TOKEN, VALUES, forms_in
from tests.test_routes import ACCOUNTS, MATRIX, PARTS, PATTERNS, address

pytestmark = pytest.mark.django_db

ORIGIN = {"Origin": "http://testserver"}
ROLES_WITH_FORMS = (
    "anonymous", "stranger", "student_without_group", "presenter", "companion", "instructor",
    "operator",
)  # fmt: skip
STAFF_WITH_ADMIN = ("instructor", "operator")
# These are for everybody, signed in or not.
OPEN = ("account_logout", "account_reset_password")
SENT_BY = [{}, {"X-Sent-By": "script"}]
# No text is typed in these, or only what signs in: they are sent again from their own pages.
UNREACHED = {
    "templates/account/base_confirm_code.html": "after a code was mailed",
    "templates/account/password_reset_from_key.html": "from the link in a mail",
    "templates/account/password_set.html": "for accounts of the university's sign-in",
    "templates/courses/invitation.html": "a button; asked for by its secret",
    "templates/courseapp/_sent.html": "the answer itself: tried at the end of each test",
}
FROM_ANSWERS = {"templates/courses/roster_preview.html"}  # after a first step; tried below


@pytest.fixture
def stage(cast, lecture, reading, second_reading, presenter_group, seminar, unclaimed_student):
    """The seminar with one of everything that a form can be about."""
    slides = make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=cast["presenter"]
    )
    question = make.QuestionFactory(reading=reading, author=cast["presenter"])
    make.QuestionVersionFactory(question=question)
    for kind in ("participation", "presentation", "summary", "direct"):
        component = make.GradeComponentFactory(course=seminar, kind=kind, weight=25)
    return {
        "slug": "seminar",
        "meeting": lecture.pk,
        "reading": reading.pk,
        "receipt": slides.receipt_id,
        "file": slides.file_id,
        "enrolment": unclaimed_student.pk,
        "component": component.pk,
        "secret": "no-such-secret",
    }


def pages_of_the_site(stage):
    """Every address of ours and of the accounts' that can be opened."""
    yield from (address(name, stage) for name in MATRIX)
    yield reverse("grading:student", args=["seminar", Question.objects.get().author_id])
    for name in ACCOUNTS:
        if not PATTERNS[name].pattern.regex.groupindex and not name.startswith("openid"):
            yield reverse(name)


def pages_of_the_admin():
    """Every list and form of the admin, with the first row of each model."""
    for model, model_admin in admin.site._registry.items():
        about = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{about}_changelist")
        yield reverse(f"{about}_add")
        if hasattr(model_admin, "sheet_order"):
            yield reverse(f"{about}_sheet")
        for one in model._default_manager.all()[:1]:
            yield reverse(f"{about}_change", args=[one.pk])
            yield reverse(f"{about}_delete", args=[one.pk])
    for course in Course.objects.filter(slug="seminar"):
        yield reverse("admin:grading_gradecomponent_weights", args=[course.pk])


def signed_in(who, **more) -> Client:
    client = Client(raise_request_exception=False, **more)
    if who is not None:
        client.force_login(getattr(who, "person", who))
    return client


@pytest.fixture
def found(cast, stage):
    """(form, role) for each form of the site, at two instants; and the templates with them."""
    seen, templates = {}, set()

    def rendered(sender, template, **kwargs):
        if template.name:
            templates.add(template.name)

    template_rendered.connect(rendered)
    for at in (make.BEFORE_CLASS, make.AFTER_CLASS):
        for role in ROLES_WITH_FORMS:
            urls = list(pages_of_the_site(stage))
            if role in STAFF_WITH_ADMIN and at == make.AFTER_CLASS:
                urls += pages_of_the_admin()
            with time_machine.travel(at, tick=False):
                client = signed_in(None if role == "anonymous" else cast[role])
                for url in urls:
                    response = client.get(url)
                    if response.status_code == 200 and not response.streaming:
                        for form in forms_in(response.content.decode(), url):
                            names = tuple(sorted(set(form.names)))
                            form.number = len(seen)
                            seen.setdefault((form.action, names), (form, role, at))
    template_rendered.disconnect(rendered)
    return list(seen.values()), templates


def is_lost(form, body) -> list[str]:
    """What was typed and does not stand in the answer; a password must not."""
    texts = {form.typed(one) for one in form.texts if one.kind != "password"}
    lost = [text for text in texts if text not in html.unescape(body).replace("\r\n", "\n")]
    if "password" in body and VALUES["password"] in body:
        lost.append("the password is shown")
    return lost


def rows() -> dict[str, list]:
    """Everything that is stored, but sessions."""
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name != "last_login"}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in apps.get_models()
        if model._meta.label != "sessions.Session"
    }


def is_for_signing_in(form) -> bool:
    return ACCOUNT not in form.names


def test_every_form_is_found(found, stage):
    forms, templates = found
    own = {
        str(path.relative_to(settings.BASE_DIR))
        for path in Path(settings.BASE_DIR / "templates").rglob("*.html")
        if re.search(r"""<form[^>]*method=["'{]""", path.read_text())
        and 'method="get"' not in path.read_text()
    }
    reached = {f"templates/{name}" for name in templates}
    assert own - reached == set(UNREACHED) | FROM_ANSWERS

    actions = {form.action.split("?")[0] for form, _, _ in forms}
    taking = {name for name, (_, post) in MATRIX.items() if set(post.values()) - {302, 404, 405}}
    missed = {name for name in taking if address(name, stage) not in actions}
    # The invitation asks for its secret; who may be excused hangs on what is missing.
    assert missed <= {"courses:invitation", "grading:excuse"}
    assert {name for name in PARTS if name not in taking} >= {"home", "front"}


def test_a_form_whose_session_is_over_is_kept_and_one_post_takes_it(found, cast):
    before, problems = rows(), {}
    everywhere = [reverse(name) for name in OPEN]
    forms = [
        one
        for one in found[0]
        if not is_for_signing_in(one[0]) and one[0].action not in everywhere
    ]
    waiting = []
    for (form, role, at), headers in product(forms, SENT_BY):
        client = signed_in(None)
        with time_machine.travel(at, tick=False):
            response = client.post(form.action, form.filled(), headers=headers)
        body = response.content.decode()
        if any(one.kind == "password" for one in form.controls):
            problems[form.action] = [] if response.status_code in (204, 302) else ["not asked"]
        elif response.status_code != 401:
            problems[form.action] = [f"answered {response.status_code}"]
        else:
            problems[form.action] = is_lost(form, body)
            if "because <span data-why>you are signed out</span>" not in body:
                problems[form.action].append("does not say why")
            if f"{reverse('account_login')}?next=%2Fkept%2F" not in body:
                problems[form.action].append("does not say where to sign in")
            waiting.append((form, role, at, client, headers))
    assert {url: said for url, said in problems.items() if said} == {}
    assert len(waiting) > 30
    assert rows() == before

    for form, role, at, client, headers in waiting:
        with time_machine.travel(at, tick=False):
            client.force_login(getattr(cast[role], "person", cast[role]))
            page = client.get(reverse("kept"))
            [kept] = [
                one
                for one in forms_in(page.content.decode(), "/kept/")
                if one.action == form.action
            ]
            assert kept.is_multipart or not form.is_multipart or not form.filled().keys() - {
                TOKEN, ACCOUNT, *kept.names
            }  # fmt: skip
            assert sent(kept.as_it_is()) == sent(form.filled())
            cache.clear()  # which counts how often an address is added
            status = client.post(kept.action, kept.as_it_is(), headers=headers).status_code
            assert (form.action, status in (200, 204, 302, 303, 409, 422)) == (form.action, True)
            if status in (200, 204, 302, 303):
                left = forms_in(client.get(reverse("kept")).content.decode(), "/kept/")
                assert form.action not in {one.action for one in left} - {reverse("account_logout")}


def sent(data):
    """What a form brings, but for its token, and with line ends as the web has them."""
    return {
        name: [value.replace("\r\n", "\n") for value in values if isinstance(value, str)]
        for name, values in data.items()
        if name != TOKEN
    }


def test_a_form_with_a_token_that_is_too_old_comes_back_with_a_fresh_one(found, cast):
    before, problems, again = rows(), {}, []
    for (form, role, at), headers in product(found[0], SENT_BY):
        client = signed_in(None if role == "anonymous" else cast[role], enforce_csrf_checks=True)
        with time_machine.travel(at, tick=False):
            client.get(form.page)  # for the cookie
            wrong = form.filled() | {TOKEN: ["x" * 64]}
            response = client.post(form.action, wrong, headers=headers | ORIGIN)
        body = response.content.decode()
        problems[form.action] = is_lost(form, body)
        if response.status_code != 403 or "because <span data-why>the page was older" not in body:
            problems[form.action].append(f"answered {response.status_code}")
        if any(one.kind == "password" for one in form.controls):
            continue
        fresh = [one for one in forms_in(body, form.action) if one.action == form.action]
        if not fresh or sent(fresh[-1].as_it_is()) != sent(form.filled()):
            problems[form.action].append("does not come back whole")
        again += [(client, one, at, headers) for one in fresh[-1:]]
    assert {url: said for url, said in problems.items() if said} == {}
    assert rows() == before
    for client, form, at, headers in again:
        cache.clear()
        with time_machine.travel(at, tick=False):
            status = client.post(form.action, form.as_it_is(), headers=headers | ORIGIN).status_code
        assert (form.action, status in (200, 204, 302, 303, 404, 409, 422)) == (form.action, True)
