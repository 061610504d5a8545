"""A course: one term of one seminar, with its policies as data."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models


def validate_zone(value: str) -> None:
    """Refuse a name that is not an IANA time zone; UTC offsets and "CST" are none, "UTC" is."""
    if value not in available_timezones() or ("/" not in value and value != "UTC"):
        raise ValidationError(f"“{value}” is not an IANA time zone such as America/Chicago.")


class Course(models.Model):
    """One term of a seminar (rules L1-L4); its address is `/c/<slug>/`.

    `class_starts` and `class_ends` are wall-clock times in `timezone`; `starts_on` and
    `ends_on` are the first and last dated row. The policy fields hold the numbers of
    the rules as defaults of a course, so that the next course changes data, not code.
    """

    slug = models.SlugField(max_length=80, unique=True)
    code = models.CharField(max_length=40, blank=True, help_text="For example CS 598.")
    title = models.CharField(max_length=200)
    term = models.CharField(max_length=40)
    timezone = models.CharField(
        "time zone", max_length=64, default="America/Chicago", validators=[validate_zone]
    )
    room = models.CharField(max_length=200, blank=True)
    weekdays = models.CharField(
        max_length=20,
        blank=True,
        help_text="Days of class as digits, Monday is 0: “2,4” is Wed, Fri.",
    )
    class_starts = models.TimeField(null=True, blank=True)
    class_ends = models.TimeField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    contact_label = models.CharField(max_length=80, blank=True, help_text="For example Piazza.")
    contact_url = models.URLField(max_length=500, blank=True)
    staff_email = models.EmailField(blank=True)
    email_domain = models.CharField(
        max_length=200,
        blank=True,
        help_text="NetID@this-domain is a roster entry's own address; it can be claimed with it.",
    )
    accent_hue = models.PositiveSmallIntegerField(
        default=255, validators=[MaxValueValidator(359)], help_text="0-359, the one colour."
    )
    show_student_names = models.BooleanField(
        default=False, help_text="Show the names of students on the public page."
    )
    is_public = models.BooleanField(
        default=True, help_text="Anyone may read the schedule; otherwise only those enrolled."
    )

    # Policies (rules G1, P3); roles and works have their own rows, see `schedule.models`.
    group_size_min = models.PositiveSmallIntegerField(default=4)
    group_size_max = models.PositiveSmallIntegerField(default=5)
    created_at = models.DateTimeField()
    revision = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="Raised with every change of the plan."
    )

    class Meta:
        ordering = ("-starts_on", "slug")

    def __str__(self) -> str:
        name = f"{self.code}: {self.title}" if self.code else self.title
        return f"{name}, {self.term}"

    @property
    def hue_step(self) -> int:
        """The accent hue, rounded to the 15 degrees that the stylesheet knows."""
        return round(self.accent_hue / 15) * 15 % 360

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this course's times are shown and its fixed dates are meant."""
        return ZoneInfo(self.timezone)


class CourseText(models.Model):
    """One piece of the page's free text, in Markdown (rule L4)."""

    class Kind(models.TextChoices):
        DESCRIPTION = "description", "Description"
        OBJECTIVES = "objectives", "Learning objectives"
        STRUCTURE = "structure", "Structure"
        PREREQUISITES = "prerequisites", "Prerequisites"
        INTEGRITY = "integrity", "Academic integrity"
        AI_POLICY = "ai_policy", "AI-tool policy"
        POLICY = "policy", "Policy"
        ACKNOWLEDGEMENTS = "acknowledgements", "Acknowledgements"
        RESOURCES = "resources", "Resources"
        OTHER = "other", "Other"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="texts")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title
