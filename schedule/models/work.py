"""What a course has handed in, as rows."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from courses.models import Course
from schedule.models.role import KEY_LENGTH, Role
from schedule.plan import values


def _unsaid(edge: str, *but: str) -> dict[str, None]:
    parts = (part for part in ("minutes", "days", "clock") if part not in but)
    return dict.fromkeys(f"{edge}_{part}" for part in parts)


def _is_said(edge: str) -> models.Q:
    """That a moment has just what it is reckoned from."""
    at_class = {f"{edge}_from__in": ("start", "end"), f"{edge}_minutes__isnull": False}
    on_clock = {f"{edge}_from": "clock", f"{edge}_days__isnull": False}
    return models.Q(**at_class, **_unsaid(edge, "minutes")) | models.Q(
        **on_clock, **{f"{edge}_clock__isnull": False}, **_unsaid(edge, "days", "clock")
    )


class Work(models.Model):
    """Something to hand in: by whom, for what, from when until when, and what happens to late ones.

    The columns are those of `schedule.plan.columns`; `schedule.plan.values.Work` says what they
    mean. `opens_from` and `due_from` say from where a moment is reckoned: from class start or end
    in elapsed minutes, or on the clock so many days after (negative: before) the meeting's day.
    """

    OWED_BY = [
        ("everybody", "Each student"),
        ("holders", "Who has one of the roles"),
        ("others", "Each student with none of the roles"),
        ("groups", "Each group"),
    ]
    PER = [
        ("required_reading", "Each required reading"),
        ("reading", "Each reading"),
        ("meeting", "The meeting"),
    ]
    FROM = [("start", "Class start"), ("end", "Class end"), ("clock", "The clock")]
    AFTER = [
        ("closed", "Nothing is taken any more"),
        ("late", "It is taken, and shown as late"),
        ("late_not_counted", "It is kept on record, and not counted"),
    ]

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="works")
    key = models.SlugField(
        max_length=KEY_LENGTH, help_text="Its name in addresses and files; it never changes."
    )
    name = models.CharField(max_length=60, help_text="For example Question.")
    is_plural = models.BooleanField(
        default=False, help_text="Whether one says “are missing”, as of slides."
    )
    owed_by = models.CharField(max_length=10, choices=OWED_BY, default="everybody")
    roles = models.ManyToManyField(Role, blank=True, related_name="works")
    per = models.CharField("for", max_length=20, choices=PER, default="meeting")
    meetings = models.CharField(
        max_length=200,
        default=values.STUDENT_LECTURE,
        help_text="The kinds of meetings at which it is asked, with commas between.",
    )
    opens_from = models.CharField(max_length=10, choices=FROM, blank=True)
    opens_minutes = models.IntegerField(null=True, blank=True)
    opens_days = models.SmallIntegerField(null=True, blank=True)
    opens_clock = models.TimeField(null=True, blank=True)
    due_from = models.CharField(max_length=10, choices=FROM, default="start")
    due_minutes = models.IntegerField(null=True, blank=True)
    due_days = models.SmallIntegerField(null=True, blank=True)
    due_clock = models.TimeField(null=True, blank=True)
    after = models.CharField(
        "what comes later", max_length=20, choices=AFTER, default=values.After.CLOSED.value
    )
    closes_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="For so many minutes late work is taken. Empty: without end.",
    )
    can_withdraw = models.BooleanField(
        default=False, help_text="Whether it can be taken back until it is due."
    )
    remind_hours = models.CharField(
        max_length=60,
        blank=True,
        help_text="Who has nothing in is reminded so many hours before, such as 24,2.",
    )
    points = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=10,
        validators=[MinValueValidator(Decimal("0.01"), "Nothing can be graded out of zero.")],
        help_text="It is graded from 0 to this.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("course_id", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("course", "key"), name="work_key_in_course"),
            models.CheckConstraint(
                condition=_is_said("opens") | models.Q(opens_from="", **_unsaid("opens")),
                name="work_opening_is_whole",
            ),
            models.CheckConstraint(condition=_is_said("due"), name="work_due_is_whole"),
        )

    def __str__(self) -> str:
        return self.name
