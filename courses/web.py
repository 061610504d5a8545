"""What every view starts from: the request's type, and the course that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest
from django.shortcuts import render

from courses.permissions import courses_visible_to
from courses.queries import enrolment_at

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse

    from courses.models import Course, Enrolment, Person


# The hidden field of every form that says for whose account its page was made.
ACCOUNT_FIELD = "_account"
_signer = Signer(salt="rostrum.account")


class Request(HttpRequest):
    """A request as the middleware leaves it; `at` is when it began (aware, UTC), `arrived_at`
    when its last byte had come, or None where nobody noted that."""

    at: datetime
    arrived_at: datetime | None
    user: Person | AnonymousUser


def account_mark(user: Any) -> str:
    """What stands in `ACCOUNT_FIELD` on the pages of this account; "" for who is signed out."""
    return _signer.sign(str(user.pk)) if user.is_authenticated else ""


def is_account_mark(mark: str) -> bool:
    """Whether it was made here, for any account."""
    try:
        _signer.unsign(mark)
    except BadSignature:
        return False
    return True


def page(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page that the template of this name in `jinja/` makes."""
    return render(request, name, context, status=status, using="jinja2")


def wants_part(request: HttpRequest) -> bool:
    """Whether rostrum.js will put the answer in the form's place, so that no whole page is due."""
    return "X-Part" in request.headers


@dataclass(frozen=True, slots=True)
class Access:
    """A course as one viewer sees it; `enrolment` is None for the public."""

    course: Course
    enrolment: Enrolment | None

    @property
    def is_staff(self) -> bool:
        """Whether the viewer teaches this course."""
        return self.enrolment is not None and self.enrolment.is_staff

    @property
    def is_instructor(self) -> bool:
        """Whether the viewer is an instructor of this course."""
        return self.enrolment is not None and self.enrolment.role == "instructor"


def open_course(request: Request, slug: str) -> Access:
    """The course at `slug`, for whoever may see it; raises Http404 for everybody else."""
    enrolment = enrolment_at(request.user, slug, request.at)
    if enrolment is not None:
        return Access(enrolment.course, enrolment)
    course = courses_visible_to(request.user, request.at).filter(slug=slug).first()
    if course is None:
        raise Http404("No such course.")
    return Access(course, None)


def open_enrolled(request: Request, slug: str) -> tuple[Access, Enrolment]:
    """The course and the viewer's own entry in it; Http404 for who is not in it."""
    enrolment = enrolment_at(request.user, slug, request.at)
    if enrolment is None:
        raise Http404("No such course.")
    enrolment.person = cast("Person", request.user)  # who is read already
    return Access(enrolment.course, enrolment), enrolment


def open_staff(request: Request, slug: str) -> tuple[Access, Enrolment]:
    """The course and the viewer's own entry, for its TAs and instructors; else Http404."""
    access, enrolment = open_enrolled(request, slug)
    if not enrolment.is_staff:
        raise Http404("No such page.")
    return access, enrolment


def open_instructor(request: Request, slug: str) -> tuple[Access, Enrolment]:
    """The course and the viewer's own entry, for its instructors alone; else Http404."""
    access, enrolment = open_staff(request, slug)
    if not access.is_instructor:
        raise Http404("No such page.")
    return access, enrolment
