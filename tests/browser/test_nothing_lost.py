"""Whatever goes wrong while a form is sent: the page says so, and one click takes it after all."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from grading.models import GradeChange
from schedule.models import Reading
from submissions.models import Receipt
from tests import factories as make
from tests.browser.faults import BROKEN, DEAD, OVER, STALE, Server, stale_token
from tests.crawl import lay_out
from tests.submissions.uploads import pptx_bytes
from tests.works import Question

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "Kept, whatever comes"


@pytest.fixture
def stage(cast, lecture, unclaimed_student):
    return lay_out(cast, lecture, timezone.now())


@pytest.fixture
def server(page):
    return Server(page)


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


def test_signed_in_anew_in_another_tab_one_press_is_enough(at_home, cast, sign_in):
    """The form's token is of the session before: it is sent again with the one of now."""
    who = cast["student_without_group"]
    at_home.context.clear_cookies(name="sessionid")
    hand_in(at_home)
    expect(at_home.locator(".hero .said-here")).to_contain_text(OVER)
    sign_in(who)
    at_home.context.clear_cookies(name="csrftoken")
    hand_in(at_home)
    expect(at_home.get_by_role("link", name="receipt").first).to_be_visible()
    assert Question.objects.get(author=who).text == TYPED


def test_what_changed_meanwhile_is_not_written_over(at_home, cast, stage, go, client_of):
    who = cast["student_without_group"]
    reading = Reading.objects.get(pk=stage["reading"])
    asked = make.QuestionFactory(reading=reading, author=who, text="From the phone")
    go(f"/c/seminar/readings/{stage['reading']}/question/")
    at_home.get_by_role("textbox", name="Your question").fill("From the desk")
    asked.answers.update(text="From the phone, later")
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
    expect(page.locator(".errorlist-top")).to_contain_text("Your question has 2,001 characters")
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
    go("/admin/submissions/version/grade/")
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
    stale_token(page)
    page.evaluate("document.querySelector('main form').submit()")  # past every listener
    expect(page.get_by_role("alert")).to_contain_text(STALE)
    assert axe_finds(page) == []
    page.context.clear_cookies(name="sessionid")
    page.evaluate("document.querySelector('main form').submit()")
    expect(page.get_by_role("alert")).to_contain_text(OVER)
    assert axe_finds(page) == []


def test_errors_of_the_admin_are_shown_with_its_widgets_and_saved_after(
    cast, stage, go, page, sign_in, live_server
):
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(cast["instructor"])
    go(f"/admin/schedule/meeting/{stage['over']}/change/")
    page.locator("form[id$=_form]").evaluate("one => { one.noValidate = true; }")
    date = page.locator("[name=on]")
    date.fill("no day")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote").first).to_be_visible()
    expect(date).to_have_value("no day")
    expect(page.locator(".datetimeshortcuts").first).to_be_visible()
    date.fill("2025-02-19")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/schedule/meeting/")
    expect(page.locator(".messagelist .success")).to_have_count(1)
    assert faults == []
