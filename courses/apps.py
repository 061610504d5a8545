"""App configuration of `courses`."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Courses"

    def ready(self) -> None:
        """Connect claims to allauth's signals; say what is empty, and how we search."""
        from courses import search, signals  # noqa: F401
        from courses.fields import take_blank_for_empty

        take_blank_for_empty()
