"""Which group does what at a meeting."""

from __future__ import annotations

from django.db import models

from groups.models import StudentGroup
from schedule.models.meeting import Meeting


class Role(models.TextChoices):
    """What a group does at one meeting (rule R1); never a kind of account."""

    PRESENTER = "presenter", "Presenter"
    COMPANION = "companion", "Companion"
    REVIEWER = "reviewer", "Reviewer"


class RoleAssignment(models.Model):
    """That a group has a role at a meeting.

    Rule R1 (one group a role, three different groups) is watched where roles are
    assigned; a real page breaks it now and then, and its import only warns.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="assignments")
    group = models.ForeignKey(StudentGroup, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        ordering = ("meeting_id", "role", "group_id")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "group", "role"), name="role_assigned_once"),
        )

    def __str__(self) -> str:
        return f"{self.group} as {self.role} on {self.meeting}"
