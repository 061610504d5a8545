"""The ledger: grades are appended, never updated, and folded on read."""

from __future__ import annotations

from django.db import models

from courses.models import Course, Enrolment
from grading.models.component import GradeComponent
from schedule.models import Meeting, Reading, Work
from submissions.models import Version

THINGS = ("version", "work", "meeting", "reading")
"""What says on what an entry is; of the component as a whole all are empty."""


class GradeChange(models.Model):
    """One entry of the ledger. The newest entry on the same thing holds.

    What is graded: a version of what was handed in, or, without one, the component as a whole.
    `work` with `meeting` and `reading` stands for what was never handed in, and from which one
    student is excused. For whom: `enrolment`, or, where it is empty,
    every member who is credited with that work; one member's own entry goes before the
    group's. `score` is in points out of `out_of`; it is empty unless `state` is SCORED.
    """

    class State(models.TextChoices):
        SCORED = "scored", "Graded"
        EXCUSED = "excused", "Excused"
        CLEARED = "cleared", "Not yet graded"

    component = models.ForeignKey(GradeComponent, on_delete=models.PROTECT, related_name="changes")
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    work = models.ForeignKey(
        Work, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    reading = models.ForeignKey(
        Reading, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    state = models.CharField(max_length=10, choices=State.choices)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    out_of = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    comment = models.TextField(blank=True)
    made_by = models.ForeignKey(
        Enrolment, null=True, on_delete=models.PROTECT, related_name="grades_given"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="scored", score__isnull=False, out_of__gt=0)
                | (~models.Q(state="scored") & models.Q(score=None)),
                name="grade_change_score_iff_scored",
            ),
            models.CheckConstraint(
                condition=models.Q(version=None) | models.Q(work=None, meeting=None, reading=None),
                name="grade_change_on_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(meeting=None, reading=None) | models.Q(work__isnull=False),
                name="grade_change_excuse_is_of_a_work",
            ),
        )

    def __str__(self) -> str:
        what = f"{self.score}/{self.out_of}" if self.score is not None else self.state
        return f"{self.component}: {what}"


class ExportRecord(models.Model):
    """Who took grades out of the system, when and how much."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="exports")
    made_by = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="exports"
    )
    format = models.CharField(max_length=20)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.rows} rows as {self.format}, {self.at:%Y-%m-%d %H:%M %Z}"
