"""App configuration of `courses`."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Courses"

    def ready(self) -> None:
        """Connect the claims to allauth's signals; say what a form takes for empty."""
        from courses import signals  # noqa: F401
        from courses.fields import take_blank_for_empty

        take_blank_for_empty()
