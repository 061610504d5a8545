"""App configuration of `courses`."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Courses"

    def ready(self) -> None:
        """Connect the claims to allauth's signals; teach the database how we search."""
        from courses import search, signals  # noqa: F401
