"""Facts that importing a page can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.errors import Refused

if TYPE_CHECKING:
    from courses.models import Course


class CourseExists(Refused):
    """There is a course at this address already; importing again would double it."""

    def __init__(self, course: Course) -> None:
        self.course = course
        super().__init__(f"“{course}” exists already, at /c/{course.slug}/. Nothing was created.")
