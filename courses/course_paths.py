"""From any row to the course that it belongs to."""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import cast

from django.db.models import ForeignKey, Model

from courses.models import Course, Person


@cache
def course_path(model: type[Model]) -> str | None:
    """The shortest lookup from the model to its course over keys that are never empty.

    "meeting__course" for a reading, "pk" for a course, None where there is no such way.
    """
    if model is Course:
        return "pk"
    queue: deque[tuple[type[Model], str]] = deque([(model, "")])
    seen: set[type[Model]] = {model}
    while queue:
        here, path = queue.popleft()
        for field in here._meta.concrete_fields:
            if not isinstance(field, ForeignKey) or field.null:
                continue
            target = field.related_model
            if target is Course:
                return path + field.name
            if target not in seen and target is not Person:
                seen.add(target)
                queue.append((target, f"{path}{field.name}__"))
    return None


def course_id_of(thing: Model) -> int | None:
    """The id of the course that this row belongs to; None where it belongs to none."""
    path = course_path(type(thing))
    if path is None:
        return None
    *steps, last = path.split("__")
    for step in steps:
        thing = getattr(thing, step)
    return cast("int | None", thing.pk if last == "pk" else getattr(thing, f"{last}_id"))
