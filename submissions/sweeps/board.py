"""What a sweep knows of one course at an instant: its plan, what is in, and whom to write to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from courses.models import Enrolment
from courses.queries import active
from schedule.plan.asks import instants_of
from schedule.queries import plan_of
from submissions.links import full, place_path, work_path
from submissions.queries.deeds import standing_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from courses.models import Course
    from schedule.plan import values
    from schedule.plan.asks import Ask
    from schedule.plan.plan import Plan
    from submissions.standing import Part, Piece, Standing

# What is older than this is not told any more.
STALE_AFTER = timedelta(days=7)


@dataclass
class Board:
    """One course at `at`; each attribute is read once, by a fixed number of queries.

    Looked at is what has begun to be told of, and was due no longer ago than `STALE_AFTER`; not
    what was due when the course was set up.
    """

    course: Course
    at: datetime

    @cached_property
    def plan(self) -> Plan:
        """The course's plan."""
        return plan_of(self.course)

    @cached_property
    def asks(self) -> list[Ask]:
        """What is looked at, by meeting."""
        return [ask for ask in self.plan.asks.values() if self._is_near(ask)]

    def _is_near(self, ask: Ask) -> bool:
        begins, ends = min(instants_of(ask)), ask.deadline.due_at + STALE_AFTER
        return self.plan.due(ask, self.at).is_asked and begins <= self.at < ends

    def together(self, work: values.Work) -> list[list[Ask]]:
        """The asks of this work that are looked at, those of one meeting together, in order."""
        found: dict[int, list[Ask]] = defaultdict(list)
        for ask in self.asks:
            if ask.work == work:
                found[ask.key[1]].append(ask)
        return list(found.values())

    def is_over(self, ask: Ask) -> bool:
        """Whether its time is over."""
        return self.plan.due(ask, self.at).is_over

    @cached_property
    def standing(self) -> Standing:
        """How it stands at the meetings that are looked at."""
        return standing_at(self.plan, self.at, {ask.key[1] for ask in self.asks})

    @cached_property
    def on_roster(self) -> Mapping[int, Enrolment]:
        """Who is on the roster at `at`, by id."""
        people = Enrolment.objects.filter(active(self.at), course=self.course)
        return {one.pk: one for one in people.select_related("person").order_by("pk")}

    @cached_property
    def staff(self) -> list[Enrolment]:
        """Who teaches the course at `at`."""
        return [one for one in self.on_roster.values() if one.is_staff]

    def pieces(self, ask: Ask) -> list[Piece]:
        """What became of it, by owner."""
        return list(self.standing.pieces([ask]))

    def without(self, piece: Piece) -> list[Enrolment]:
        """The students on the roster who have a part in it and nothing in."""
        return [self.on_roster[part.person] for part in self.parts(piece) if not part.is_in]

    def parts(self, piece: Piece) -> list[Part]:
        """The parts of those who are on the roster."""
        return [part for part in self.standing.parts(piece) if part.person in self.on_roster]

    def lacking(self, asks: Sequence[Ask]) -> dict[Enrolment, list[Ask]]:
        """Of work that each owes alone: who has nothing in, for which of these asks."""
        found: dict[int, list[Ask]] = defaultdict(list)
        for ask in asks:
            for piece in self.pieces(ask):
                for student in self.without(piece):
                    found[student.pk].append(ask)
        return {self.on_roster[one]: found[one] for one in sorted(found)}

    def panel(self, ask: Ask) -> list[Enrolment]:
        """Who on the roster has a role at its meeting, alone or with a group; each once."""
        found: dict[Enrolment, None] = {}
        for one in self.plan.assigned.get(ask.key[1], ()):
            if one.group is not None:
                found |= dict.fromkeys(self.members(self.plan.group[one.group]))
            elif one.person is not None and one.person in self.on_roster:
                found[self.on_roster[one.person]] = None
        return list(found)

    def members(self, group: values.Group) -> list[Enrolment]:
        """Who is in the group, and on the roster, at `at`."""
        now = dict.fromkeys(stay.person for stay in group.stays if stay.time.covers(self.at))
        return [self.on_roster[one] for one in now if one in self.on_roster]

    def place(self, ask: Ask) -> str:
        """The full address of the meeting's page; of what hangs on none, one's home."""
        return full(place_path(self.course.slug, ask.key[1]))

    def link(self, ask: Ask, group: values.Group | None = None) -> str:
        """The full address of the page on which it is handed in, for this group."""
        return full(work_path(self.course.slug, ask.key, group.id if group else None))

    @property
    def prefix(self) -> str:
        """What a subject begins with: the course's code or title."""
        return self.course.code or self.course.title


def for_meeting(ask: Ask) -> str:
    """“ for Paging Attention”; nothing of what hangs on no meeting."""
    return f" for {ask.about}" if ask.meeting else ""


def rows_of(ask: Ask, group: values.Group) -> tuple[int, ...]:
    """What the key of a notice to a group's member names beside the meeting, in order."""
    return (group.id,) if ask.reading is None else (ask.reading.id, group.id)


def key(about: str, ask: Ask, *rows: int) -> str:
    """The key of a notice about what is asked at one meeting: a date that moved is told anew."""
    due_at = int(ask.deadline.due_at.timestamp())
    return ":".join([about, *map(str, (ask.key[1], *rows)), str(due_at)])
