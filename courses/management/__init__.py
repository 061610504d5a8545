"""What commands about one course share."""

from __future__ import annotations

from django.core.management.base import CommandError

from courses.models import Course


def course_named(slug: str) -> Course:
    """The course of this slug. Raises CommandError, which names those that there are."""
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        slugs = ", ".join(Course.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            f"There is no course “{slug}”. "
            + (f"There are: {slugs}." if slugs else "There is none at all yet.")
        )
    return course
