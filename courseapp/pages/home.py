"""A person's home: what a student owes, and what a teacher should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from courseapp.pages.teaching import teaching_of
from courses.permissions import can_create_courses
from courses.queries import enrolments_of, labels_of, unclear_courses
from courses.web import Request, open_enrolled, page
from schedule.deadlines import Status
from schedule.plan.asks import Owner
from schedule.queries import plan_of
from submissions.queries import duties_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from courses.models import Enrolment
    from schedule.plan.calendar import Meeting, Reading
    from schedule.plan.plan import Plan
    from schedule.plan.values import Group
    from submissions.duties import Duty

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MyRole:
    """What somebody does (`words`, such as “presenter”) at a meeting, or for a reading of it."""

    meeting: Meeting
    reading: Reading | None
    words: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, by the name to show."""

    label: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class MyGroup:
    """One of the student's groups: who is in it, and what it does when."""

    group: Group
    people: list[Member]
    roles: list[MyRole]


@dataclass(frozen=True, slots=True)
class Owed:
    """A student's duties, each in one list, every list in order of due time.

    `first` is what is due next and can be handed in now; `question` is the next short text,
    where `first` is none; `late` can still be handed in, late; `missed` cannot any more.
    """

    first: Duty | None
    question: Duty | None
    late: list[Duty]
    soon: list[Duty]
    later: list[Duty]
    done: list[Duty]
    missed: list[Duty]


def sort_duties(duties: list[Duty], at: datetime) -> Owed:
    """Put each duty where a student looks for it at `at`; `duties` are in order of due time."""
    open_ = [duty for duty in duties if not duty.is_done and at < duty.due_at]
    now = [duty for duty in open_ if duty.deadline.status(at) is Status.OPEN]
    first = now[0] if now else None
    question = next((duty for duty in now if duty.prompt and not duty.group), None)
    if question is first or (question and question.due_at >= at + SOON):
        question = None
    rest = [duty for duty in open_ if duty is not first and duty is not question]
    past = [duty for duty in duties if not duty.is_done and at >= duty.due_at]
    done = [duty for duty in duties if duty.is_done]
    done.sort(key=lambda duty: duty.receipt.at if duty.receipt else duty.due_at, reverse=True)
    return Owed(
        first=first,
        question=question,
        late=[duty for duty in past if duty.can_act(at)],
        soon=[duty for duty in rest if duty.due_at < at + SOON],
        later=[duty for duty in rest if duty.due_at >= at + SOON],
        done=done,
        missed=[duty for duty in past if not duty.can_act(at)][::-1],
    )


@login_required
@require_safe
def home(request: Request) -> HttpResponse:
    """Where one lands after signing in: on to the only course, or a choice of several."""
    enrolments = list(enrolments_of(request.user, request.at).order_by("-course__starts_on"))
    if len(enrolments) == 1:
        return redirect("course-home", slug=enrolments[0].course.slug)
    return render(
        request,
        "courseapp/home.html",
        {
            "enrolments": enrolments,
            "unclear": unclear_courses(request.user, request.at) if not enrolments else [],
            "can_create": can_create_courses(request.user, request.at),
        },
    )


@login_required
@require_safe
def course_home(request: Request, slug: str) -> HttpResponse:
    """What I owe in this course; for its staff, what stands and what is missing."""
    access, enrolment = open_enrolled(request, slug)
    context = {"course": access.course, "access": access, "enrolment": enrolment}
    if enrolment.is_staff:
        context["teaching"] = teaching_of(access.course, request.at)
        return page(request, "courseapp/staff_home.html", context)
    plan = plan_of(access.course)
    context |= {
        "owed": sort_duties(duties_of(enrolment, request.at, plan), request.at),
        "groups": groups_for(enrolment, request.at, plan),
        "own_roles": roles_for(plan, Owner(person=enrolment.pk), request.at),
    }
    return page(request, "courseapp/course_home.html", context)


def groups_for(enrolment: Enrolment, at: datetime, plan: Plan) -> list[MyGroup]:
    """The student's groups at `at` with their people and roles; one query."""
    groups = plan.groups_at(enrolment.pk, at).values()
    people = {group.id: plan.members_at(group, at) for group in groups}
    labels = labels_of(one for some in people.values() for one in some)
    return [
        MyGroup(
            group,
            [Member(labels[one], one == enrolment.pk) for one in people[group.id]],
            roles_for(plan, Owner(group=group.id), at),
        )
        for group in groups
    ]


def roles_for(plan: Plan, owner: Owner, at: datetime) -> list[MyRole]:
    """What this group or person does at which meeting, in the order of their dates."""
    found = []
    for one in plan.assignments:
        if owner == Owner(group=one.group, person=one.person):
            meeting = plan.meeting[one.meeting]
            reading = next((it for it in meeting.readings if it.id == one.reading), None)
            is_over = meeting.ends_at is not None and meeting.ends_at <= at
            found.append(MyRole(meeting, reading, plan.in_words([one.role]), is_over))
    return sorted(found, key=lambda one: (one.meeting.on, one.meeting.position))
