"""The environment of the templates in `jinja/`: words for times, names, addresses, as functions."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.messages import get_messages
from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment

from courses.templatetags import rostrum
from grading.templatetags import grades
from submissions import links
from submissions.shown import blank_form

if TYPE_CHECKING:
    from submissions.duties import Duty


@lru_cache(maxsize=4096)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of this name; kept, because a page has a hundred and they do not change."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=1024)
def day(on: date | None, words: str) -> str:
    """A date as Django's filter of that name writes it; kept, because a page has fifty.

    An instant has no date without a zone: those go through `moment`. Raises TypeError for one.
    """
    if isinstance(on, datetime):
        raise TypeError("An instant is shown with its zone.")
    return str(defaultfilters.date(on, words))


def duty_url(duty: Duty, slug: str) -> str:
    """The page on which it is handed in."""
    return links.work_path(slug, duty.piece.ask.key, duty.group.id if duty.group else None)


def withdraw_url(duty: Duty, slug: str) -> str:
    """Where it is taken back."""
    group = duty.group.id if duty.group else None
    return links.work_path(slug, duty.piece.ask.key, group, name="withdraw")


def place_url(duty: Duty, slug: str) -> str:
    """The page of its meeting; of what hangs on none, one's home."""
    return links.place_path(slug, duty.piece.ask.key[1])


class Components:
    """The macros of `jinja/components.html`, there for every template, included ones too."""

    def __init__(self, env: Environment) -> None:
        self._env = env

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env.get_template("components.html").module, name)


def environment(**options: Any) -> Environment:
    """The environment, as Django's engine asks for it."""
    env = Environment(**options)  # nosec B701 # Django's engine says autoescape=True
    env.globals |= {
        "c": Components(env),
        "csrf_field": rostrum.csrf_field,
        "due_words": rostrum.due_words,
        "duty_url": duty_url,
        "messages_of": get_messages,
        "place_url": place_url,
        "receipt_url": links.receipt_path,
        "static": static,
        "url": url,
        "withdraw_url": withdraw_url,
    }
    env.filters |= {
        "bdi": rostrum.bdi,
        "capfirst": defaultfilters.capfirst,
        "clock": rostrum.clock,
        "date": day,
        "filesizeformat": defaultfilters.filesizeformat,
        "floatformat": defaultfilters.floatformat,
        "form_of": blank_form,
        "get": rostrum.get,
        "linebreaksbr": defaultfilters.linebreaksbr,
        "markdown": rostrum.markdown,
        "moment": rostrum.moment,
        "percent": grades.percent,
        "pluralize": defaultfilters.pluralize,
        "points": grades.points,
        "remarks": grades.remarks,
        "state_pill": grades.state_pill,
        "thousands": rostrum.thousands,
        "time": defaultfilters.time,
        "weblink": rostrum.weblink,
    }
    return env
