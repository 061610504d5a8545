"""Receipts: the server's word that something arrived, when, and in time or not."""

from __future__ import annotations

import uuid

from django.db import models

from courses.models import Course, Enrolment
from groups.models import StudentGroup
from schedule.deadlines import Verdict
from schedule.models import Meeting, Reading
from schedule.models.role import KEY_LENGTH
from submissions.duties import state_of
from submissions.standing import receipt_number


class Receipt(models.Model):
    """Proof of one hand-in, made with it.

    `at` is the instant the request began (UTC), `due_at` the deadline that it is judged by: the
    one that was in force then, unless staff had it judged by another since. Each such
    `Judgement` keeps what was said before; nothing else of a receipt ever changes.
    `work` is the key of the work, `work_name` what it was called. `sha256` is that of what was
    received (`submissions.content`). `members` are those who get credit:
    the one whose work it is, or who was in the group at `at`. `key` makes a repeated POST
    find the first receipt: it is unique per enrolment.
    """

    VERDICTS = [(verdict.value, state_of(verdict).value) for verdict in Verdict]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="receipts")
    work = models.CharField(max_length=KEY_LENGTH)
    work_name = models.CharField(max_length=60)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts"
    )
    reading = models.ForeignKey(
        Reading, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts"
    )
    group = models.ForeignKey(
        StudentGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts"
    )
    handed_in_by = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="receipts_made"
    )
    members = models.ManyToManyField(Enrolment, related_name="receipts")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict = models.CharField(max_length=20, choices=VERDICTS)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes received.")
    key = models.CharField(max_length=64)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(fields=("handed_in_by", "key"), name="receipt_once_per_key"),
        )

    def __str__(self) -> str:
        return f"Receipt {self.number}"

    @property
    def about(self) -> str:
        """What it is for: the meeting's heading; of what is asked once, the work's name."""
        return self.meeting.heading if self.meeting else self.work_name

    @property
    def number(self) -> str:
        """The short form of the id that people read out."""
        return receipt_number(self.id)


class Judgement(models.Model):
    """That staff had a receipt judged by the deadline in force at `at`, and why.

    Appended, never changed. The one before, or the receipt itself as it was made, said
    `verdict_before` by `due_at_before`.
    """

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="judgements")
    at = models.DateTimeField()
    by = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="judgements_made")
    reason = models.CharField(max_length=500)
    due_at_before = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict_before = models.CharField(max_length=20, choices=Receipt.VERDICTS)
    verdict = models.CharField(max_length=20, choices=Receipt.VERDICTS)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.receipt}: {self.get_verdict_display()}"
