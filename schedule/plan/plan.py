"""The plan itself, and the ways into it that its readers share."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from courses.texts import lower_first
from schedule.deadlines import Deadline
from schedule.plan.asks import (
    NO_ROLE,
    Ask,
    AskKey,
    Owner,
    Owners,
    asks_of,
    deadline_of,
    holders_of,
    instants_of,
)
from schedule.plan.calendar import FixedDate, Meeting, Reading, Section
from schedule.plan.moments import Dated
from schedule.plan.owing import Due, was_in
from schedule.plan.values import (
    Assignment,
    Everybody,
    EveryGroup,
    Group,
    Holders,
    HoldersOf,
    OthersThan,
    Person,
    Role,
    Span,
    Stay,
    Work,
)


@dataclass(frozen=True)
class Plan:
    """One course as it is: `created_at` is when it was set up here; meetings are in their order.

    What follows from it is worked out once, when it is first asked for.
    """

    course: int
    zone: ZoneInfo
    created_at: datetime
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    dates: tuple[FixedDate, ...] = ()
    roles: tuple[Role, ...] = ()
    works: tuple[Work, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    sections: tuple[Section, ...] = ()

    @cached_property
    def person(self) -> Mapping[int, Person]:
        """People by id."""
        return {one.id: one for one in self.people}

    @cached_property
    def group(self) -> Mapping[int, Group]:
        """Groups by id."""
        return {one.id: one for one in self.groups}

    @cached_property
    def section(self) -> Mapping[int, Section]:
        """Sections by id."""
        return {one.id: one for one in self.sections}

    @cached_property
    def work(self) -> Mapping[str, Work]:
        """Works by key."""
        return {one.key: one for one in self.works}

    @cached_property
    def role(self) -> Mapping[str, Role]:
        """Roles by key."""
        return {one.key: one for one in self.roles}

    @cached_property
    def meeting(self) -> Mapping[int, Meeting]:
        """Meetings by id."""
        return {one.id: one for one in self.meetings}

    @cached_property
    def in_time(self) -> Sequence[Meeting]:
        """The meetings at which the class meets, in the order of time."""
        held = [(one.starts_at, one.id, one) for one in self.meetings if one.starts_at is not None]
        return [one for *_, one in sorted(held, key=lambda row: row[:2])]

    @cached_property
    def asks(self) -> Mapping[AskKey, Ask]:
        """Everything that is asked, in the order of the meetings."""
        return {ask.key: ask for ask in asks_of(self.works, self.meetings, self.zone, self.due_on)}

    @cached_property
    def due_on(self) -> Mapping[int, datetime]:
        """When the fixed dates are due, by id."""
        return {one.id: one.due_at for one in self.dates}

    @cached_property
    def meeting_of(self) -> Mapping[int, Meeting]:
        """The meeting of each reading, by the reading's id."""
        return {reading.id: one for one in self.meetings for reading in one.readings}

    @cached_property
    def asked_at(self) -> Mapping[int, Sequence[Ask]]:
        """What is asked at each meeting (by id) at which anything is, in their order; 0: once."""
        found: dict[int, list[Ask]] = {}
        for ask in self.asks.values():
            found.setdefault(ask.key[1], []).append(ask)
        return found

    def deadline(self, work: str, meeting: Dated | None) -> Deadline | None:
        """When this work (a key) is due at a meeting as it is given, whatever its kind; None: once.

        None when the class does not meet, or the course has no such work.
        """
        found = self.work.get(work)
        return None if found is None else deadline_of(found, meeting, self.zone, self.due_on)

    @cached_property
    def _instants(self) -> Sequence[datetime]:
        return sorted({at for ask in self.asks.values() for at in instants_of(ask)})

    def next_instant(self, at: datetime) -> datetime | None:
        """The first instant after `at` at which anything may have to be told; None: none comes."""
        later = bisect_right(self._instants, at)
        return self._instants[later] if later < len(self._instants) else None

    @cached_property
    def assigned(self) -> Mapping[int, Sequence[Assignment]]:
        """Who has which role, by meeting."""
        found: dict[int, list[Assignment]] = defaultdict(list)
        for one in self.assignments:
            found[one.meeting].append(one)
        return found

    @cached_property
    def _everybody(self) -> Owners:
        return {Owner(person=one.id): NO_ROLE for one in self.people if not one.is_staff}

    @cached_property
    def owners(self) -> Mapping[AskKey, Owners]:
        """By ask: who owes it, if they are here when it is due, and the roles for which they do.

        Whoever has two roles that ask for one work owes it once, for both.
        """
        return {key: self._owners(ask) for key, ask in self.asks.items()}

    def _owners(self, ask: Ask) -> Owners:
        match ask.work.owed_by:
            case Everybody():
                return self._everybody
            case EveryGroup():
                return {Owner(group=one.id): NO_ROLE for one in self.groups}
            case HoldersOf(roles):
                return holders_of(ask, roles, self._assigned_for(ask))
            case OthersThan(roles):
                busy = self._people_in(ask, roles)
                return {one: NO_ROLE for one in self._everybody if one.person not in busy}

    def _assigned_for(self, ask: Ask) -> Sequence[Assignment]:
        """Who has which role in what is asked; of what is asked once, at any meeting."""
        if ask.meeting is None:
            return self.assignments
        return self.assigned.get(ask.meeting.id, ())

    def _people_in(self, ask: Ask, roles: frozenset[str]) -> set[int | None]:
        """Who has one of these roles, alone or in a group as it is when the work is due."""
        found: set[int | None] = set()
        for holder in holders_of(ask, roles, self._assigned_for(ask)):
            if holder.group is None:
                found.add(holder.person)
                continue
            group = self.group[holder.group]
            found.update(
                stay.person for stay in group.stays if was_in(group, stay.time, ask.deadline.due_at)
            )
        return found

    def in_words(self, roles: Iterable[str], joined: str = "and") -> str:
        """These roles (keys) in the order of the course: “companion and reviewer”."""
        return f" {joined} ".join(
            lower_first(one.name) for one in self.roles if one.key in set(roles)
        )

    def owners_of(self, work: Work) -> frozenset[Holders]:
        """Whose it can be: of groups, of single students, of both where its roles are of both."""
        match work.owed_by:
            case Everybody() | OthersThan():
                return frozenset({Holders.PERSONS})
            case EveryGroup():
                return frozenset({Holders.GROUPS})
            case HoldersOf(roles):
                return frozenset(self.role[key].holders for key in roles)

    def is_owed_alone(self, work: Work) -> bool:
        """Whether single students owe it, and no groups."""
        return self.owners_of(work) == {Holders.PERSONS}

    @cached_property
    def stays(self) -> Mapping[int, Sequence[tuple[Group, Stay]]]:
        """By person: each time in each group."""
        found: dict[int, list[tuple[Group, Stay]]] = defaultdict(list)
        for group in self.groups:
            for stay in group.stays:
                found[stay.person].append((group, stay))
        return found

    def groups_at(self, person: int, at: datetime) -> Mapping[int, Group]:
        """The groups that this person is in at `at`, by id."""
        stays = self.stays.get(person, ())
        return {group.id: group for group, stay in stays if stay.time.covers(at)}

    def members_at(self, group: Group, at: datetime) -> list[int]:
        """Who is in the group at `at` and on the roster, in the order in which they joined."""
        return [
            stay.person
            for stay in group.stays
            if stay.time.covers(at) and self.person[stay.person].roster.covers(at)
        ]

    def may_owe(self, person: int) -> list[tuple[Ask, Owner, frozenset[str]]]:
        """What this student, or a group that they have ever been in, owes; by ask."""
        mine = {
            Owner(person=person),
            *(Owner(group=one.id) for one, _ in self.stays.get(person, ())),
        }
        return [
            (ask, owner, self.owners[ask.key][owner])
            for ask in self.asks.values()
            for owner in mine & self.owners[ask.key].keys()
        ]

    def group_of(self, owner: Owner) -> Group:
        """The group that this owner is. Raises KeyError for a person."""
        return self.group[owner.group or 0]

    def people_of(self, owner: Owner) -> Sequence[int]:
        """The person that this owner is, or whoever has ever been in the group; by id."""
        if owner.person is not None:
            return (owner.person,)
        return [stay.person for stay in self.group_of(owner).stays]

    def find(self, key: AskKey) -> tuple[Work, Meeting | None, Reading | None]:
        """The work, the meeting and the reading that a key names, whether asked or not."""
        work, meeting, reading = key
        found = self.meeting[meeting] if meeting else None
        readings = found.readings if found else ()
        return self.work[work], found, next((one for one in readings if one.id == reading), None)

    def due(self, ask: Ask, at: datetime) -> Due:
        """Its deadline, seen from `at`."""
        return Due(ask.deadline, self.created_at, at)

    def owes(self, person: int, owner: Owner, due: Due) -> bool:
        """Whether the student owes it, as `owner` or with the group that this is."""
        roster = self._roster(person)
        if roster is None:
            return False
        if owner.group is None:
            return owner.person == person and due.is_owed_by(roster)
        return any(
            group.id == owner.group and due.is_owed_in(group, stay.time, roster)
            for group, stay in self.stays.get(person, ())
        )

    def _roster(self, person: int) -> Span | None:
        """A student's time on the roster; None for staff and strangers, who owe nothing."""
        found = self.person.get(person)
        return None if found is None or found.is_staff else found.roster
