"""The front page and the public page of a course."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.cache import caches
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courseapp.pages.programme import programme_of
from courses.models import Enrolment
from courses.permissions import can_create_courses, courses_visible_to
from courses.queries import staff_of
from courses.texts import listed
from courses.web import Access, Request, open_course, page

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ABOUT = {"description", "objectives", "structure", "prerequisites"}


@require_safe
def front(request: Request) -> HttpResponse:
    """The courses of this site that the visitor may see."""
    return render(
        request,
        "courseapp/front.html",
        {
            "courses": courses_visible_to(request.user, request.at).order_by("-starts_on", "slug"),
            "can_create": can_create_courses(request.user, request.at),
        },
    )


@require_safe
def course_page(request: Request, slug: str) -> HttpResponse:
    """The public page: when and where, who teaches, the schedule, the policies.

    Who comes without a session may get it up to PUBLIC_PAGE_SECONDS old, as long as the course
    is theirs to see: before class a whole room opens it at once. What changes the plan is seen at
    once, since that has another revision. A session may hold messages.
    """
    access = open_course(request, slug)
    seconds = settings.PUBLIC_PAGE_SECONDS
    if settings.SESSION_COOKIE_NAME in request.COOKIES or not seconds:
        return _course_page(request, access)
    pages = caches["pages"]
    key = f"course:{access.course.pk}:{access.course.revision}"
    html = pages.get(key)
    if html is None:
        html = _course_page(request, access).content
        pages.set(key, html, seconds)
    return HttpResponse(html)


def _course_page(request: Request, access: Access) -> HttpResponse:
    course = access.course
    texts = list(course.texts.all())
    hours = course.office_hours.prefetch_related(
        Prefetch("staff", Enrolment.objects.order_by("pk"))
    )
    by_person: dict[int, list[object]] = {}
    for slot in hours:
        for person in slot.staff.all():
            by_person.setdefault(person.pk, []).append(slot)
    return page(
        request,
        "courseapp/course.html",
        {
            "course": course,
            "access": access,
            "programme": programme_of(course, request.user, access.enrolment, request.at),
            "staff": [(one, by_person.get(one.pk, [])) for one in staff_of(course, request.at)],
            "about": [text for text in texts if text.kind in ABOUT],
            "policies": [text for text in texts if text.kind not in ABOUT],
            "days": _days(course.weekdays),
            "weekday_names": dict(enumerate(WEEKDAYS)),
        },
    )


def _days(digits: str) -> str:
    """“2,4” as “Wednesday and Friday”."""
    names = [WEEKDAYS[int(d)] for d in re.findall(r"\b[0-6]\b", digits)]
    return listed(names, "and")
