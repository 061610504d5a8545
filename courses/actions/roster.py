"""Changes to a roster: one entry at a time, or a whole file of students."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from courses.actions.claims import claim_entries_of, revoke_invitations
from courses.errors import Refused
from courses.models import Course, Enrolment, Person, RosterMapping
from courses.queries import active
from courses.rosterfile import Problem, RosterRow, Standing
from courses.texts import tidy_name


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


@transaction.atomic
def enrol(
    *,
    course: Course,
    role: str,
    netid: str = "",
    name: str = "",
    email: str = "",
    person: Person | None = None,
    at: datetime,
) -> Enrolment:
    """Put somebody on the roster; returns the entry.

    With `person` the entry is theirs at once; without, whoever has the right verified
    address gets it now, or when they verify it. Raises `Refused` when the NetID or the person
    is on this roster already.
    """
    enrolment = Enrolment(
        course=course,
        role=role,
        netid=tidy_name(netid),
        name=tidy_name(name),
        email=tidy_name(email).lower(),
        person=person,
        created_at=at,
        claimed_at=at if person else None,
    )
    try:
        with transaction.atomic():
            enrolment.save()
    except IntegrityError as error:
        raise Refused(f"{enrolment.label} is on this roster already.") from error
    if person is None:
        claim_entries_of(course=course, at=at, entries=[enrolment])
        enrolment.refresh_from_db()
    return enrolment


def _one_roster_at_a_time(course_id: int) -> None:
    """Lock the course until the transaction ends: what is said of a whole roster then holds.

    Taken before any of its entries, so that nobody waits in a circle. Hand-ins, which only
    point to the course, go on.
    """
    Course.objects.select_for_update(no_key=True).get(pk=course_id)


def _refuse_without_instructor(enrolment: Enrolment, at: datetime) -> None:
    """A course keeps at least one instructor, else nobody could change it."""
    if enrolment.role != Enrolment.Role.INSTRUCTOR or not enrolment.is_active(at):
        return
    others = enrolment.course.enrolments.filter(active(at), role=Enrolment.Role.INSTRUCTOR)
    if not others.exclude(pk=enrolment.pk).exists():
        raise Refused(f"{enrolment.label} is the only instructor of this course.")


@transaction.atomic
def drop(*, enrolment: Enrolment, at: datetime) -> None:
    """Mark the entry as dropped from `at` on; its history stays, its invitations end.

    Raises `Refused` for a course's only instructor. Dropping twice keeps the first instant.
    """
    _one_roster_at_a_time(enrolment.course_id)
    if enrolment.dropped_at is None:
        _refuse_without_instructor(enrolment, at)
        enrolment.dropped_at = at
        enrolment.save(update_fields=["dropped_at"])
        revoke_invitations(enrolment=enrolment, at=at)


def restore(*, enrolment: Enrolment) -> None:
    """Put an entry that was dropped back on the roster."""
    enrolment.dropped_at = None
    enrolment.save(update_fields=["dropped_at"])


@transaction.atomic
def amend(
    *,
    enrolment: Enrolment,
    at: datetime,
    name: str | None = None,
    netid: str | None = None,
    email: str | None = None,
    homepage: str | None = None,
    role: str | None = None,
) -> Enrolment:
    """Correct an entry; None leaves a field as it is. Who has claimed it stays.

    A changed role ends open invitations, which were made for the old one. Raises `Refused`
    when the NetID stands elsewhere on the roster, or for a course's only instructor's role.
    """
    _one_roster_at_a_time(enrolment.course_id)
    entry = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("course")
        .get(pk=enrolment.pk)
    )
    if role is not None and role != entry.role:
        _refuse_without_instructor(entry, at)
        revoke_invitations(enrolment=entry, at=at)
        entry.role = role
    for attribute, value in (("name", name), ("netid", netid), ("homepage", homepage)):
        if value is not None:
            setattr(entry, attribute, tidy_name(value))
    if email is not None:
        entry.email = tidy_name(email).lower()
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise Refused(f"{entry.netid} is on this roster already.") from error
    if entry.person_id is None:
        claim_entries_of(course=entry.course, at=at, entries=[entry])
        entry.refresh_from_db()
    return entry


def plan_roster(
    *, course: Course, rows: Sequence[RosterRow], at: datetime, drop_missing: bool = False
) -> RosterPlan:
    """What importing these rows would do, without doing it.

    People match by NetID, then by address, without regard to capitals. Rows add and change
    names and addresses and never blank them; who is marked as gone is dropped, who is back is
    restored, as the row's `Standing` says. `drop_missing` drops students whom the file does not
    name. Staff are left alone: a file makes students and nothing else.
    """
    plan = RosterPlan()
    entries = list(course.enrolments.select_related("person").order_by("pk"))
    by_netid = {entry.netid.lower(): entry for entry in entries if entry.netid}
    by_email = {entry.email.lower(): entry for entry in entries if entry.email}
    named: set[int] = set()
    for row in rows:
        found = by_netid.get(row.netid.lower()) if row.netid else None
        if found is None and row.email:
            found = by_email.get(row.email)
            if found and found.netid and row.netid:
                plan.problems.append(
                    Problem(row.line, f"{row.email} is the address of {found.netid} on the roster.")
                )
                continue
        if found is not None and found.pk in named:
            plan.problems.append(Problem(row.line, f"a second row for {found.label}."))
        elif found is None:
            if row.standing in {Standing.ON, Standing.LISTED}:
                plan.added.append(row)
            else:
                plan.unchanged += 1
        else:
            named.add(found.pk)
            _plan_entry(plan, found, row, at)
    gone = [
        entry
        for entry in entries
        if entry.pk not in named and entry.role == Enrolment.Role.STUDENT and entry.is_active(at)
    ]
    if drop_missing:
        plan.dropped += gone
    else:
        plan.missing = gone
    return plan


def _plan_entry(plan: RosterPlan, entry: Enrolment, row: RosterRow, at: datetime) -> None:
    if entry.role != Enrolment.Role.STUDENT:
        plan.unchanged += 1
        return
    values = {"netid": entry.netid or row.netid, "name": row.name, "email": row.email}
    fields = {
        name: (getattr(entry, name), value)
        for name, value in values.items()
        if value and value != getattr(entry, name)
    }
    if fields:
        plan.changed.append(RosterChange(entry, fields))
    if row.standing == Standing.GONE and entry.is_active(at):
        plan.dropped.append(entry)
    elif row.standing == Standing.ON and not entry.is_active(at):
        plan.restored.append(entry)
    elif not fields:
        plan.unchanged += 1


@transaction.atomic
def import_roster(
    *,
    course: Course,
    rows: Sequence[RosterRow],
    by: Enrolment | None,
    at: datetime,
    drop_missing: bool = False,
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
    _one_roster_at_a_time(course.pk)
    plan = plan_roster(course=course, rows=rows, at=at, drop_missing=drop_missing)
    if plan.problems:
        raise Refused(str(plan.problems[0]))
    if as_planned and plan.digest() != as_planned:
        raise Refused("The roster changed meanwhile: look at what the file does now, then import.")
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
            email=row.email,
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
