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
from groups.models import Membership
from schedule.deadlines import Work
from schedule.models import Meeting, Reading, RoleAssignment
from submissions.models import Question, Receipt
from submissions.owing import counting_receipt, has_part
from submissions.queries import (
    asked_about,
    due_at_lecture,
    group_works,
    roles_in_words,
    stay_of,
    time_on_roster,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from groups.models import StudentGroup
    from schedule.deadlines import Deadline
    from submissions.owing import Due, Stay
    from submissions.queries.owed import About

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

    def due(self, work: Work) -> Iterator[tuple[Meeting, Due]]:
        """The lectures at which `work` is asked, with when it is due."""
        for meeting in self.meetings:
            due = due_at_lecture(work, meeting, self.at)
            if due.is_asked:
                yield meeting, due

    def passed(self, work: Work) -> Iterator[tuple[Meeting, Due]]:
        """Those of them at which its time is over, since no longer than `STALE_AFTER`."""
        for meeting, due in self.due(work):
            if due.is_over and self.at < due.deadline.due_at + STALE_AFTER:
                yield meeting, due

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
        """The readings on which this student owes a question and has none in."""
        due = due_at_lecture(Work.QUESTION, meeting, self.at)
        if not due.is_owed_by(time_on_roster(student)):
            return []
        return [one for one in self.readings(meeting) if (one.pk, student.pk) not in self.asked]

    @cached_property
    def _assignments(self) -> dict[int, list[RoleAssignment]]:
        found: dict[int, list[RoleAssignment]] = defaultdict(list)
        for assignment in RoleAssignment.objects.filter(meeting__in=self.meetings).select_related(
            "group"
        ):
            found[assignment.meeting_id].append(assignment)
        return found

    def panel(self, meeting: Meeting) -> list[StudentGroup]:
        """The groups with a role at the meeting, each once."""
        return list(dict.fromkeys(one.group for one in self._assignments[meeting.pk]))

    def groups(self, meeting: Meeting, work: Work) -> dict[StudentGroup, str]:
        """The groups whose role asks for `work`, each with its roles in words."""
        return {
            roles[0].group: roles_in_words(roles)
            for (asked, _, _), roles in group_works(self._assignments[meeting.pk]).items()
            if asked is work
        }

    @cached_property
    def _memberships(self) -> dict[int, list[Membership]]:
        groups = {one.group_id for some in self._assignments.values() for one in some}
        found: dict[int, list[Membership]] = defaultdict(list)
        for membership in (
            Membership.objects.filter(group__in=groups)
            .select_related("enrolment__person")
            .order_by("pk")
        ):
            found[membership.group_id].append(membership)
        return found

    def _stays(self, group: StudentGroup) -> dict[Enrolment, list[Stay]]:
        found: dict[Enrolment, list[Stay]] = defaultdict(list)
        for one in self._memberships[group.pk]:
            found[one.enrolment].append(stay_of(one, one.enrolment, group))
        return found

    def members(self, group: StudentGroup) -> list[Enrolment]:
        """Who is in the group, and on the roster, at `at`."""
        return [
            who
            for who, stays in self._stays(group).items()
            if who.is_active(self.at) and any(stay.time.covers(self.at) for stay in stays)
        ]

    def is_owed(self, work: Work, meeting: Meeting, group: StudentGroup) -> bool:
        """Whether anybody owes the group's work, be it somebody who has dropped since."""
        due = due_at_lecture(work, meeting, self.at)
        return any(
            due.is_owed_in(stay)
            for who, stays in self._stays(group).items()
            for stay in stays
            if not who.is_staff
        )

    def without(self, work: Work, meeting: Meeting, group: StudentGroup) -> list[Enrolment]:
        """The students on the roster for whom the group's work is not in though they owe it."""
        due = due_at_lecture(work, meeting, self.at)
        receipts = self._receipts[work, meeting.pk, group.pk]
        return [
            who
            for who, stays in self._stays(group).items()
            if who.is_active(self.at)
            and not who.is_staff
            and not any((receipt.pk, who.pk) in self._credit for receipt in receipts)
            and has_part(None, receipts, owes=any(due.is_owed_in(stay) for stay in stays))
        ]

    @cached_property
    def _receipts(self) -> dict[About, list[Receipt]]:
        found: dict[About, list[Receipt]] = defaultdict(list)
        for receipt in Receipt.objects.filter(meeting__in=self.meetings, group__isnull=False):
            found[Work(receipt.work), receipt.meeting_id, receipt.group_id or 0].append(receipt)
        return found

    @cached_property
    def _credit(self) -> set[tuple[UUID, int]]:
        """(receipt, student) for everybody who is credited with a group's work."""
        through = Receipt.members.through.objects.filter(
            receipt__meeting__in=self.meetings, receipt__group__isnull=False
        )
        return set(through.values_list("receipt", "enrolment"))

    def handed_in(self, work: Work, meeting: Meeting, group: StudentGroup) -> Receipt | None:
        """The receipt of the group's work that counts; None when nothing is in."""
        return counting_receipt(self._receipts[work, meeting.pk, group.pk])


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
