"""Every address against every role: what is not listed here fails.

Strangers get 404 wherever something is not theirs to see, be it there or not; who is not signed
in is asked to sign in first, whatever the address. A course's own people never see another's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import factories as make

pytestmark = [pytest.mark.django_db]

ROLES = (
    "anonymous",
    "stranger",
    "outsider",
    "other_instructor",
    "dropped_student",
    "student_without_group",
    "presenter",
    "companion",
    "reviewer",
    "ta",
    "instructor",
    "operator",
)
STUDENTS = ("student_without_group", "presenter", "companion", "reviewer")
STAFF = ("ta", "instructor")
ENROLLED = (*STUDENTS, *STAFF)
GROUPED = ("presenter", "companion", "reviewer")
SIGNED_IN = ROLES[1:]

Expected = dict[str, int]


def only(*roles: str, status: int = 200, anonymous: int = 302, others: int = 404) -> Expected:
    """`status` for these roles, a sign-in page for the anonymous, 404 for everybody else."""
    found = dict.fromkeys(ROLES, others) | {"anonymous": anonymous}
    return found | dict.fromkeys(roles, status)


def everybody(status: int = 200, **exceptions: int) -> Expected:
    """`status` for all roles but the named ones."""
    return dict.fromkeys(ROLES, status) | exceptions


# Route -> what GET and an empty POST answer, role by role; behind a route may stand the work that
# it is opened for. 405: not made for that method;
# 422: the form comes back with errors; 409: the time for it is over or has not come.
NOT_POST = everybody(405)
MATRIX: dict[str, tuple[Expected, Expected]] = {
    "front": (everybody(), NOT_POST),
    "home": (
        everybody(302, stranger=200, dropped_student=200, operator=200),
        everybody(405, anonymous=302),
    ),
    "kept": (everybody(200, anonymous=302), everybody(405, anonymous=302)),
    "healthz": (everybody(), NOT_POST),
    "course": (everybody(), NOT_POST),
    "course-rules": (everybody(), NOT_POST),
    "course-home": (only(*ENROLLED), everybody(405, anonymous=302)),
    "courses:invitation": (everybody(404), everybody(404)),
    "courses:roster": (only(*STAFF), everybody(405, anonymous=302)),
    "courses:roster-import": (only("instructor"), only("instructor", status=422)),
    "courses:invite": (only(*STAFF), only(*STAFF, status=422)),  # an empty address
    "coursepage:import": (
        only("instructor", "other_instructor", "operator"),
        only("instructor", "other_instructor", "operator", status=422),
    ),
    "submissions:meeting": (only(*ENROLLED), everybody(405, anonymous=302)),
    "submissions:work-at-meeting": (only("presenter"), only("presenter", status=422)),
    "submissions:work-at-meeting summary": (
        only("companion", "reviewer"),
        only("companion", "reviewer", status=422),
    ),
    "submissions:work-on-reading": (only(*STUDENTS), only(*STUDENTS, status=422)),
    "submissions:work-once": (only(*STUDENTS), only(*STUDENTS, status=422)),
    # Slides are not taken back: a sentence on the page says so. The question's time is over.
    "submissions:withdraw-at-meeting": (
        everybody(405, anonymous=302),
        only("presenter", status=303),
    ),
    "submissions:withdraw-on-reading": (
        everybody(405, anonymous=302),
        only(*STUDENTS, status=409),
    ),
    "submissions:withdraw-once": (everybody(405, anonymous=302), only(*STUDENTS, status=303)),
    "submissions:receipt": (only("presenter", *STAFF), everybody(405, anonymous=302)),
    # The operator follows the admin's links to files.
    "submissions:file": (only(*ENROLLED, "operator", anonymous=404), everybody(405)),
    "grading:own": (only(*STUDENTS) | dict.fromkeys(STAFF, 302), everybody(405, anonymous=302)),
    "grading:gradebook": (only(*STAFF), everybody(405, anonymous=302)),
    "grading:export": (only(*STAFF, status=405), only(*STAFF)),
    "grading:student": (only(*STAFF), only()),
    "grading:excuse": (only(*STAFF, status=405), only()),
    "grading:release": (only("instructor", status=405), only("instructor", status=302)),
}

# allauth's own pages say nothing of any course. GET for who is signed out, and for who is in.
ACCOUNTS: dict[str, tuple[int, int]] = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_signup": (200, 302),
    "account_inactive": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_email": (302, 200),
    "account_email_verification_sent": (302, 302),
    "account_reauthenticate": (302, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_request_login_code": (200, 302),
    "account_confirm_login_code": (302, 302),
    "socialaccount_login_cancelled": (200, 200),
    "socialaccount_login_error": (401, 401),
    "socialaccount_signup": (302, 302),
    "socialaccount_connections": (302, 200),
    "openid_connect_login": (404, 404),
    "openid_connect_callback": (404, 404),
}


# Where allauth's pages on other sign-ins stood once; they lead to the ones above.
MOVED = {f"social/{path}/" for path in ("login/cancelled", "login/error", "signup", "connections")}


def walk(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address below `resolver` by its full name; by its route where it has none."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from walk(one, inner)
        elif isinstance(one, URLPattern):
            yield f"{namespace}{one.name or one.pattern}", one


PATTERNS = dict(walk(get_resolver()))
ROUTES = {name: name.split(" ")[0] for name in MATRIX}
PARTS = {
    name: tuple(PATTERNS[route].pattern.converters)
    for name, route in ROUTES.items()
    if route in PATTERNS
}
WORKS = {"at-meeting": "slides", "on-reading": "question", "once": "report"}


def test_every_address_is_listed_here():
    found = {name for name in PATTERNS if not name.startswith("admin:")}
    assert found == set(ROUTES.values()) | set(ACCOUNTS) | MOVED


def on_disk(file, settings) -> None:
    """Write the file of a row that a factory has made."""
    path = Path(settings.MEDIA_ROOT) / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"slides")


@pytest.fixture
def stage(cast, lecture, reading, presenter_group, seminar, unclaimed_student, settings):
    """One of everything that an address can name, all in the seminar; before class."""
    at = make.SLIDES_DUE - make.timedelta(hours=1)
    slides = make.SlidesFactory(
        meeting=lecture,
        group=presenter_group,
        receipt__handed_in_by=cast["presenter"],
        receipt__at=at,
    )
    on_disk(slides.stored_files["upload"], settings)
    for author in STUDENTS:
        make.QuestionFactory(reading=reading, author=cast[author])
    component = make.GradeComponentFactory(course=seminar)
    report(seminar)
    return {
        "slug": "seminar",
        "meeting": lecture.pk,
        "reading": reading.pk,
        "receipt": slides.receipt_id,
        "file": slides.stored_files["upload"].pk,
        "enrolment": unclaimed_student.pk,
        "component": component.pk,
        "secret": "no-such-secret",
    }


def report(course):
    """What each student hands in once: a report, due at the milestone of this name."""
    due = make.MilestoneFactory(course=course)
    once = {"per": "once", "due_from": "date", "due_minutes": None, "due_date": due}
    return make.WorkFactory(course=course, key="report", name="Report", can_withdraw=True, **once)


def work_of(name: str) -> str:
    """The work for which this route is opened."""
    return name.rsplit(" ", maxsplit=1)[-1] if " " in name else WORKS[name.partition("-")[2]]


def address(name: str, stage: dict[str, object]) -> str:
    """The address of this route for the things on the stage."""
    named = stage | ({"work": work_of(name)} if "work" in PARTS[name] else {})
    return reverse(ROUTES[name], kwargs={part: named[part] for part in PARTS[name]})


def answers(name, method, cast, stage) -> Expected:
    """What each role gets for this address and method."""
    found = {}
    for role in ROLES:
        client = Client()
        if role != "anonymous":
            who = cast[role]
            client.force_login(getattr(who, "person", who))
        found[role] = getattr(client, method)(address(name, stage)).status_code
    return found


@pytest.mark.parametrize("name", MATRIX)
@time_machine.travel(make.SLIDES_DUE - make.timedelta(hours=1), tick=False)
def test_get(name, cast, stage):
    assert answers(name, "get", cast, stage) == MATRIX[name][0]


@pytest.mark.parametrize("name", MATRIX)
@time_machine.travel(make.DURING_CLASS, tick=False)
def test_post_of_nothing(name, cast, stage):
    assert answers(name, "post", cast, stage) == MATRIX[name][1]


@pytest.mark.parametrize("name", [name for name in PARTS if "slug" in PARTS[name]])
@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_nothing_of_a_private_course_is_there_for_others(name, cast, stage, seminar):
    seminar.is_public = False
    seminar.save()
    found = answers(name, "get", cast, stage)
    others = {found[role] for role in ROLES if role not in (*ENROLLED, "anonymous")}
    assert others <= {404, 405}
    assert found["anonymous"] in {302, 404, 405}


OBJECTS = ("meeting", "reading", "receipt", "file", "enrolment", "component")


FOREIGN = [(name, part) for name in PARTS for part in PARTS[name] if part in OBJECTS]


@pytest.fixture
def foreign(cast, other_course, settings):
    """One of everything in the other course, there to be had at that course's addresses."""
    group = make.StudentGroupFactory(course=other_course)
    meeting = make.MeetingFactory(course=other_course)
    for role in ("presenter", "companion"):
        make.RoleAssignmentFactory(meeting=meeting, group=group, role=role)
    slides = make.SlidesFactory(
        meeting=meeting, group=group, receipt__handed_in_by=cast["outsider"]
    )
    on_disk(slides.stored_files["upload"], settings)
    return {
        "meeting": meeting.pk,
        "reading": make.ReadingFactory(meeting=meeting).pk,
        "receipt": slides.receipt_id,
        "file": slides.stored_files["upload"].pk,
        "enrolment": cast["outsider"].pk,
        "component": make.GradeComponentFactory(course=other_course).pk,
    }


