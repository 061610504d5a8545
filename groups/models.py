"""Student groups and who was in them when."""

from __future__ import annotations

from django.db import models

from courses.models import Course, Enrolment


class StudentGroup(models.Model):
    """A group of students, numbered within its course (rule G1)."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="student_groups")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    members = models.ManyToManyField(Enrolment, through="Membership", related_name="student_groups")

    class Meta:
        ordering = ("course_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("course", "number"), name="group_number_in_course"),
        )

    def __str__(self) -> str:
        return self.name or f"Group {self.number}"


class Membership(models.Model):
    """That a student was in a group from `joined_at` until `left_at` (half-open).

    Work stores the members of its moment itself; see `submissions.models.Receipt.members`.
    """

    group = models.ForeignKey(StudentGroup, on_delete=models.CASCADE, related_name="memberships")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("group_id", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("group", "enrolment"),
                condition=models.Q(left_at=None),
                name="membership_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} in {self.group}"
