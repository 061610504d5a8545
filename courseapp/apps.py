"""App configuration of `courseapp`."""

from django.apps import AppConfig


class CourseAppConfig(AppConfig):
    name = "courseapp"
    verbose_name = "Rostrum"
