"""What the sweeps know at an instant, in a fixed number of queries however large the courses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from courses.models import Course, Enrolment
from courses.queries import active
from groups.queries import memberships_at
from schedule.deadlines import Work
from schedule.models import Meeting, Reading, RoleAssignment
from schedule.queries import effective_deadline
from submissions.duties import counting_receipt
from submissions.models import Question, Receipt
from submissions.queries import WORK_OF_ROLE, asked_about

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from groups.models import Membership, StudentGroup
    from schedule.deadlines import Deadline

# What is older than this is not told any more.
STALE_AFTER = timedelta(days=7)
# The longest that a reminder runs ahead of its deadline.
AHEAD = timedelta(hours=24)


@dataclass
class Board:
    """The student lectures around `at`, who is in them, and what is in.

    Meetings reach from those whose last deadline passed `STALE_AFTER` ago to those whose
    first reminder is due. Each attribute is read once, by one query.
    """

    at: datetime

    @cached_property
    def meetings(self) -> list[Meeting]:
        """The lectures of the window, with their courses."""
        longest = Course.objects.aggregate(
            lead=Max("slides_lead_hours"), lag=Max("summary_lag_hours")
        )
        lead = AHEAD + timedelta(hours=longest["lead"] or 0)
        lag = STALE_AFTER + timedelta(hours=longest["lag"] or 0) + timedelta(days=1)
        return list(
            Meeting.objects.filter(
                kind=Meeting.Kind.STUDENT_LECTURE,
                starts_at__gte=self.at - lag,
                starts_at__lte=self.at + lead,
            )
            .select_related("course")
            .order_by("starts_at", "pk")
        )

    def due(self, work: Work) -> Iterator[tuple[Meeting, Deadline]]:
        """The lectures with the deadline in force for `work`.

        Without what was due when the course was set up: nobody could hand that in here. (As of
        an instant before that, a course is taken as if it had always been there.)
        """
        for meeting in self.meetings:
            deadline = effective_deadline(work=work, meeting=meeting)
            created_at = meeting.course.created_at
            if deadline is not None and not deadline.due_at <= created_at <= self.at:
                yield meeting, deadline

    @cached_property
    def _readings(self) -> dict[int, list[Reading]]:
        found: dict[int, list[Reading]] = defaultdict(list)
        for reading in Reading.objects.filter(asked_about(), meeting__in=self.meetings).order_by(
            "position"
        ):
            found[reading.meeting_id].append(reading)
        return found

    def readings(self, meeting: Meeting) -> list[Reading]:
        """The readings on which questions are asked (rule P2)."""
        return self._readings[meeting.pk]

    @cached_property
    def _people(self) -> dict[int, list[Enrolment]]:
        courses = {meeting.course_id for meeting in self.meetings}
        found: dict[int, list[Enrolment]] = defaultdict(list)
        for enrolment in (
            Enrolment.objects.filter(active(self.at), course__in=courses)
            .select_related("person")
            .order_by("pk")
        ):
            found[enrolment.course_id].append(enrolment)
        return found

    def students(self, meeting: Meeting) -> list[Enrolment]:
        """Who is on the roster at `at` as a student."""
        return [one for one in self._people[meeting.course_id] if not one.is_staff]

    def staff(self, meeting: Meeting) -> list[Enrolment]:
        """Who teaches the meeting's course at `at`."""
        return [one for one in self._people[meeting.course_id] if one.is_staff]

    @cached_property
    def asked(self) -> set[tuple[int, int]]:
        """(reading, author) of every question that is in and not withdrawn."""
        return set(
            Question.objects.filter(
                reading__meeting__in=self.meetings, withdrawn_at=None
            ).values_list("reading", "author")
        )

    def unasked(self, meeting: Meeting, student: Enrolment) -> list[Reading]:
        """The readings on which this student has no question in."""
        return [one for one in self.readings(meeting) if (one.pk, student.pk) not in self.asked]

    @cached_property
    def _assignments(self) -> dict[int, list[RoleAssignment]]:
        found: dict[int, list[RoleAssignment]] = defaultdict(list)
        for assignment in RoleAssignment.objects.filter(meeting__in=self.meetings).select_related(
            "group"
        ):
            found[assignment.meeting_id].append(assignment)
        return found

    def groups(self, meeting: Meeting, work: Work | None = None) -> dict[StudentGroup, set[str]]:
        """The groups with a role, or one that owes `work`, each with its roles."""
        found: dict[StudentGroup, set[str]] = defaultdict(set)
        for assignment in self._assignments[meeting.pk]:
            if work is None or WORK_OF_ROLE[assignment.role] is work:
                found[assignment.group].add(assignment.role)
        return found

    @cached_property
    def _members(self) -> dict[int, list[Membership]]:
        groups = {one.group_id for some in self._assignments.values() for one in some}
        found: dict[int, list[Membership]] = defaultdict(list)
        for membership in (
            memberships_at(self.at)
            .filter(group__in=groups)
            .select_related("enrolment__person")
            .order_by("pk")
        ):
            found[membership.group_id].append(membership)
        return found

    def members(self, group: StudentGroup) -> list[Enrolment]:
        """Who is in the group at `at`."""
        return [one.enrolment for one in self._members[group.pk]]

    def members_when(self, group: StudentGroup, due_at: datetime) -> list[Enrolment]:
        """Those of them who were in it when its work was due already, and so owed it.

        As in `submissions.queries.duties_of`, a group that was recorded later is taken as it was
        first recorded.
        """
        moment = max(due_at, group.created_at)
        return [one.enrolment for one in self._members[group.pk] if one.joined_at <= moment]

    @cached_property
    def _receipts(self) -> dict[tuple[str, int, int | None], list[Receipt]]:
        found: dict[tuple[str, int, int | None], list[Receipt]] = defaultdict(list)
        for receipt in Receipt.objects.filter(meeting__in=self.meetings, group__isnull=False):
            found[receipt.work, receipt.meeting_id, receipt.group_id].append(receipt)
        return found

    def handed_in(self, work: Work, meeting: Meeting, group: StudentGroup) -> Receipt | None:
        """The receipt of the group's work that counts; None when nothing is in."""
        return counting_receipt(self._receipts.get((work.value, meeting.pk, group.pk), ()))


def link(meeting: Meeting, name: str = "meeting", **arguments: object) -> str:
    """The full address of a page of this app."""
    arguments = arguments or {"meeting": meeting.pk}
    path = reverse(f"submissions:{name}", kwargs={"slug": meeting.course.slug, **arguments})
    return f"{settings.SITE_URL}{path}"


def key(about: str, deadline: Deadline, *rows: int) -> str:
    """The key of a notice about one deadline: one that has moved is told of anew."""
    return ":".join([about, *map(str, rows), str(int(deadline.due_at.timestamp()))])


def prefix(meeting: Meeting) -> str:
    """What a subject begins with: the course's code or title."""
    return meeting.course.code or meeting.course.title
