"""A real browser against a real server: headless Chromium from Debian, never a download."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore

from courses.models import Enrolment

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items):
    """Everything in this folder is a browser test."""
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def context(context, live_server):
    """Nothing but the live server may be asked, and no page may report a broken policy."""
    asked_elsewhere = []
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:", "blob:"))
            else asked_elsewhere.append(request.url)
        ),
    )
    complaints = []
    context.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield context
    assert asked_elsewhere == []
    assert complaints == []


@pytest.fixture
def sign_in(context, live_server):
    """`sign_in(who)`: give the browser a session of this person, as if they had signed in."""

    def as_person(who):
        person = who.person if isinstance(who, Enrolment) else who
        session = SessionStore()
        session["_auth_user_id"] = str(person.pk)
        session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        session["_auth_user_hash"] = person.get_session_auth_hash()
        session.create()
        context.clear_cookies()
        context.add_cookies(
            [{"name": "sessionid", "value": session.session_key, "url": live_server.url}]
        )

    return as_person


@pytest.fixture
def go(page, live_server):
    """`go("/path/")`: open an address of the server; a page that is not there fails the test."""

    def to(path, status=200):
        response = page.goto(live_server.url + path)
        assert response.status == status
        return page

    return to


@pytest.fixture
def axe_finds():
    """`axe_finds(page)`: what axe has against the page, as readable lines; [] is good."""
    axe = Axe()

    def run(page):
        found = axe.run(
            page,
            options={
                "preload": False,  # by an inline style of its own, which our policy blocks
                "runOnly": [
                    "wcag2a",
                    "wcag2aa",
                    "wcag21a",
                    "wcag21aa",
                    "wcag22aa",
                    "best-practice",
                ],
            },
        ).response["violations"]
        return [
            f"{one['id']}: {one['help']}: {node['target']} {node.get('failureSummary', '')}"
            for one in found
            for node in one["nodes"]
        ]

    return run
