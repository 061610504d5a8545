"""What is asked, in templates: its address, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from submissions.links import place_path, work_path
from submissions.shown import blank_form

if TYPE_CHECKING:
    from submissions.duties import Duty
    from submissions.shown import ShownForm

register = template.Library()


@register.simple_tag
def duty_url(duty: Duty, slug: str) -> str:
    """The page on which it is handed in."""
    return work_path(slug, duty.piece.ask.key, duty.group.id if duty.group else None)


@register.simple_tag
def withdraw_url(duty: Duty, slug: str) -> str:
    """Where it is taken back."""
    group = duty.group.id if duty.group else None
    return work_path(slug, duty.piece.ask.key, group, name="withdraw")


@register.simple_tag
def place_url(duty: Duty, slug: str) -> str:
    """The page of its meeting; of what hangs on none, one's home."""
    return place_path(slug, duty.piece.ask.key[1])


@register.filter
def form_of(duty: Duty) -> ShownForm:
    """The form of a duty before anybody types."""
    return blank_form(duty)


@register.filter
def file_size(megabytes: Any) -> str:
    """“20 MB”."""
    return f"{megabytes}\N{NO-BREAK SPACE}MB"
