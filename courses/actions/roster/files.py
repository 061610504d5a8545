"""A roster out of a file: what it would change, and changing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType

from django.db import transaction

from courses.actions.claims import claim_entries_of, revoke_invitations
from courses.actions.locks import hold_course, raise_revision
from courses.addresses import Clash, clashes, derived, holders, in_words, own, plain
from courses.errors import AddressTaken, Refused
from courses.models import Course, Enrolment, Person, RosterMapping
from courses.queries import account_addresses, own_addresses
from courses.rosterfile import Problem, RosterRow, Standing

_NO_COLUMNS: Mapping[str, str] = MappingProxyType({})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RosterChange:
    """New values for one entry, and the old ones beside them: field -> (old, new)."""

    enrolment: Enrolment
    fields: dict[str, tuple[str, str]]


@dataclass(slots=True)
class RosterPlan:
    """What an import would do. `problems` stop it; nobody is ever deleted."""

    added: list[RosterRow] = field(default_factory=list)
    changed: list[RosterChange] = field(default_factory=list)
    dropped: list[Enrolment] = field(default_factory=list)
    restored: list[Enrolment] = field(default_factory=list)
    missing: list[Enrolment] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def digest(self) -> str:
        """A short text that is the same for plans that do the same."""
        does = [
            [(row.netid, row.name, row.email) for row in self.added],
            [(change.enrolment.pk, change.fields) for change in self.changed],
            [entry.pk for entry in self.dropped],
            [entry.pk for entry in self.restored],
        ]
        return hashlib.sha256(json.dumps(does).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RosterResult:
    """What an import did, in numbers of entries."""

    added: int
    changed: int
    dropped: int
    restored: int
    unchanged: int
    claimed: int


def plan_roster(
    *,
    course: Course,
    rows: Sequence[RosterRow],
    at: datetime,
    drop_missing: bool = False,
    columns: Mapping[str, str] = _NO_COLUMNS,
) -> RosterPlan:
    """What importing these rows would do, without doing it. Two queries.

    People match by NetID, else by any of an entry's own addresses, without regard to capitals.
    Rows add and change names and addresses and never blank them; who is marked as gone is dropped,
    who is back is restored, as the row's `Standing` says. `drop_missing` drops students whom the
    file does not name. Staff are left alone: a file makes students and nothing else. An address
    that would be that of two active entries is a problem, judged by the roster as the whole file
    leaves it, so that rows may exchange addresses. `columns`, field -> the file's header, says in
    which column it stands.
    """
    plan = RosterPlan()
    entries = list(course.enrolments.select_related("person").order_by("pk"))
    known = _Known(entries, at)
    meant: dict[Enrolment | RosterRow, RosterRow] = {}
    for row in rows:
        try:
            found = known.find(row)
        except _Ambiguous as error:
            plan.problems.append(Problem(row.line, str(error), columns.get("email", "")))
            continue
        if found is not None and found in meant:
            plan.problems.append(Problem(row.line, f"a second row for {found.label}."))
            continue
        meant[found or row] = row
        if found is not None:
            _plan_entry(plan, known, found, row)
        elif row.is_joining:
            plan.added.append(row)
        else:
            plan.unchanged += 1
    gone = [
        entry
        for entry in entries
        if entry not in meant and entry.role == Enrolment.Role.STUDENT and entry.is_active(at)
    ]
    if drop_missing:
        plan.dropped += gone
    else:
        plan.missing = gone
    plan.problems += _clashes(plan, known, meant, course.email_domain, columns)
    return plan


class _Ambiguous(ValueError):
    """A row's address stands on two entries, and it names no NetID."""


class _Known:
    """The roster before the file: its entries, by NetID and by each of their own addresses."""

    def __init__(self, entries: list[Enrolment], at: datetime) -> None:
        self.at = at
        self.accounts = account_addresses(
            entry.person for entry in entries if entry.person is not None
        )
        self.own = own_addresses(entries, self.accounts)
        self.by_netid = {entry.netid.lower(): entry for entry in entries if entry.netid}
        self._by_address = holders(self.own)

    def account(self, entry: Enrolment) -> frozenset[str]:
        """The addresses of the account that has claimed the entry."""
        return self.accounts.get(entry.person_id or 0, _NONE)

    def find(self, row: RosterRow) -> Enrolment | None:
        """Whom the row means; None for somebody new. Raises `_Ambiguous`.

        A NetID that the file says is never another's, whatever the address; one that was read off
        the address says no more than the address. Who is on the roster goes before who dropped.
        """
        says_netid = row.netid and not row.is_netid_derived
        if says_netid and row.netid.lower() in self.by_netid:
            return self.by_netid[row.netid.lower()]
        holding = self._by_address.get(plain(row.email), [])
        fitting = [entry for entry in holding if entry.is_active(self.at)] or [
            entry for entry in holding if not says_netid or not entry.netid
        ]
        if not row.is_joining and len(fitting) > 1 and not fitting[0].is_active(self.at):
            return None  # whichever it is has dropped already
        if len(fitting) > 1:
            raise _Ambiguous(str(Clash(plain(row.email), *fitting[:2])))
        if not fitting or (says_netid and fitting[0].netid):
            return None
        return fitting[0]

    def news(self, entry: Enrolment, row: RosterRow) -> dict[str, tuple[str, str]]:
        """What the row says that the roster does not: field -> (old, new).

        Our own gradebook names people by their account where the roster has no name or another
        address. That is no news.
        """
        values = {"name": row.name, "email": plain(row.email)}
        if row.netid.lower() not in self.by_netid and not entry.netid:
            values["netid"] = row.netid
        if values["email"] in {plain(entry.email), *self.account(entry)}:
            del values["email"]
        if not entry.name and row.name in {entry.label, *_names_of(entry.person)}:
            del values["name"]
        return {
            name: (getattr(entry, name), value)
            for name, value in values.items()
            if value and value != getattr(entry, name)
        }


