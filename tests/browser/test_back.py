"""Back, after signing out, with the browser's own cache of pages at work.

Playwright switches that cache (bfcache) off; here it is on, and a control shows that it is.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from courseapp import middleware

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def caching(browser_type, browser_type_launch_args, live_server, context, sign_in, presenter):
    """A page of a browser that keeps pages to go back to; the presenter is signed in."""
    sign_in(presenter)
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    other = browser.new_context(base_url=live_server.url, bypass_csp=True)  # to ask the page
    other.add_cookies(context.cookies())
    other.add_init_script(
        "addEventListener('pageshow', (event) => { window.fromCache = event.persisted; })"
    )
    yield other.new_page()
    browser.close()


def sign_out(page):
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_back_after_signing_out_asks_to_sign_in(caching, presenter, lecture):
    page = caching
    page.goto("/c/seminar/home/")
    expect(page.locator(".who")).to_have_text(presenter.name)
    sign_out(page)
    page.evaluate("history.back()")
    page.wait_for_url("**/accounts/login/**")
    assert presenter.name not in page.content()


def test_control_the_cache_is_on_and_would_show_the_page(caching, presenter, lecture, monkeypatch):
    def as_it_was(response, **kwargs):
        response["Cache-Control"] = "private, no-cache"

    monkeypatch.setattr(middleware, "patch_cache_control", as_it_was)
    page = caching
    page.goto("/c/seminar/home/")
    sign_out(page)
    page.evaluate("history.back()")
    page.wait_for_function("window.fromCache === true")
    assert presenter.name in page.content()


def test_back_while_signed_in_finds_what_was_typed(caching, lecture):
    page = caching
    page.goto("/accounts/email/")
    page.get_by_role("textbox").fill("typed@else.example")
    page.goto("/c/seminar/grades/")
    page.evaluate("history.back()")
    page.wait_for_url("**/accounts/email/")
    expect(page.get_by_role("textbox")).to_have_value("typed@else.example")


def test_back_after_signing_out_in_another_tab_asks_to_sign_in(caching, presenter, lecture):
    page = caching
    page.goto("/c/seminar/home/")
    page.goto("/c/seminar/")
    tab = page.context.new_page()
    tab.goto("/c/seminar/home/")
    sign_out(tab)
    page.evaluate("history.back()")
    page.wait_for_url("**/accounts/login/**")
    assert presenter.name not in page.content()


@pytest.mark.parametrize("script", [True, False])
def test_the_admin_is_not_shown_either(caching, live_server, sign_in, context, instructor, script):
    sign_in(instructor)
    browser = caching.context.browser
    other = browser.new_context(base_url=live_server.url, java_script_enabled=script)
    other.add_cookies(context.cookies())
    page = other.new_page()
    page.goto("/admin/courses/enrolment/")
    page.locator("#logout-form button").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.go_back()
    assert "/accounts/login/" in page.url
    assert instructor.netid not in page.content()
    other.close()
