"""How an account becomes somebody on a roster: by a verified address, or by an invitation."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions.clashes import no_new_clash
from courses.actions.locks import hold_course
from courses.actions.outbox import NoticeDraft, post_notices
from courses.addresses import clashes, in_words, plain
from courses.errors import AddressTaken, InvitationNotValid, Refused
from courses.models import Course, Enrolment, Invitation, Person
from courses.queries import (
    accounts_fitting,
    active,
    addresses_in,
    courses_knowing,
    derived_address,
    rightful,
)

INVITATION_LASTS = timedelta(days=14)
_UNCLEAR = (
    "An address of yours stands on another entry of this course's roster too."
    " Ask the course staff which of them is yours."
)


@transaction.atomic
def claim_enrolments(*, person: Person, at: datetime) -> list[Enrolment]:
    """Give the person the open entries that their verified addresses entitle to.

    In each course an entry is theirs when one of its own addresses is a verified one of theirs,
    if that says without doubt who is who: where the person fits two entries (claimed ones count),
    or two accounts fit the entry, nobody gets it and `courses.queries.unclear_courses` tells.
    Dropped entries and ones that somebody has stay as they are, and nobody gets a second
    entry in a course. Returns what was claimed now.
    """
    return [
        entry
        for course in courses_knowing(person, at)
        for entry in _claim_in(course, at, only=person)
    ]


def claim_entries_of(*, course: Course, at: datetime) -> int:
    """Give the course's open entries to those who already have the right verified address.

    In the transaction of whatever has changed the roster. Returns how many were claimed.
    """
    return len(_claim_in(course, at))


def _claim_in(course: Course, at: datetime, only: Person | None = None) -> list[Enrolment]:
    hold_course(course.pk)
    return [
        entry
        for person, entry in rightful(accounts_fitting(course, at)).items()
        if only in (None, person) and _claim(entry, person, at)
    ]


def _claim(enrolment: Enrolment, person: Person, at: datetime) -> bool:
    """Set the person unless somebody was quicker; False then."""
    try:
        with transaction.atomic():
            won = Enrolment.objects.filter(pk=enrolment.pk, person=None).update(
                person=person, claimed_at=at
            )
    except IntegrityError:  # they got another entry of this course in the meantime
        return False
    if won:
        enrolment.person, enrolment.claimed_at = person, at
    return bool(won)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def revoke_invitations(*, enrolment: Enrolment, at: datetime) -> None:
    """Make every open invitation to this entry invalid from `at` on."""
    enrolment.invitations.filter(accepted_at=None, expires_at__gt=at).update(expires_at=at)


def may_invite(by: Enrolment, enrolment: Enrolment, at: datetime) -> bool:
    """Whether `by` may invite somebody to this entry: instructors to any, TAs to students'."""
    if by.course_id != enrolment.course_id or not by.is_active(at):
        return False
    if by.role == Enrolment.Role.INSTRUCTOR:
        return True
    return by.role == Enrolment.Role.TA and enrolment.role == Enrolment.Role.STUDENT


@transaction.atomic
def invite(*, enrolment: Enrolment, email: str, by: Enrolment, at: datetime) -> str:
    """Mail a link to claim this entry, which works for INVITATION_LASTS; returns its secret.

    Only the hash of the secret is stored, and earlier invitations stop working. Raises
    `Refused` when `by` may not invite to it, when it is claimed or dropped, when a TA invites to
    an address other than the roster's or NetID@domain, and `AddressTaken` when it is another
    entry's: whoever holds the mailbox takes over the entry and its work.
    """
    hold_course(enrolment.course_id)
    entry = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    course = entry.course
    if not may_invite(by, entry, at):
        raise Refused("Only an instructor can invite somebody to teach.")
    address = plain(email)
    known = {plain(entry.email), derived_address(entry)} - {""}
    if by.role != Enrolment.Role.INSTRUCTOR and address not in known:
        raise Refused(
            "A TA can invite to the address that the roster knows; ask an instructor for another."
        )
    if entry.person_id is not None:
        raise Refused(f"{entry.label} has signed in already and needs no invitation.")
    if not entry.is_active(at):
        raise Refused(f"{entry.label} has dropped the course. Restore the entry first.")
    before = addresses_in(course.pk)
    for clash in clashes(before | {entry: before.get(entry, frozenset()) | {address}}, before):
        raise AddressTaken(address, in_words(clash.first), in_words(entry))
    revoke_invitations(enrolment=entry, at=at)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        enrolment=entry,
        email=address,
        secret_hash=_hash(secret),
        invited_by=by,
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    link = settings.SITE_URL + reverse("courses:invitation", args=[secret])
    post_notices(
        drafts=[
            NoticeDraft(
                key=f"invitation:{invitation.pk}",
                kind="invitation",
                subject=f"Invitation to {course.code or course.title}",
                body=(
                    f"{by.label} invites you to {course} as {entry.label}"
                    f" ({entry.get_role_display()}).\n\n"
                    f"Open this link, sign in or sign up, and accept:\n{link}\n\n"
                    f"The link works once and for {INVITATION_LASTS.days} days. If you do not"
                    " know what this is about, do nothing.\n"
                ),
                recipient=entry,
                address=invitation.email,
                course=course,
            )
        ],
        at=at,
    )
    return secret


def open_invitation(*, secret: str, at: datetime) -> Invitation:
    """The invitation that this secret opens at `at`, with its entry and course.

    Raises `InvitationNotValid`, always with the same words, when there is none.
    """
    invitation = (
        Invitation.objects.select_related("enrolment__course")
        .filter(
            active(at, "enrolment__"),
            secret_hash=_hash(secret),
            accepted_at=None,
            created_at__lte=at,
            expires_at__gt=at,
            enrolment__person=None,
        )
        .first()
    )
    if invitation is None:
        raise InvitationNotValid
    return invitation


@transaction.atomic
def accept_invitation(*, secret: str, person: Person, at: datetime) -> Enrolment:
    """Claim the invitation's entry for the person.

    Raises `InvitationNotValid`, or `Refused` when the person is in this course already or an
    address of theirs is another entry's own: then it is not said which of the two is theirs.
    """
    invitation = open_invitation(secret=secret, at=at)
    enrolment = invitation.enrolment
    already = Enrolment.objects.filter(course=enrolment.course_id, person=person).first()
    if already is not None:
        raise Refused(f"You are in this course already, as {already.label}.")
    try:
        with no_new_clash(enrolment.course_id):
            if not _claim(enrolment, person, at):
                raise InvitationNotValid
    except AddressTaken:
        raise Refused(_UNCLEAR) from None
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at)
    revoke_invitations(enrolment=enrolment, at=at)
    return enrolment
