"""Whatever goes wrong while a form is sent: the page says so, and one click takes it after all."""

from __future__ import annotations

import json
from urllib.parse import unquote_plus

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from grading.models import GradeChange
from submissions.models import Question, Receipt
from tests import factories as make
from tests.crawl import forms_of_the_site, lay_out
from tests.submissions.uploads import pptx_bytes

pytestmark = pytest.mark.django_db(transaction=True)

HTML = {"Content-Type": "text/html"}
FOREIGN = "<!doctype html><title>502</title><h1>Bad Gateway of somebody else</h1>"
DEAD = "because the server cannot be reached"
BROKEN = "because the server did not answer as it should"
OVER = "because you are signed out"
STALE = "because the page was older than your last sign-in"
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


class Server:
    """What stands between the browser and the server, for POSTs alone."""

    def __init__(self, page):
        self.page, self.taken = page, []

    def dead(self):
        self._handle(lambda route: route.abort("connectionrefused"))

    def answers_502(self):
        self._handle(lambda route: route.fulfill(status=502, headers=HTML, body=FOREIGN))

    def back(self):
        self.page.unroute_all()

    def notes(self):
        """Nothing reaches the server any more; what would have is noted."""

        def note(route):
            self.taken.append(route.request.post_data or "")
            route.fulfill(status=204, headers={"X-Rostrum": "1", "X-Location": "/kept/"})

        self._handle(note)

    def _handle(self, act):
        self.back()
        self.page.route(
            "**/*",
            lambda route: act(route) if route.request.method == "POST" else route.continue_(),
        )


@pytest.fixture
def server(page):
    return Server(page)


def press(form):
    """The form's button, pressed as a person would."""
    form.locator("[type=submit], button:not([type])").first.evaluate("one => one.click()")


def said(form):
    """The live region of the form."""
    return form.locator("[role=status].said-here")


# Each form in which something is typed.


