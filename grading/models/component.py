"""The parts of a grade."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from courses.models import Course


class GradeComponent(models.Model):
    """One part of the grade and its weight in percent (rule W1).

    The weights of a course sum to 100; `grading.actions.set_weights` holds that. `kind`
    says which work feeds it: questions feed participation, slides feed presentation,
    summaries feed summary; the others are graded directly. Students see their own grade
    of it from `released_at` on.
    """

    class Kind(models.TextChoices):
        PARTICIPATION = "participation", "Participation"
        PRESENTATION = "presentation", "Presentation and discussion"
        SUMMARY = "summary", "Summary"
        DIRECT = "direct", "Graded directly"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="grade_components")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.DIRECT)
    name = models.CharField(max_length=120)
    weight = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Percent of the course's grade.",
    )
    position = models.PositiveIntegerField(default=0)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("course_id", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("course", "name"), name="component_name_in_course"),
        )

    def __str__(self) -> str:
        return self.name
