"""The course page as it was imported."""

from __future__ import annotations

from django.db import models

from courses.models import Course, Person


class ImportedPage(models.Model):
    """The Markdown that a course was made from, and what was noticed in it.

    `warnings` is a list of objects with `line`, `code` and `message`.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="imported_pages")
    source = models.TextField()
    sha256 = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    imported_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("-imported_at",)

    def __str__(self) -> str:
        return f"Page of {self.course}"
