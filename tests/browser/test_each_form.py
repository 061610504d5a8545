"""Each form in which something is typed, found by crawling, against everything that goes wrong."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.faults import BROKEN, DEAD, OVER, STALE, Server, stale_token
from tests.crawl import forms_of_the_site, lay_out

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "Kept, whatever comes"
VALUES = {
    "email": "kept@else.example",
    "number": "7",
    "date": "2025-03-03",
    "time": "10:10",
    "url": "https://kept.example/",
}


@pytest.fixture
def stage(cast, lecture, unclaimed_student):
    return lay_out(cast, lecture, timezone.now())


def press(form):
    """The form's button, pressed as a person would."""
    form.locator("[type=submit], button:not([type])").first.evaluate("one => one.click()")


def said(form):
    """The live region of the form."""
    return form.locator("[role=status].said-here")


def test_each_form_says_what_is_wrong_keeps_its_text_and_is_sent_by_one_click(
    cast, stage, page, sign_in, live_server, context
):
    found, _ = forms_of_the_site(cast, stage)
    forms = [
        (form, role)
        for form, role in found
        if form.texts
        and not any(one.kind == "password" for one in form.controls)
        and "column_netid" not in form.names  # the second step of a roster: shown by an answer
    ]
    assert len(forms) > 25
    problems = {}
    for form, role in forms:
        if role == "anonymous":
            context.clear_cookies()
        else:
            sign_in(cast[role])
        problems[form.action, *form.names[-1:]] = list(
            _what_goes_wrong(
                page,
                form,
                live_server.url,
                Server(page),
                needs_session=role != "anonymous"
                and form.action != reverse("account_reset_password"),
            )
        )
    assert {which: why for which, why in problems.items() if why} == {}


def _what_goes_wrong(page, form, url, server, *, needs_session):
    """What does not hold of this form, as sentences."""
    server.back()
    page.goto(url + form.page)
    index = page.evaluate(
        """names => [...document.forms].findIndex((form) =>
            (form.getAttribute("method") || "").toLowerCase() === "post"
            && names.every((name) => form.elements.namedItem(name)))""",
        form.names,
    )
    there = page.locator("form").nth(index)
    there.evaluate(
        """one => {
            one.noValidate = true;
            for (const fold of document.querySelectorAll("details")) fold.open = true;
        }"""
    )
    first = form.texts[0]
    field = there.locator(f"[name='{first.name}']").first
    value = VALUES.get(first.kind, TYPED)
    field.evaluate(
        """(one, value) => {
            one.value = value;
            one.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        value,
    )
    trials = [(server.dead, DEAD), (server.answers_502, BROKEN)]
    trials.append((lambda: stale_token(page), STALE))
    if needs_session:
        trials.append((lambda: page.context.clear_cookies(name="sessionid"), OVER))
    cookies = page.context.cookies()
    for prepare, words in trials:
        server.back()
        prepare()
        press(there)
        try:
            expect(said(there)).to_contain_text(words, timeout=5000)
        except AssertionError:
            yield f"{words}: {page.url} says {said(there).all_inner_texts()}"
            return
        if field.input_value() != value:
            yield f"{words}: the text is gone"
    page.context.add_cookies(cookies)  # signed in again
    server.notes()
    press(there)
    page.wait_for_url("**/kept/")
    sent = server.taken.pop()
    if value not in (unquote_plus(sent) if "WebKitFormBoundary" not in sent else sent):
        yield f"sent {sent[:200]}"
