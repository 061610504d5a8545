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
from django.core.cache import cache
from django.urls import resolve, reverse

from tests import factories as make
from tests.crawl import forms_of_the_site, lay_out, signed_in
from tests.forms import ACCOUNT, TOKEN, VALUES, forms_in
from tests.test_routes import MATRIX, ROUTES

pytestmark = pytest.mark.django_db

AT = make.BEFORE_CLASS
ORIGIN = {"Origin": "http://testserver"}
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


@pytest.fixture
def stage(cast, lecture, unclaimed_student):
    return lay_out(cast, lecture, AT)


@pytest.fixture
def found(cast, stage):
    """(form, role) for each form of the site; and the templates with them."""
    with time_machine.travel(AT, tick=False):
        return forms_of_the_site(cast, stage)


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
    assert own - reached == set(UNREACHED)

    taken = {resolve(form.action.split("?")[0]).view_name for form, _ in forms}
    taking = {
        ROUTES[name] for name, (_, post) in MATRIX.items() if set(post.values()) - {302, 404, 405}
    }
    assert taking - taken == set()


def test_a_form_whose_session_is_over_is_kept_and_one_post_takes_it(found, cast):
    before, problems = rows(), {}
    everywhere = [reverse(name) for name in OPEN]
    forms = [
        one for one in found[0] if not is_for_signing_in(one[0]) and one[0].action not in everywhere
    ]
    waiting = []
    for (form, role), headers in product(forms, SENT_BY):
        client = signed_in(None)
        with time_machine.travel(AT, tick=False):
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
            waiting.append((form, role, client, headers))
    assert {url: said for url, said in problems.items() if said} == {}
    assert len(waiting) > 30
    assert rows() == before

    for form, role, client, headers in waiting:
        with time_machine.travel(AT, tick=False):
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
    for (form, role), headers in product(found[0], SENT_BY):
        client = signed_in(None if role == "anonymous" else cast[role], enforce_csrf_checks=True)
        with time_machine.travel(AT, tick=False):
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
        again += [(client, one, headers) for one in fresh[-1:]]
    assert {url: said for url, said in problems.items() if said} == {}
    assert rows() == before
    for client, form, headers in again:
        cache.clear()
        with time_machine.travel(AT, tick=False):
            status = client.post(form.action, form.as_it_is(), headers=headers | ORIGIN).status_code
        assert (form.action, status in (200, 204, 302, 303, 404, 409, 422)) == (form.action, True)
