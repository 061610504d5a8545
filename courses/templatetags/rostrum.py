"""Times, words and Markdown as every page shows them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import template
from django.middleware.csrf import get_token
from django.template import engines
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from courses import prose, times
from courses.directions import undirected
from courses.web import ACCOUNT_FIELD, account_mark

if TYPE_CHECKING:
    from courses.models import Course

register = template.Library()


def _zone(value: Course | ZoneInfo | str) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    return ZoneInfo(value if isinstance(value, str) else value.timezone)


@register.filter
def moment(value: datetime | None, zone: Course | ZoneInfo | str) -> str:
    """“Fri, Feb 28, 12:30 PM CST”, as a `<time>` with the exact instant; empty for None."""
    return "" if value is None else _moment(value, _zone(zone))


@lru_cache(maxsize=8192)
def _moment(value: datetime, zone: ZoneInfo) -> SafeString:
    """Kept, because a page has a hundred, and the same ones for everybody."""
    words = times.in_full(value, zone)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def clock(value: datetime | None, zone: Course | ZoneInfo | str) -> str:
    """“12:30 PM CST”; empty for None."""
    return "" if value is None else times.clock(value, _zone(zone))


@register.simple_tag
def due_words(due_at: datetime, at: datetime, zone: Course | ZoneInfo | str) -> str:
    """“today at 12:30 PM CST, in 2 h 14 min”: never a relative time alone."""
    return format_html(
        '<time datetime="{}">{}</time>',
        due_at.isoformat(),
        times.due_in_words(due_at, at, _zone(zone)),
    )


@register.simple_tag(takes_context=True, name="csrf_token")
def csrf_token(context: template.Context) -> str:
    """Django's tag of this name, as `csrf_field`."""
    token, request = context.get("csrf_token"), context.get("request")
    return csrf_field(request, token) if token and request is not None else ""


def csrf_field(request: Any, token: Any = None) -> str:
    """Django's hidden field, and beside the token for whose account the page was made.

    By that no form that somebody left open is taken in another one's name.
    """
    token = token or get_token(request)
    hidden = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    mark = account_mark(request.user) if hasattr(request, "user") else ""
    if mark:
        hidden += format_html('<input type="hidden" name="{}" value="{}">', ACCOUNT_FIELD, mark)
    return hidden


@register.simple_tag(takes_context=True)
def chrome(context: template.Context, part: str) -> str:
    """A part of what stands around every page, as `jinja/chrome.html` has it."""
    request, access = context.get("request"), context.get("access")
    made = engines["jinja2"].env.get_template("chrome.html").module  # type: ignore[attr-defined]
    given = (context.get("messages"),) if part == "messages" else (request, access)
    found: str = getattr(made, part)(*given)  # markup, which no page escapes once more
    return found


@register.filter
def markdown(value: str) -> SafeString:
    """Markdown as safe HTML, headings moved below the page's own."""
    return prose.render(value)


@register.filter
def bdi(name: object) -> SafeString:
    """A name (of a person, a group, a file, a paper) that turns nothing but itself around.

    Of several names each by itself, with commas between.
    """
    names = name if isinstance(name, list) else [name] if name else []
    return mark_safe(", ".join(_bdi(str(one)) for one in names))  # nosec B308 B703 # escaped


@lru_cache(maxsize=8192)
def _bdi(name: str) -> str:
    return f"<bdi>{escape(undirected(name))}</bdi>"


@register.filter
def weblink(value: str | None) -> str:
    """The address if it is one of the web (http, https), else nothing."""
    address = (value or "").strip()
    return address if address.lower().startswith(("https://", "http://")) else ""


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or None."""
    return mapping.get(key)


@register.filter
def thousands(number: int) -> str:
    """“20,000”."""
    return f"{number:,}"
