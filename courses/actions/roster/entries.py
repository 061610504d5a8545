"""Changes to one entry of a roster, and to the domain that makes NetIDs addresses."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from courses.actions.claims import claim_entries_of, revoke_invitations
from courses.actions.clashes import no_new_clash
from courses.actions.locks import raise_revision
from courses.addresses import plain
from courses.errors import NetIDTaken, Refused
from courses.models import Course, Enrolment, Person
from courses.queries import active
from courses.texts import tidy_name


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
    address gets it now, or when they verify it. Raises `NetIDTaken`, `AddressTaken`, or `Refused`
    when the person is on this roster already.
    """
    enrolment = Enrolment(
        course=course,
        role=role,
        netid=tidy_name(netid),
        name=tidy_name(name),
        email=plain(tidy_name(email)),
        person=person,
        created_at=at,
        claimed_at=at if person else None,
    )
    with no_new_clash(course.pk):
        raise_revision(course.pk)
        _save(enrolment)
    claim_entries_of(course=course, at=at)
    enrolment.refresh_from_db()
    return enrolment


def _save(entry: Enrolment) -> None:
    """Store the entry; what stands once on a roster and is another's raises a sentence."""
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        namesakes = Enrolment.objects.filter(course=entry.course_id, netid__iexact=entry.netid)
        if entry.netid and namesakes.exclude(pk=entry.pk).exists():
            raise NetIDTaken(entry.netid) from error
        raise Refused(f"{entry.label} is on this roster already.") from error


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
    raise_revision(enrolment.course_id)
    enrolment.refresh_from_db(fields=["dropped_at", "role"])  # another may have been quicker
    if enrolment.dropped_at is None:
        _refuse_without_instructor(enrolment, at)
        enrolment.dropped_at = at
        enrolment.save(update_fields=["dropped_at"])
        revoke_invitations(enrolment=enrolment, at=at)
        claim_entries_of(course=enrolment.course, at=at)


@transaction.atomic
def restore(*, enrolment: Enrolment) -> None:
    """Put an entry that was dropped back on the roster.

    Raises `AddressTaken` where an address of it is another entry's by now.
    """
    with no_new_clash(enrolment.course_id):
        raise_revision(enrolment.course_id)
        Enrolment.objects.filter(pk=enrolment.pk).update(dropped_at=None)
    enrolment.dropped_at = None


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

    A changed role ends open invitations, which were made for the old one. Raises `NetIDTaken`,
    `AddressTaken`, or `Refused` for a course's only instructor's role.
    """
    with no_new_clash(enrolment.course_id):
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
            entry.email = plain(tidy_name(email))
        raise_revision(entry.course_id)
        _save(entry)
    claim_entries_of(course=entry.course, at=at)
    entry.refresh_from_db()
    return entry


@transaction.atomic
def set_email_domain(*, course: Course, domain: str, at: datetime) -> None:
    """Change what NetIDs are addresses at, and give entries to whom that makes their owners.

    Raises `AddressTaken` where it would make a NetID the address that another entry has.
    """
    with no_new_clash(course.pk):
        Course.objects.filter(pk=course.pk).update(email_domain=plain(domain))
    course.email_domain = plain(domain)
    claim_entries_of(course=course, at=at)
