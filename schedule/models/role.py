"""Roles of a course, and who has them when."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from courses.models import Course, Enrolment
from groups.models import StudentGroup
from schedule.models.meeting import Meeting, Reading
from schedule.plan import values

KEY_LENGTH = 40


class Role(models.Model):
    """What somebody does at a meeting, such as “presenter”; never a kind of account.

    The columns are those of `schedule.plan.values.Role`, which says what they mean.
    """

    HOLDERS = [("groups", "Groups"), ("persons", "Single students")]
    PER = [("meeting", "The whole meeting"), ("reading", "One reading of it")]

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="roles")
    key = models.SlugField(
        max_length=KEY_LENGTH, help_text="Its name in addresses and files; it never changes."
    )
    name = models.CharField(max_length=60, help_text="For example Presenter.")
    words = models.CharField(
        max_length=60, blank=True, help_text="What stands before who has it: presented by."
    )
    holders = models.CharField(
        "held by", max_length=10, choices=HOLDERS, default=values.Holders.GROUPS.value
    )
    per = models.CharField("for", max_length=10, choices=PER, default=values.For.MEETING.value)
    least = models.PositiveSmallIntegerField(
        "fewest holders", default=1, help_text="So many have it at once, at least."
    )
    most = models.PositiveSmallIntegerField(
        "most holders",
        null=True,
        blank=True,
        default=1,
        validators=[MinValueValidator(1, "Nobody could have a role with no holder.")],
        help_text="Empty: any number.",
    )
    must_attend = models.BooleanField("has to be in class", default=True)
    minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How long their part may take. Empty: no limit is said.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("course_id", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("course", "key"), name="role_key_in_course"),
            models.CheckConstraint(
                condition=models.Q(most=None) | models.Q(most__gte=models.F("least")),
                name="role_most_not_below_least",
            ),
        )

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """That a group or a student has a role at a meeting: for all of it, or for one `reading`.

    Which of them may have it, and how many, the role says (rule R1); `schedule.plan.roles_given`
    watches it where roles are assigned. A real page breaks it now and then, and its import only
    warns.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    reading = models.ForeignKey(
        Reading, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments"
    )
    group = models.ForeignKey(
        StudentGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments"
    )
    enrolment = models.ForeignKey(
        Enrolment,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name="student",
    )

    class Meta:
        ordering = ("meeting_id", "role__position", "role_id", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(group__isnull=False, enrolment=None)
                | models.Q(group=None, enrolment__isnull=False),
                name="role_assigned_to_a_group_or_a_student",
            ),
            *(
                models.UniqueConstraint(
                    fields=("meeting", "role", holder, *(("reading",) if per_reading else ())),
                    condition=models.Q(
                        **{f"{holder}__isnull": False, "reading__isnull": not per_reading}
                    ),
                    name=f"role_once_per_{holder}{'_and_reading' if per_reading else ''}",
                )
                for holder in ("group", "enrolment")
                for per_reading in (False, True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder} as {self.role} on {self.meeting}"

    @property
    def holder(self) -> StudentGroup | Enrolment:
        """Who has it."""
        holder = self.group or self.enrolment
        assert holder is not None  # nosec B101 # a constraint of the table
        return holder
