"""Who is in a course: the roster, its staff, and how an entry is claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

from courses.models.course import Course
from courses.models.person import Person

if TYPE_CHECKING:
    from datetime import datetime


UNNAMED = "unnamed"


def labelled(*words: str | None) -> str:
    """The first that says something of a name, a NetID, an account's name and its addresses."""
    return next((word for word in words if word), UNNAMED)


class Enrolment(models.Model):
    """One entry of a course's roster.

    Everything that a course records of somebody (membership, work, grades) hangs on the
    enrolment, so an entry can exist before anybody has an account. Nobody can sign in as
    it until it is claimed, that is until `person` is set, by `courses.actions.claims` alone.
    Who drops keeps the row and its history; `dropped_at` is set.
    """

    class Role(models.TextChoices):
        STUDENT = "student", "Student"
        TA = "ta", "TA"
        INSTRUCTOR = "instructor", "Instructor"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments"
    )
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.STUDENT)
    netid = models.CharField(
        "NetID",
        max_length=120,
        blank=True,
        help_text="As written on the course page; a name where the page has only names.",
    )
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True, help_text="The address that the roster gives.")
    homepage = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("course_id", "role", "netid")
        constraints = (
            models.UniqueConstraint(
                "course",
                Lower("netid"),
                condition=~models.Q(netid=""),
                name="enrolment_netid_once_per_course",
            ),
            models.UniqueConstraint(
                fields=("course", "person"),
                condition=models.Q(person__isnull=False),
                name="enrolment_person_once_per_course",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name to show: the roster's, else the NetID, else the claimed account's."""
        return self.name or self.netid or (str(self.person) if self.person_id else UNNAMED)

    @property
    def is_staff(self) -> bool:
        """Whether this entry teaches: an instructor or a TA."""
        return self.role in {self.Role.TA, self.Role.INSTRUCTOR}

    def is_active(self, at: datetime) -> bool:
        """Whether this entry is on the roster at `at` (it has not been dropped by then)."""
        return self.dropped_at is None or at < self.dropped_at


class OfficeHours(models.Model):
    """A weekly slot in which one or several of the staff can be asked (rule L2).

    `starts` and `ends` are wall-clock times in the course's zone; `weekday` 0 is Monday.
    `text` keeps what the page says, for slots that are not a day and a time.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="office_hours")
    staff = models.ManyToManyField(Enrolment, related_name="office_hours")
    place = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    text = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name_plural = "office hours"

    def __str__(self) -> str:
        return self.text or self.place


class Invitation(models.Model):
    """A secret link, made by staff, with which its holder may claim one roster entry.

    Only the SHA-256 of the secret is stored. It works once and until `expires_at`.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Enrolment, null=True, on_delete=models.SET_NULL, related_name="invitations_made"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Invitation of {self.enrolment} to {self.email}"


class RosterMapping(models.Model):
    """How this course's roster file names its columns, remembered from the last upload.

    `words` holds what was answered of statuses and roles that nobody can know: field -> word,
    folded -> meaning, as in `courses.rosterfile.MEANINGS`.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="roster_mapping")
    columns = models.JSONField(default=dict)
    words = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Roster columns of {self.course}"