@pytest.mark.parametrize(("name", "part"), FOREIGN)
@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_what_belongs_to_another_course_is_not_there(name, part, cast, stage, foreign):
    """The address of one's own course with another course's thing in it."""
    for method in ("get", "post"):
        found = answers(name, method, cast, stage | {part: foreign[part]})
        assert {found[role] for role in SIGNED_IN} <= {404, 405}


@pytest.mark.parametrize(("name", "part"), FOREIGN)
@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_what_belongs_to_another_course_of_ones_own_is_not_there(
    name, part, cast, stage, foreign, other_course
):
    """Somebody who is in both finds it at its own course's address, and at that one alone."""
    group = other_course.student_groups.get()
    receipt = group.receipts.get()
    for role in ENROLLED:
        double = make.EnrolmentFactory(
            course=other_course, person=cast[role].person, role=cast[role].role
        )
        if role in STUDENTS:
            make.in_group(group, double)
            receipt.members.add(double)
    for method in ("get", "post"):
        found = answers(name, method, cast, stage | {part: foreign[part]})
        assert {found[role] for role in ENROLLED} <= {404, 405}
    if name == "courses:invite":  # one that somebody has claimed is invited nowhere
        foreign["enrolment"] = make.EnrolmentFactory(course=other_course).pk
    there = answers(name, "get", cast, foreign | {"slug": "other"})
    assert {there[role] for role in ENROLLED} & {200, 405}


