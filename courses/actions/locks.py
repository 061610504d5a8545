"""The one lock that changes of a course take first, so that nobody waits in a circle."""

from __future__ import annotations

from django.db.models import F

from courses.models import Course


def hold_course(course_id: int) -> Course:
    """Lock the course until the transaction ends; the course as it is stored now.

    Taken before any of its rows by whatever changes them: what is said of several of them
    together, or reckoned from the course's zone, then holds. Hand-ins, which only point to the
    course, go on.
    """
    return Course.objects.select_for_update(no_key=True).get(pk=course_id)


def raise_revision(course_id: int) -> None:
    """Say that the course's plan is another one now; locks the course as `hold_course` does.

    Called by whatever changes what a plan is read from (people on the roster, groups, sections,
    meetings, readings, fixed dates, roles, the rules), in the same transaction: nothing else makes
    a kept plan old.
    """
    Course.objects.filter(pk=course_id).update(revision=F("revision") + 1)
