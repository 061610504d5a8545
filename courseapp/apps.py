"""App configuration of `courseapp`."""

from django.apps import AppConfig


class CourseAppConfig(AppConfig):
    name = "courseapp"
    verbose_name = "Rostrum"

    def ready(self) -> None:
        """Tell who signs in of what they sent while they were signed out."""
        from courseapp import signals  # noqa: F401
