"""The ledger: grades are appended, never updated, and folded on read."""

from __future__ import annotations

from itertools import combinations

from django.db import models

from courses.models import Course, Enrolment
from grading.models.component import GradeComponent
from schedule.models import Meeting, Reading
from submissions.models import Question, Slides, Summary

THINGS = ("question", "slides", "summary", "reading", "meeting")


class GradeChange(models.Model):
    """One entry of the ledger. The newest entry on the same thing holds.

    What is graded: a question, slides or a summary, or, with none of the three, the
    component as a whole. `reading` or `meeting` stand for work that was never handed in
    and from which one student is excused. For whom: `enrolment`, or, where it is empty,
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
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    slides = models.ForeignKey(
        Slides, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    summary = models.ForeignKey(
        Summary, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    reading = models.ForeignKey(
        Reading, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
    )
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_changes"
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
                condition=models.Q(
                    *(
                        models.Q(**{f"{one}__isnull": True}) | models.Q(**{f"{two}__isnull": True})
                        for one, two in combinations(THINGS, 2)
                    )
                ),
                name="grade_change_on_one_thing",
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
