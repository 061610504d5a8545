"""What groups hand in: slides and summaries. Every hand-in is a row; none is overwritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from groups.models import StudentGroup
from schedule.models import Meeting
from submissions.models.files import StoredFile
from submissions.models.receipt import Receipt


class Slides(models.Model):
    """One hand-in of a presenter group's slides (rule T3); the newest version is shown."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="slides")
    group = models.ForeignKey(StudentGroup, on_delete=models.PROTECT, related_name="slides")
    version = models.PositiveIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="slides")
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="slides")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("meeting_id", "group_id", "version")
        verbose_name_plural = "slides"
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "group", "version"), name="slides_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"Slides of {self.group} for {self.meeting}"


class Summary(models.Model):
    """One hand-in of a group's summary: the five answers of rule U1, or a PDF.

    The version that counts is the newest one handed in on time (rule U3); a late one is
    kept beside it and never graded.
    """

    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("problem", "What is the problem, and why does it matter?"),
        ("related_work", "What is the state of related work?"),
        ("solution", "What is the solution, and which insight is the key to it?"),
        ("drawbacks", "What are its drawbacks or limits?"),
        ("future", "Where could research go from here?"),
    )

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="summaries")
    group = models.ForeignKey(StudentGroup, on_delete=models.PROTECT, related_name="summaries")
    version = models.PositiveIntegerField()
    problem = models.TextField(blank=True)
    related_work = models.TextField(blank=True)
    solution = models.TextField(blank=True)
    drawbacks = models.TextField(blank=True)
    future = models.TextField(blank=True)
    file = models.OneToOneField(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="summary"
    )
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="summary")

    class Meta:
        ordering = ("meeting_id", "group_id", "version")
        verbose_name_plural = "summaries"
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "group", "version"), name="summary_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"Summary of {self.group} for {self.meeting}"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The questions of rule U1 with this version's answers; these are empty for a PDF."""
        return [(label, getattr(self, name)) for name, label in self.FIELDS]
