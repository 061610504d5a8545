"""The rows of a schedule: sections, meetings with their readings, days without class."""

from __future__ import annotations

from django.db import models

from courses.models import Course, Enrolment


class Section(models.Model):
    """A heading that its meetings stand under (rule S2)."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    title = models.CharField(max_length=200)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("course_id", "position")

    def __str__(self) -> str:
        return self.title


class Meeting(models.Model):
    """A dated row of the schedule (rules S1, S4).

    `starts_at` and `ends_at` are instants in UTC; both are empty exactly when the class
    does not meet (`Kind.NO_CLASS`), a row that can have readings all the same. `on` is the
    date in the course's zone, `until` the last day of a row that spans days.
    """

    class Kind(models.TextChoices):
        STAFF_LECTURE = "staff_lecture", "Staff lecture"
        STUDENT_LECTURE = "student_lecture", "Student lecture"
        GUEST_LECTURE = "guest_lecture", "Guest lecture"
        PRESENTATIONS = "presentations", "Project presentations"
        NO_CLASS = "no_class", "No class"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="meetings")
    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    title = models.CharField(
        max_length=200, blank=True, help_text="A label such as “Final Presentations”."
    )
    lecturer = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="lectures"
    )
    lecturer_name = models.CharField(
        max_length=200, blank=True, help_text="As written on the page."
    )
    lecture_url = models.CharField(
        max_length=500, blank=True, help_text="The slides of a staff lecture."
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("course_id", "on", "position")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="no_class", starts_at=None, ends_at=None)
                | (
                    ~models.Q(kind="no_class")
                    & models.Q(starts_at__isnull=False, ends_at__gt=models.F("starts_at"))
                ),
                name="meeting_has_times_unless_no_class",
            ),
        )

    def __str__(self) -> str:
        return f"{self.on:%b} {self.on.day}: {self.heading}"

    @property
    def heading(self) -> str:
        """What to call this row: its topic, else its label, else its kind."""
        return self.topic or self.title or self.get_kind_display()

    @property
    def is_held(self) -> bool:
        """Whether the class meets."""
        return self.kind != self.Kind.NO_CLASS


class Reading(models.Model):
    """A paper of a meeting (rule S3); `note` says which part ("Sec 1-4.2")."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="readings")
    title = models.CharField(max_length=400)
    url = models.URLField(max_length=1000, blank=True)
    is_required = models.BooleanField("required", default=False)
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("meeting_id", "position")

    def __str__(self) -> str:
        return self.title
