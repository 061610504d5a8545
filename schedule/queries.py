"""Questions about the schedule: its rows, and the deadline in force for a piece of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from schedule.deadlines import (
    Deadline,
    Work,
    question_deadline,
    slides_deadline,
    summary_deadline,
)
from schedule.models import Meeting, Reading, RoleAssignment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from courses.models import Course


def meetings_of(course: Course) -> QuerySet[Meeting]:
    """Every row of the course's schedule in order, with section, readings and roles.

    Three queries, however long the term is.
    """
    return (
        Meeting.objects.filter(course=course)
        .select_related("section", "lecturer")
        .prefetch_related(
            Prefetch("readings", Reading.objects.order_by("position")),
            Prefetch("assignments", RoleAssignment.objects.select_related("group")),
        )
        .order_by("on", "position")
    )


def effective_deadline(*, work: Work, meeting: Meeting) -> Deadline | None:
    """The deadline in force for `work` at `meeting`: the course's rule, applied to its times.

    None when the class does not meet, so that nothing is due. `meeting.course` is read.
    """
    if meeting.starts_at is None or meeting.ends_at is None:
        return None
    course = meeting.course
    match work:
        case Work.QUESTION:
            return question_deadline(meeting_starts_at=meeting.starts_at)
        case Work.SLIDES:
            return slides_deadline(
                meeting_starts_at=meeting.starts_at, lead_hours=course.slides_lead_hours
            )
        case Work.SUMMARY:
            return summary_deadline(
                meeting_starts_at=meeting.starts_at,
                meeting_ends_at=meeting.ends_at,
                lag_hours=course.summary_lag_hours,
            )
