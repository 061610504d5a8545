"""Duties in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from datetime import datetime

    from submissions.duties import Duty, State

register = template.Library()


@register.filter
def state_at(duty: Duty, at: datetime) -> State:
    """How the duty stands at `at`."""
    return duty.state(at)
