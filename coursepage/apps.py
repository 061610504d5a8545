"""App configuration of `coursepage`."""

from django.apps import AppConfig


class CoursePageConfig(AppConfig):
    name = "coursepage"
    verbose_name = "Course page"
