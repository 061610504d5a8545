"""The templates in `jinja/`: what they may use, and that names stay text."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages.constants import INFO
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.urls import reverse
from django.utils.html import format_html

from courseapp.jinja import url

FOLDER = Path(settings.BASE_DIR) / "jinja"
NAMES = sorted(str(one.relative_to(FOLDER)) for one in FOLDER.rglob("*.html"))


def env():
    return engines["jinja2"].env


@pytest.mark.parametrize("name", NAMES)
def test_every_template_can_be_made(name):
    """A filter or function that there is not is an error here, not on somebody's page."""
    assert env().get_template(name)


def test_what_is_no_markup_is_escaped():
    made = env().from_string("{{ name }}|{{ name|bdi }}|{{ c.state(name) }}")
    shown = made.render(name="<b>&")
    assert "<b>" not in shown.replace("<bdi>", "")
    assert shown.startswith("&lt;b&gt;&amp;|<bdi>&lt;b&gt;&amp;</bdi>|")


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("home", (), {}),
        ("course", ("seminar",), {}),
        ("submissions:meeting", (), {"slug": "seminar", "meeting": 7}),
    ],
)
def test_an_address_is_what_django_says(name, args, kwargs):
    for _ in range(2):
        assert url(name, *args, **kwargs) == reverse(name, args=args, kwargs=kwargs)


def test_a_message_may_hold_a_link_and_a_name_in_it_stays_a_name():
    chrome = engines["jinja2"].env.get_template("chrome.html").module
    link = format_html('<a href="{}">{}</a> is kept.', "/kept/", "<b>It</b>")
    said = chrome.messages([Message(INFO, link), Message(INFO, "<script>")])
    assert '<a href="/kept/">&lt;b&gt;It&lt;/b&gt;</a> is kept.' in said
    assert "&lt;script&gt;" in said