def _names_of(person: Person | None) -> tuple[str, ...]:
    return (person.name, person.email) if person else ()


def _plan_entry(plan: RosterPlan, known: _Known, entry: Enrolment, row: RosterRow) -> None:
    if entry.role != Enrolment.Role.STUDENT:
        plan.unchanged += 1
        return
    fields = known.news(entry, row)
    if fields:
        plan.changed.append(RosterChange(entry, fields))
    if row.standing == Standing.GONE and entry.is_active(known.at):
        plan.dropped.append(entry)
    elif row.standing == Standing.ON and not entry.is_active(known.at):
        plan.restored.append(entry)
    elif not fields:
        plan.unchanged += 1


def _clashes(
    plan: RosterPlan,
    known: _Known,
    meant: Mapping[Enrolment | RosterRow, RosterRow],
    domain: str,
    columns: Mapping[str, str],
) -> Iterator[Problem]:
    """Each address that the file would put on a second active entry, at the line that does."""
    before: dict[Enrolment | RosterRow, frozenset[str]] = {
        entry: some for entry, some in known.own.items() if entry.is_active(known.at)
    }
    leaving, coming = set(plan.dropped), set(plan.restored)
    changed = {change.enrolment: change.fields for change in plan.changed}
    after: dict[Enrolment | RosterRow, frozenset[str]] = {}
    for entry in known.own:
        if (entry in before or entry in coming) and entry not in leaving:
            fields = changed.get(entry, {})
            after[entry] = own(
                netid=fields.get("netid", (entry.netid,))[-1],
                email=fields.get("email", (entry.email,))[-1],
                domain=domain,
                account=known.account(entry),
            )
    for who, row in meant.items():
        # Of staff too, whose entry it does not change; of somebody gone, whom it does not make.
        if who in after:
            after[who] |= {plain(row.email)} - {""}
        elif who is row:
            netid = row.netid if row.is_joining else ""
            after[who] = own(netid=netid, email=row.email, domain=domain, account=_NONE)
    for clash in clashes(after, before):
        row = max(
            (meant[who] for who in (clash.first, clash.second) if who in meant),
            key=attrgetter("line"),
        )
        said = {derived(row.netid, domain): "netid", plain(row.email): "email"}
        taken = AddressTaken(clash.address, in_words(clash.first), in_words(clash.second))
        yield Problem(row.line, str(taken), columns.get(said.get(clash.address, ""), ""))


@transaction.atomic
def import_roster(
    *,
    course: Course,
    rows: Sequence[RosterRow],
    by: Enrolment | None,
    at: datetime,
    drop_missing: bool = False,
    columns: Mapping[str, str] = _NO_COLUMNS,
    as_planned: str = "",
) -> RosterResult:
    """Do what `plan_roster` says, all of it or nothing; `by` None is an operator.

    `as_planned` is the digest of the plan that somebody agreed to. Raises `Refused` when `by` is
    not an instructor of this course, naming the first problem's line, or when the roster changed
    so that another plan came of it. Doing it twice changes nothing more.
    """
    if by is not None and not (
        by.course_id == course.pk and by.role == Enrolment.Role.INSTRUCTOR and by.is_active(at)
    ):
        raise Refused("Only an instructor of this course can import its roster.")
    course = hold_course(course.pk)
    plan = plan_roster(course=course, rows=rows, at=at, drop_missing=drop_missing, columns=columns)
    if plan.problems:
        raise Refused(str(plan.problems[0]))
    if as_planned and plan.digest() != as_planned:
        raise Refused("The roster changed meanwhile: look at what the file does now, then import.")
    if plan.added or plan.changed or plan.dropped or plan.restored:
        raise_revision(course.pk)
    for change in plan.changed:
        for name, (_, value) in change.fields.items():
            setattr(change.enrolment, name, value)
    for entry in plan.dropped:
        entry.dropped_at = at
        revoke_invitations(enrolment=entry, at=at)
    for entry in plan.restored:
        entry.dropped_at = None
    Enrolment.objects.bulk_update(
        {change.enrolment for change in plan.changed} | {*plan.dropped, *plan.restored},
        ["netid", "name", "email", "dropped_at"],
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            course=course,
            role=Enrolment.Role.STUDENT,
            netid=row.netid,
            name=row.name,
            email=plain(row.email),
            created_at=at,
        )
        for row in plan.added
    )
    claimed = claim_entries_of(course=course, at=at)
    return RosterResult(
        len(plan.added),
        len(plan.changed),
        len(plan.dropped),
        len(plan.restored),
        plan.unchanged,
        claimed,
    )


def remember_mapping(
    *, course: Course, columns: dict[str, str], words: dict[str, dict[str, str]], at: datetime
) -> None:
    """Keep how this course's roster file names its columns and what its words mean.

    `words` is field -> word -> meaning; what was said of words that this file has not stays.
    """
    mapping, _ = RosterMapping.objects.get_or_create(course=course, defaults={"updated_at": at})
    mapping.columns, mapping.updated_at = columns, at
    mapping.words = {
        field: mapping.words.get(field, {}) | words.get(field, {})
        for field in mapping.words.keys() | words.keys()
    }
    mapping.save()