def test_each_form_says_what_is_wrong_keeps_its_text_and_is_sent_by_one_click(
    cast, stage, page, sign_in, server, live_server, context
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
                server,
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
    trials.append((lambda: _token(page, "x" * 64), STALE))
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


def _token(page, value):
    page.evaluate(
        """value => {
            for (const one of document.getElementsByName("csrfmiddlewaretoken")) one.value = value;
        }""",
        value,
    )


# Handing in, end to end.


@pytest.fixture
def at_home(cast, stage, go, sign_in, page):
    """The home of a student, with a question typed."""
    who = cast["student_without_group"]
    sign_in(who)
    go("/c/seminar/home/")
    page.get_by_role("textbox", name="Your question").fill(TYPED)
    return page


def hand_in(page):
    page.get_by_role("button", name="Hand in question").click()


def test_a_question_typed_at_home_survives_signing_in_again(at_home, cast, sign_in, live_server):
    at_home.context.clear_cookies(name="sessionid")
    hand_in(at_home)
    region = at_home.locator(".hero .said-here")
    expect(region).to_contain_text(f"Not handed in, {OVER}; your text is here.")
    assert not Receipt.objects.filter(handed_in_by=cast["student_without_group"]).exists()
    link = region.get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("href", "/accounts/login/?next=%2Fc%2Fseminar%2Fhome%2F")
    link.click()
    at_home.get_by_label("Email").fill(cast["student_without_group"].person.email)
    at_home.get_by_label("Password", exact=True).fill(make.PASSWORD)
    at_home.get_by_role("button", name="Sign in").click()
    at_home.wait_for_url("**/c/seminar/home/")
    expect(at_home.get_by_role("textbox", name="Your question")).to_have_value(TYPED)
    expect(at_home.locator(".hero .said-here")).to_contain_text("it is not handed in yet")
    hand_in(at_home)
    expect(at_home.get_by_text("In, on time")).to_be_visible()
    assert Question.objects.get(author=cast["student_without_group"]).text == TYPED
    at_home.goto(live_server.url + "/c/seminar/home/")
    assert at_home.evaluate("sessionStorage.length") == 0


def test_a_question_is_handed_in_once_the_server_is_back(at_home, cast, server):
    for fails in (server.dead, server.answers_502, server.dead):
        fails()
        hand_in(at_home)
        expect(at_home.locator(".hero .said-here")).to_contain_text("Not handed in, because")
    assert "Bad Gateway" not in at_home.content()
    server.back()
    hand_in(at_home)
    expect(at_home.get_by_text("In, on time")).to_be_visible()
    assert Receipt.objects.filter(handed_in_by=cast["student_without_group"]).count() == 1


def test_what_was_typed_is_there_when_the_page_is_opened_again(at_home, go):
    go("/c/seminar/grades/")
    go("/c/seminar/home/")
    expect(at_home.get_by_role("textbox", name="Your question")).to_have_value(TYPED)


def test_nobody_else_finds_what_was_typed(at_home, cast, sign_in, go):
    sign_in(cast["companion"])
    go("/c/seminar/home/")
    expect(at_home.get_by_role("textbox", name="Your question")).to_have_value("")
    assert TYPED not in json.dumps(at_home.evaluate("({...sessionStorage})"))


def test_signing_out_forgets_what_was_typed(at_home, cast, sign_in, go):
    at_home.get_by_text(cast["student_without_group"].name).click()
    at_home.get_by_role("button", name="Sign out").click()
    at_home.wait_for_url("**/")
    assert at_home.evaluate("sessionStorage.length") == 0
    sign_in(cast["student_without_group"])
    go("/c/seminar/home/")
    expect(at_home.get_by_role("textbox", name="Your question")).to_have_value("")


def test_a_page_of_another_account_is_not_handed_in_by_this_one(at_home, cast, sign_in):
    sign_in(cast["companion"])  # in another tab
    hand_in(at_home)
    expect(at_home.locator(".hero .said-here")).to_contain_text(
        "you are signed in with another account now"
    )
    expect(at_home.get_by_role("textbox", name="Your question")).to_have_value(TYPED)
    hand_in(at_home)
    assert not Question.objects.filter(text=TYPED).exists()


def test_what_changed_meanwhile_is_not_written_over(at_home, cast, stage, go, client_of):
    who = cast["student_without_group"]
    make.QuestionVersionFactory(
        question=make.QuestionFactory(
            reading_id=stage["reading"], author=who, text="From the phone"
        )
    )
    go(f"/c/seminar/readings/{stage['reading']}/question/")
    at_home.get_by_role("textbox", name="Your question").fill("From the desk")
    Question.objects.filter(author=who).update(text="From the phone, later")
    go(f"/c/seminar/readings/{stage['reading']}/question/")
    expect(at_home.get_by_role("textbox", name="Your question")).to_have_value(
        "From the phone, later"
    )
    expect(at_home.locator(".said-here").first).to_contain_text("You had typed: From the desk")


def test_a_file_stays_in_its_field_until_it_is_taken(
    cast, stage, go, page, sign_in, server, tmp_path
):
    talk = tmp_path / "talk.pptx"
    talk.write_bytes(pptx_bytes())
    sign_in(cast["presenter"])
    go(f"/c/seminar/meetings/{stage['meeting']}/slides/")
    page.get_by_label("The slides, as .pptx").set_input_files(str(talk))
    server.dead()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".said-here").first).to_contain_text(
        f"Not handed in, {DEAD}; what you chose is here."
    )
    server.back()
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/receipts/**")
    assert Receipt.objects.filter(work="slides").count() == 2


def test_an_answer_with_errors_is_shown_as_the_page_it_is(cast, stage, go, page, sign_in):
    sign_in(cast["student_without_group"])
    go(f"/c/seminar/readings/{stage['reading']}/question/")
    page.get_by_role("textbox", name="Your question").fill("y" * 2001)
    page.get_by_role("button", name="Hand in question").click()
    expect(page.get_by_text("Your question has 2,001 characters")).to_be_visible()
    expect(page).to_have_title("Error: Question on Pages of Attention · RS 101")
    expect(page.locator(".errorlist-top")).to_be_focused()
    page.get_by_role("textbox", name="Your question").fill("Short, then?")
    page.get_by_role("button", name="Hand in question").click()
    page.wait_for_url("**/receipts/**")
    page.go_back()
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("Short, then?")


def test_a_saved_thing_is_told_once(cast, stage, go, page, sign_in):
    sign_in(cast["instructor"])
    go(f"/c/seminar/gradebook/{cast['companion'].pk}/")
    page.locator("summary", has_text="Grade").first.click()
    page.get_by_label("Percent, from 0 to 100").first.fill("80")
    page.get_by_role("button", name="Save the grade").first.click()
    expect(page.locator(".message.success")).to_have_count(1)
    assert GradeChange.objects.get().score == 80


def test_the_grading_sheet_says_so_in_its_row(cast, stage, page, sign_in, server, go):
    sign_in(cast["ta"])
    go("/admin/submissions/question/grade/")
    row = page.locator(".grade-row").first
    expect(row.locator("[name$='-score']")).to_be_focused()
    for fails, words in ((server.dead, DEAD), (server.answers_502, BROKEN)):
        fails()
        row.locator("[name$='-score']").fill("2")
        row.locator("[name$='-score']").press("Enter")
        expect(row.locator(".grade-said")).to_contain_text(f"Not saved, {words}")
        expect(row.locator("[name$='-score']")).to_have_value("2")
    server.back()
    row.locator("[name$='-score']").press("Enter")
    expect(row.locator(".grade-said")).to_contain_text("Saved")
    assert GradeChange.objects.get().score == 2
    assert page.evaluate("sessionStorage.length") == 0


# The pages that say it, without our script.


@pytest.fixture
def plain(browser, live_server):
    """A page of a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("look", [("light", 1280), ("dark", 320)])
def test_without_script_the_text_comes_through_signing_in(
    cast, stage, plain, context, sign_in, live_server, page, axe_finds, look
):
    who = cast["student_without_group"]
    sign_in(who)
    plain.context.add_cookies(context.cookies())
    plain.goto(f"{live_server.url}/c/seminar/home/")
    plain.get_by_role("textbox", name="Your question").fill(TYPED)
    plain.context.clear_cookies(name="sessionid")
    plain.get_by_role("button", name="Hand in question").click()
    expect(plain.get_by_role("alert")).to_have_text(f"Not handed in, {OVER}; your text is here.")
    expect(plain.locator("main textarea, main input[readonly]")).to_have_value(TYPED)
    plain.locator("main").get_by_role("link", name="Sign in").click()
    plain.get_by_label("Email").fill(who.person.email)
    plain.get_by_label("Password", exact=True).fill(make.PASSWORD)
    plain.get_by_role("button", name="Sign in").click()
    plain.wait_for_url("**/kept/")
    page.emulate_media(color_scheme=look[0])
    page.set_viewport_size({"width": look[1], "height": 800})
    context.add_cookies(plain.context.cookies())
    page.goto(f"{live_server.url}/kept/")
    assert axe_finds(page) == []
    plain.get_by_role("button", name="Hand it in").click()
    plain.wait_for_url("**/receipts/**")
    assert Question.objects.get(author=who).text == TYPED


def test_pages_that_refuse_are_clean(cast, stage, page, sign_in, live_server, axe_finds):
    """What the browser itself shows where our script is not at work."""
    sign_in(cast["student_without_group"])
    page.goto(f"{live_server.url}/c/seminar/readings/{stage['reading']}/question/")
    page.get_by_role("textbox", name="Your question").fill(TYPED)
    _token(page, "x" * 64)
    page.evaluate("document.querySelector('main form').submit()")  # past every listener
    expect(page.get_by_role("alert")).to_contain_text(STALE)
    assert axe_finds(page) == []
    page.context.clear_cookies(name="sessionid")
    page.evaluate("document.querySelector('main form').submit()")
    expect(page.get_by_role("alert")).to_contain_text(OVER)
    assert axe_finds(page) == []
