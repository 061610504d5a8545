"""The parts of a grade."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from courses.models import Course
from schedule.models import Work


class GradeComponent(models.Model):
    """One part of the grade and its weight in percent (rule W1).

    The weights of a course sum to 100; `grading.actions.set_weights` holds that. It is fed by
    `works`; without any it is graded by hand, as a whole. Students see their own grade of it from
    `released_at` on.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="grade_components")
    works = models.ManyToManyField(
        Work,
        blank=True,
        related_name="components",
        help_text="What is handed in and counts here. None: it is graded by hand.",
    )
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
