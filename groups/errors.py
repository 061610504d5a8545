"""Facts that changing groups raises. `str()` of each is the sentence for the person."""

from __future__ import annotations

from courses.errors import Refused


class CannotJoin(Refused):
    """Only students on the roster of the group's own course join it, once at a time."""
