"""The sample course with an account and a session for each of its students."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from benchmarks.client import Request
from courses.models import Course, Person
from schedule.models import Meeting, Reading
from submissions.models import Piece

CSRF = "c" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}


def fill_floor() -> None:
    """The forty rows of the floor's page."""
    from benchmarks.models import Line  # installed where there are floors

    first = date(2025, 1, 22)
    Line.objects.bulk_create(
        Line(day=first + timedelta(days=2 * n), topic=f"What a system does with time, part {n}")
        for n in range(40)
    )


def sessions(course: Course, role: str = "student") -> dict[int, str]:
    """A Cookie header for everybody in this role who has not dropped, by the enrolment's id."""
    cookies = {}
    people = course.enrolments.filter(role=role, dropped_at=None)
    for enrolment in people.select_related("person"):
        if enrolment.person is None:
            enrolment.person = Person.objects.create_user(f"{enrolment.netid}@bench.example")
            enrolment.save(update_fields=["person"])
        session = SessionStore()
        session[SESSION_KEY] = str(enrolment.person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = enrolment.person.get_session_auth_hash()
        session.save()
        cookies[enrolment.pk] = f"sessionid={session.session_key}; csrftoken={CSRF}"
    return cookies


def questions(course: Course, cookies: dict[int, str]) -> Iterator[Request]:
    """First questions, one for each student and open reading on which there is none yet."""
    asked = set(Piece.objects.values_list("enrolment_id", "reading_id"))
    readings = Reading.objects.filter(
        meeting__course=course,
        meeting__kind=Meeting.Kind.STUDENT_LECTURE,
        meeting__starts_at__gt=timezone.now() + timedelta(hours=1),
        is_required=True,
    )
    for reading in readings:
        path = f"/c/{course.slug}/readings/{reading.pk}/question/"
        for enrolment, cookie in cookies.items():
            if (enrolment, reading.pk) not in asked:
                yield post(path, cookie)


def post(path: str, cookie: str) -> Request:
    """A question as its form posts it, with a key of its own."""
    text = "Where does the gain come from when the batch is small, and what does it cost? " * 3
    form = {"key": uuid.uuid4().hex, "text": text, "base_version": "0"}
    return Request("POST", path, 303, urlencode(form), {"Cookie": cookie, **FORM})
