"""Questions asked before a meeting, with every version kept."""

from __future__ import annotations

from django.db import models

from courses.models import Enrolment
from schedule.models import Reading
from submissions.models.receipt import Receipt


class Question(models.Model):
    """One student's question on one required reading (rule P2).

    `text` and `version` are those of the newest `QuestionVersion`; `withdrawn_at` is set
    while it is withdrawn, and asking again clears it. Written by `submissions.actions`.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="questions")
    author = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("reading_id", "asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("reading", "author"), name="question_one_per_reading_and_author"
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]


class QuestionVersion(models.Model):
    """What a question said from `at` on; each version has its receipt."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="question")

    class Meta:
        ordering = ("question_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("question", "number"), name="question_version_once"),
        )

    def __str__(self) -> str:
        return f"Version {self.number} of {self.question}"