@pytest.mark.parametrize(
    ("name", "part", "value"),
    [("course", "slug", "no-such-course"), ("submissions:receipt", "receipt", uuid.uuid4())],
)
def test_what_does_not_exist_looks_like_what_is_not_yours(name, part, value, cast, stage):
    found = answers(name, "get", cast, stage | {part: value})
    assert {found[role] for role in SIGNED_IN} == {404}


# Accounts.


@pytest.mark.parametrize("name", ACCOUNTS)
def test_account_pages(name, client_of, stranger):
    values = {"key": "k", "uidb36": "1"}
    wanted = PATTERNS[name].pattern.regex.groupindex
    if name.startswith("openid_connect"):  # its part stands in the address above it
        wanted, values = ["provider_id"], {"provider_id": "none"}
    url = reverse(name, kwargs={key: values[key] for key in wanted})
    out, signed_in = (Client().get(url), client_of(stranger).get(url))
    assert (out.status_code, signed_in.status_code) == ACCOUNTS[name]


# The admin.

ADMIN_VIEWS = ("changelist", "add")
FOR_OPERATORS = {
    "account.emailaddress",
    "auth.group",
    "courses.person",
    "courses.notice",
    "socialaccount.socialaccount",
    "socialaccount.socialapp",
    "socialaccount.socialtoken",
}


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_the_admin_is_not_there_for_who_teaches_nothing(model, cast):
    meta = model._meta
    for view in ADMIN_VIEWS:
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}")
        assert Client().get(url).status_code == 302
        for role in ("stranger", "outsider", "dropped_student", *STUDENTS):
            who = cast[role]
            client = Client()
            client.force_login(getattr(who, "person", who))
            assert (role, client.get(url).status_code) == (role, 404)


@time_machine.travel(make.BEFORE_CLASS, tick=False)
def test_every_admin_address_without_an_object_answers_its_staff(cast, client_of):
    """No list of the admin breaks, for a TA, an instructor or an operator."""
    found = {}
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for role in ("ta", "instructor", "operator"):
            found[model._meta.label_lower, role] = client_of(cast[role]).get(url).status_code
    not_there = {about for about, code in found.items() if code != 200}
    assert {model for model, role in not_there if role == "operator"} == set()
    assert {model for model, _ in not_there} == FOR_OPERATORS
