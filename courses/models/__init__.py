"""Courses, the persons in them, and the outbox of notices."""

from courses.models.course import Course, CourseText
from courses.models.enrolment import Enrolment, Invitation, OfficeHours, RosterMapping
from courses.models.notice import Heartbeat, Notice
from courses.models.person import Person

__all__ = [
    "Course",
    "CourseText",
    "Enrolment",
    "Heartbeat",
    "Invitation",
    "Notice",
    "OfficeHours",
    "Person",
    "RosterMapping",
]
