"""Students who hand in and do not give up: what they sent, and what they were told."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.faults.site import post
from benchmarks.seed import CSRF, FORM

DECK = Path(__file__).resolve().parents[2] / "courseapp" / "demo" / "slides.pptx"
GIVES_UP_AFTER = 180.0
"""Seconds for which one hand-in is tried again."""


@dataclass(frozen=True)
class Work:
    """One thing to hand in: where, by whom (an enrolment's id), and the form as it is sent."""

    path: str
    by: int
    cookie: str
    key: str
    is_file: bool

    def sent_with(self, key: str) -> tuple[bytes, dict[str, str]]:
        """Body and headers."""
        if not self.is_file:
            text = f"What does {self.key} cost when the batch is small, and who pays for it?"
            form = {"key": key, "text": text, "base_version": "0"}
            return urlencode(form).encode(), {"Cookie": self.cookie, **FORM}
        edge = uuid.uuid4().hex
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="key"\r\n\r\n{key}\r\n--{edge}\r\n'
            'Content-Disposition: form-data; name="upload"; filename="talk.pptx"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + DECK.read_bytes() + f"\r\n--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return body, {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Content-Type": kind}


@dataclass
class Told:
    """How it went: the receipt's address, if one came; what came before it; and when the attempt
    that brought it began (UTC)."""

    work: Work
    receipt: str = ""
    before: list[str] = field(default_factory=list)
    began: datetime | None = None


def hand_in(port: int, work: Work, *, key_each_time: bool = False) -> Told:
    """Send it until it is answered with a receipt, or refused.

    With `key_each_time` the key is a new one for every attempt, as a form without keys has it.
    """
    told = Told(work)
    until = time.monotonic() + GIVES_UP_AFTER
    while time.monotonic() < until:
        key = uuid.uuid4().hex if key_each_time and told.before else work.key
        told.began = datetime.now(UTC)
        answer = post(port, work.path, *work.sent_with(key))
        if answer.status == 303:
            told.receipt = answer.location
            return told
        told.before.append(str(answer.status or answer.body))
        if 0 < answer.status < 500:
            return told
        time.sleep(0.3)
    return told


def works(questions: int, files: int) -> list[Work]:
    """As many first questions and versions of slides, from the sample course as it is now.

    Readings are added to its next lecture until there are enough questions to ask.
    """
    from django.utils import timezone

    from benchmarks import seed
    from courseapp.demo.seed import lay_course
    from schedule.models import Meeting, Reading

    course = lay_course(at=timezone.now())
    cookies = seed.sessions(course)
    lecture = Meeting.objects.filter(
        course=course,
        kind=Meeting.Kind.STUDENT_LECTURE,
        starts_at__gt=timezone.now() + timedelta(days=1),
        assignments__role__key="presenter",
    )[0]
    for number in range(-(-questions // len(cookies))):
        Reading.objects.create(
            meeting=lecture, title=f"More to read {number}", is_required=True, position=100 + number
        )

    def asked() -> Iterator[Work]:
        for reading in lecture.readings.filter(title__startswith="More to read"):
            path = f"/c/{course.slug}/readings/{reading.pk}/question/"
            for by, cookie in cookies.items():
                yield Work(path, by, cookie, uuid.uuid4().hex, is_file=False)

    def presented() -> Iterator[Work]:
        path = f"/c/{course.slug}/meetings/{lecture.pk}/slides/"
        presenters = lecture.assignments.filter(role__key="presenter").values("group")
        members = [
            one
            for one in cookies
            if course.enrolments.filter(pk=one, memberships__group__in=presenters).exists()
        ]
        while True:
            for by in members:
                yield Work(path, by, cookies[by], uuid.uuid4().hex, is_file=True)

    return [*islice(asked(), questions), *islice(presented(), files)]
