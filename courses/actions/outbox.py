"""The outbox: notices are stored with what they tell of, and delivered later."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.db.models import Q

from courses.addresses import plain
from courses.directions import undirected, without_overrides
from courses.models import Course, Enrolment, Heartbeat, Notice
from courses.queries import address_of

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
CLAIMED_FOR = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=6)
# The mail server refused it, the network failed, or the message cannot be put in headers.
_FAILURES = (smtplib.SMTPException, OSError, ValueError)
_INVITATION = "invitation"
_CHUNK = 500
_TRIES = 5


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice before it is stored.

    `key` says what it is about: one key is told once, ever. Without `address` it goes to
    `courses.queries.address_of(recipient)`; load `recipient` with its person.
    """

    key: str
    kind: str
    subject: str
    body: str
    recipient: Enrolment | None = None
    address: str = ""
    course: Course | None = None


def post_notices(*, drafts: Iterable[NoticeDraft], at: datetime, are_new: bool = False) -> int:
    """Store the drafts whose key is new; returns how many that were.

    A draft without an address is left out: nobody has shown that an entry's NetID is
    theirs. Where two entries have one address, what says the same to both is stored for both
    and sent for the first. Subjects lose their line breaks; bodies end with the course and the
    site. Where all `are_new`, as those of a row that was made just now, nobody looks first.
    """
    unique: dict[str, Notice] = {}
    said: set[tuple[str, str, str, str]] = set()
    for draft in drafts:
        address = draft.address or (address_of(draft.recipient) if draft.recipient else "")
        if address and draft.key not in unique:
            notice = unique[draft.key] = _notice(draft, address, at)
            words = (plain(address), notice.kind, notice.subject, notice.body)
            if words in said:
                notice.sent_at = at
                notice.last_error = "Not sent: the same goes to this address for another entry."
            said.add(words)
    posted = 0
    keys = list(unique)
    if are_new:
        return len(Notice.objects.bulk_create(unique.values()))
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        posted += _store({key: unique[key] for key in chunk})
    return posted


def _store(notices: dict[str, Notice]) -> int:
    """Store those, by their keys, which nobody has stored; returns how many that were."""
    for _ in range(_TRIES):
        known = set(Notice.objects.filter(key__in=notices).values_list("key", flat=True))
        new = [notice for key, notice in notices.items() if key not in known]
        try:
            with transaction.atomic():
                Notice.objects.bulk_create(new)
        except IntegrityError as error:
            overtaken = error  # another process has stored one since: look again
        else:
            return len(new)
    raise overtaken


def _notice(draft: NoticeDraft, address: str, at: datetime) -> Notice:
    return Notice(
        course=draft.course,
        recipient=draft.recipient,
        address=address,
        kind=draft.kind,
        key=draft.key,
        subject=undirected(_one_line(draft.subject))[:250],
        body=without_overrides(f"{draft.body.rstrip()}\n\n{_signature(draft.course)}\n"),
        created_at=at,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _signature(course: Course | None) -> str:
    if course is None:
        return f"-- \nRostrum\n{settings.SITE_URL}/"
    return f"-- \n{_one_line(str(course))}\n{settings.SITE_URL}/c/{course.slug}/home/"


def deliver_outbox(*, at: datetime, limit: int = 200) -> int:
    """Send what is due, at most `limit` notices over one connection; returns how many went out.

    Must not run inside a transaction. Each notice is claimed by a conditional update before
    it is sent, so that two workers never send the same; one whose worker died is free again
    after ten minutes. A refused notice waits 1, 5, 25 minutes, ... at most six hours, and is
    given up after ten attempts. A server that cannot be reached costs no attempt.
    """
    due = list(Notice.objects.filter(_due(at), sent_at=None).order_by("pk")[:limit])
    if not due:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except _FAILURES:
        logger.exception("The mail server cannot be reached; %d notices wait", len(due))
        return 0
    sent = 0
    try:
        for notice in due:
            sent += _deliver(notice, connection, at)
    finally:
        with contextlib.suppress(*_FAILURES):
            connection.close()
    return sent


def _due(at: datetime) -> Q:
    return Q(Q(retry_at=None) | Q(retry_at__lte=at), attempts__lt=MAX_ATTEMPTS)


def _deliver(notice: Notice, connection: Any, at: datetime) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, sent_at=None)
    if not mine.filter(_due(at)).update(retry_at=at + CLAIMED_FOR):
        return False
    try:
        connection.send_messages([_message(notice, connection)])
    except _FAILURES as error:
        logger.warning("Notice %d was not taken: %s", notice.pk, error)
        attempts = notice.attempts + 1
        mine.update(
            attempts=attempts,
            retry_at=at + waiting_time(attempts),
            last_error=_one_line(f"{type(error).__name__}: {error}")[:500],
        )
        with contextlib.suppress(*_FAILURES):
            connection.close()  # the next one opens it anew
        return False
    fields: dict[str, Any] = {"sent_at": at, "retry_at": None, "last_error": ""}
    if notice.kind == _INVITATION:
        fields["body"] = "The link was mailed and is not kept.\n"
    mine.update(attempts=notice.attempts + 1, **fields)
    return True


def waiting_time(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 1, 5, 25 minutes, ... at most 6 h."""
    return min(timedelta(minutes=5 ** (attempts - 1)), LONGEST_WAIT)


def _message(notice: Notice, connection: Any) -> EmailMessage:
    # The same notice carries the same id, so that a mail sent twice after a crash shows once.
    identity = hashlib.sha256(notice.key.encode()).hexdigest()[:32]
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return EmailMessage(
        subject=_one_line(notice.subject),
        body=notice.body,
        to=[notice.address],
        connection=connection,
        headers={"Message-ID": f"<{identity}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def beat(*, name: str, at: datetime) -> None:
    """Note that the process called `name` was alive at `at`; `/healthz` reads it."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, seen_at=at)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["seen_at"],
    )
