"""The outbox: what people are told, stored first and delivered by a sweep."""

from __future__ import annotations

from django.db import models

from courses.models.course import Course
from courses.models.enrolment import Enrolment


class Notice(models.Model):
    """A message to one address. `key` says what it is about, so that it is told once.

    Written in the transaction of what it tells of; delivered by `courses.actions.outbox`.
    """

    course = models.ForeignKey(
        Course, null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    recipient = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    address = models.EmailField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(
                fields=("retry_at",), condition=models.Q(sent_at=None), name="notice_unsent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.address}"


class Heartbeat(models.Model):
    """When a process was last seen alive; `/healthz` reads it."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, seen {self.seen_at:%Y-%m-%d %H:%M:%S %Z}"
