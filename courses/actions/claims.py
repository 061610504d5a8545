"""How an account becomes somebody on a roster: by a verified address, or by an invitation."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from courses.actions.outbox import NoticeDraft, post_notices
from courses.errors import InvitationNotValid, Refused
from courses.models import Course, Enrolment, Invitation, Person
from courses.queries import active

INVITATION_LASTS = timedelta(days=14)
# A NetID that can stand before an @; a name with spaces never becomes an address.
_NETID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def derived_address(enrolment: Enrolment) -> str:
    """NetID@the course's domain, lower case; empty where the entry has no such address.

    `enrolment.course` is read.
    """
    domain = enrolment.course.email_domain.strip().lower()
    if not domain or "@" in domain or not _NETID.fullmatch(enrolment.netid):
        return ""
    return f"{enrolment.netid.lower()}@{domain}"


def claim_enrolments(*, person: Person, at: datetime) -> list[Enrolment]:
    """Give the person the open entries that their verified addresses entitle to.

    An entry is theirs when its NetID at the course's domain, or the roster's address, is
    one of their verified addresses, compared as whole strings without regard to capitals.
    Dropped entries and ones that somebody has stay as they are, and nobody gets a second
    entry in a course. Returns what was claimed now.
    """
    addresses = {
        email.lower()
        for email in EmailAddress.objects.filter(user=person, verified=True).values_list(
            "email", flat=True
        )
    }
    if not addresses or not person.is_active:
        return []
    candidates = (
        Enrolment.objects.alias(email_lower=Lower("email"))
        .filter(active(at), _could_match(addresses), person=None)
        .exclude(course__in=Enrolment.objects.filter(person=person).order_by().values("course"))
        .select_related("course")
        .order_by("pk")
    )
    # The database narrows down, Python decides: it folds letters in one way only.
    by_netid, by_address = [], []
    for enrolment in candidates:
        if derived_address(enrolment) in addresses:
            by_netid.append(enrolment)
        elif enrolment.email.lower() in addresses:
            by_address.append(enrolment)
    claimed: list[Enrolment] = []
    courses: set[int] = set()
    for enrolment in by_netid + by_address:
        if enrolment.course_id not in courses and _claim(enrolment, person, at):
            claimed.append(enrolment)
            courses.add(enrolment.course_id)
    return claimed


def _could_match(addresses: set[str]) -> Q:
    condition = Q(email_lower__in=addresses)
    for address in addresses:
        local, _, domain = address.rpartition("@")
        condition |= Q(netid__iexact=local, course__email_domain__iexact=domain)
    return condition


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


def claim_entries_of(
    *, course: Course, at: datetime, entries: Iterable[Enrolment] | None = None
) -> int:
    """Give the course's open entries to those who already have the right verified address.

    Called when the roster gets new addresses, for these `entries` or for all that are open.
    Returns how many were claimed.
    """
    wanted: set[str] = set()
    if entries is None:
        entries = course.enrolments.filter(active(at), person=None)
    for enrolment in entries:
        enrolment.course = course
        wanted |= {derived_address(enrolment), enrolment.email.lower()}
    wanted.discard("")
    people = Person.objects.filter(
        pk__in=EmailAddress.objects.filter(verified=True, email__in=wanted).values("user")
    )
    return sum(
        enrolment.course_id == course.pk
        for person in people
        for enrolment in claim_enrolments(person=person, at=at)
    )


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
    """Mail a link with which its holder may claim this entry within 14 days; returns its secret.

    Only the hash of the secret is stored, and earlier invitations stop working. Raises
    `Refused` when `by` may not invite to it, when it is claimed or dropped, or when a TA invites
    to an address other than the roster's or NetID@domain: whoever holds the mailbox takes over
    the entry and its work.
    """
    entry = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    course = entry.course
    if not may_invite(by, entry, at):
        raise Refused("Only an instructor can invite somebody to teach.")
    known = {address for address in (entry.email.lower(), derived_address(entry)) if address}
    if by.role != Enrolment.Role.INSTRUCTOR and email.strip().lower() not in known:
        raise Refused(
            "A TA can invite to the address that the roster knows; ask an instructor for another."
        )
    if entry.person_id is not None:
        raise Refused(f"{entry.label} has signed in already and needs no invitation.")
    if not entry.is_active(at):
        raise Refused(f"{entry.label} has dropped the course. Restore the entry first.")
    revoke_invitations(enrolment=entry, at=at)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        enrolment=entry,
        email=email.strip().lower(),
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
                    "The link works once and for 14 days. If you do not know what this is"
                    " about, do nothing.\n"
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

    Raises `InvitationNotValid`, or `Refused` when the person is in this course already.
    """
    invitation = open_invitation(secret=secret, at=at)
    enrolment = invitation.enrolment
    already = Enrolment.objects.filter(course=enrolment.course_id, person=person).first()
    if already is not None:
        raise Refused(f"You are in this course already, as {already.label}.")
    if not _claim(enrolment, person, at):
        raise InvitationNotValid
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at)
    revoke_invitations(enrolment=enrolment, at=at)
    return enrolment
