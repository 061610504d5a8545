"""Dates that are fixed on the wall clock: declarations, proposal, report."""

from __future__ import annotations

from django.db import models

from courses.models import Course


class Milestone(models.Model):
    """A fixed date of the course (rules G2, J2, J4), in force at `due_at` (UTC).

    A date without a time on the page is due when that day ends in the course's zone:
    `due_at` is then the next midnight and `has_time` is false.
    """

    class Kind(models.TextChoices):
        GROUPS = "groups", "Group declaration"
        PROPOSAL = "proposal", "Project proposal"
        REPORT = "report", "Final report"
        OTHER = "other", "Other"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=200)
    on = models.DateField()
    has_time = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    is_scheduled = models.BooleanField(
        default=False, help_text="Stands as a row of its own in the schedule."
    )

    class Meta:
        ordering = ("course_id", "due_at")

    def __str__(self) -> str:
        return self.title
