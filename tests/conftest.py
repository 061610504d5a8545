"""One cast of persons and one small course for all tests.

`seminar` is a course in America/Chicago with one student lecture, `lecture`, on 2025-02-19.
Each person is named by their situation; the fixtures give their `Enrolment`, except `stranger`
and `operator`, who are in no course and are given as `Person`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import connection
from django.template.backends import jinja2
from django.test import Client
from django.test.signals import template_rendered

from courseapp import probes
from courses.models import Enrolment, Person
from schedule.queries import kept
from schedule.queries.kept import forget_plans
from submissions.sweeps import telling
from tests import factories as make
from tests.revisions import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from courses.models import Course
    from groups.models import StudentGroup
    from schedule.models import Meeting, Reading, Section


# How long an example takes is the machine's affair: no test fails by the clock.
hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")


@pytest.fixture(autouse=True)
def _own_surroundings(settings, tmp_path):
    """Each test has its own cache (in memory) and its own folder for files."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    for probe in (probes.database, probes.storage, probes.temporary):
        probe.forget()


@pytest.fixture(autouse=True)
def _plans_are_read_anew(monkeypatch):
    """Factories write past the actions, so that a kept plan would be an old one."""
    forget_plans()
    telling.forget()
    monkeypatch.setattr(kept, "is_settled", lambda: False)


@pytest.fixture(autouse=True)
def _revisions_rise(request):
    """Whatever the product writes to a plan's table raises the course's revision with it."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (marker and marker.kwargs)
    if commits or request.node.get_closest_marker("part_of_an_action"):
        yield  # where a real transaction begins and ends no statement says
        return
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield
    assert watch.faults == []


@pytest.fixture
def client_of() -> Callable[[Enrolment | Person], Client]:
    """`client_of(who)`: a browser in which that person is signed in."""

    def sign_in(who: Enrolment | Person) -> Client:
        person = who.person if isinstance(who, Enrolment) else who
        client = Client()
        client.force_login(person)
        return client

    return sign_in


# The course.


@pytest.fixture
def seminar(db) -> Course:
    """The course that everybody but the stranger and the others' people is in."""
    return make.CourseFactory(slug="seminar", code="RS 101", title="Reading Systems Papers")


@pytest.fixture
def section(seminar) -> Section:
    return make.SectionFactory(course=seminar, title="Foundations", position=0)


@pytest.fixture
def presenter_group(seminar) -> StudentGroup:
    return make.StudentGroupFactory(course=seminar, number=1)


@pytest.fixture
def companion_group(seminar) -> StudentGroup:
    return make.StudentGroupFactory(course=seminar, number=2)


@pytest.fixture
def reviewer_group(seminar) -> StudentGroup:
    return make.StudentGroupFactory(course=seminar, number=3)


@pytest.fixture
def lecture(seminar, section, presenter_group, companion_group, reviewer_group) -> Meeting:
    """The student lecture: two required readings and an optional one, all three roles given."""
    meeting = make.MeetingFactory(course=seminar, section=section, topic="Paging Attention")
    make.ReadingFactory(meeting=meeting, title="Pages of Attention", position=0)
    make.ReadingFactory(meeting=meeting, title="Swapping Revisited", position=1)
    make.ReadingFactory(meeting=meeting, title="A Survey of Caches", position=2, is_required=False)
    for role, group in (
        ("presenter", presenter_group),
        ("companion", companion_group),
        ("reviewer", reviewer_group),
    ):
        make.RoleAssignmentFactory(meeting=meeting, group=group, role=role)
    return meeting


@pytest.fixture
def reading(lecture) -> Reading:
    """The lecture's first required reading."""
    return lecture.readings.get(position=0)


@pytest.fixture
def second_reading(lecture) -> Reading:
    """The lecture's other required reading."""
    return lecture.readings.get(position=1)


@pytest.fixture
def optional_reading(lecture) -> Reading:
    return lecture.readings.get(position=2)


# The people of the course.


@pytest.fixture
def instructor(seminar) -> Enrolment:
    return make.claimed(seminar, "inaru", name="Ines Naru", role=Enrolment.Role.INSTRUCTOR)


@pytest.fixture
def ta(seminar) -> Enrolment:
    return make.claimed(seminar, "tamsel", name="Tamsel Ardo", role=Enrolment.Role.TA)


@pytest.fixture
def presenter(seminar, presenter_group) -> Enrolment:
    enrolment = make.claimed(seminar, "presa", name="Presa Holt")
    make.in_group(presenter_group, enrolment)
    return enrolment


@pytest.fixture
def companion(seminar, companion_group) -> Enrolment:
    enrolment = make.claimed(seminar, "comyn", name="Comyn Vale")
    make.in_group(companion_group, enrolment)
    return enrolment


@pytest.fixture
def reviewer(seminar, reviewer_group) -> Enrolment:
    enrolment = make.claimed(seminar, "revka", name="Revka Moss")
    make.in_group(reviewer_group, enrolment)
    return enrolment


@pytest.fixture
def student_without_group(seminar) -> Enrolment:
    return make.claimed(seminar, "solen", name="Solen Quay")


@pytest.fixture
def unclaimed_student(seminar) -> Enrolment:
    """On the roster by NetID; nobody has signed in as this entry."""
    return make.EnrolmentFactory(course=seminar, netid="noone", name="Noone Yett")


@pytest.fixture
def dropped_student(seminar) -> Enrolment:
    """Claimed, and dropped a week after the term began."""
    return make.claimed(
        seminar, "dropa", name="Dropa Lund", dropped_at=make.TERM_BEGINS + make.timedelta(days=7)
    )


# People from elsewhere.

_render = jinja2.Template.render


def _render_and_tell(self, context=None, request=None):
    """As Django's own templates do under test: `response.context` is what a template was given."""
    said = {"messages": get_messages(request), **(context or {})}
    template_rendered.send(sender=self, template=self.template, context=said)
    return _render(self, context, request)


jinja2.Template.render = _render_and_tell


@pytest.fixture
def other_course(db) -> Course:
    return make.CourseFactory(slug="other", code="RS 202", title="Another Seminar")


@pytest.fixture
def other_instructor(other_course) -> Enrolment:
    """Teaches the other course; is nobody in the seminar."""
    return make.claimed(other_course, "othin", name="Othin Brek", role=Enrolment.Role.INSTRUCTOR)


@pytest.fixture
def outsider(other_course) -> Enrolment:
    """A student of the other course; is nobody in the seminar."""
    return make.claimed(other_course, "outsa", name="Outsa Pell")


@pytest.fixture
def stranger(db) -> Person:
    """Has an account with a verified address and is on no roster."""
    return make.account("stranger@elsewhere.example", name="Strang Erova")


@pytest.fixture
def operator(db) -> Person:
    """A superuser."""
    return make.account("operator@rostrum.example", name="Opal Reyter", is_superuser=True)


@pytest.fixture
def cast(
    instructor,
    ta,
    presenter,
    companion,
    reviewer,
    student_without_group,
    dropped_student,
    outsider,
    other_instructor,
    stranger,
    operator,
) -> dict[str, Enrolment | Person]:
    """Everybody who can sign in, by the name of their fixture."""
    return {name: who for name, who in locals().items() if name != "request"}
