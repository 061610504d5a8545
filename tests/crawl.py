"""Every form of the site, found by opening every page of it for everybody."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from courses.models import Course
from groups.models import StudentGroup
from schedule.models import Reading
from tests import factories as make
from tests.forms import Form, forms_in
from tests.test_routes import ACCOUNTS, MATRIX, PATTERNS, address, report
from tests.works import Question

ROLES = (
    "anonymous", "stranger", "student_without_group", "presenter", "companion", "instructor",
    "operator",
)  # fmt: skip
WITH_ADMIN = ("instructor", "operator")
ROSTER = "NetID,Name\nnewon,New One\n"


def lay_out(cast, lecture, at) -> dict[str, object]:
    """One of everything that a form can be about: the lecture is in two days, another was today."""
    course, groups = lecture.course, StudentGroup.objects.order_by("number")
    lecture.starts_at, lecture.ends_at = at + timedelta(days=2), at + timedelta(days=2, hours=1)
    lecture.on = lecture.starts_at.date()
    lecture.save()
    began = at - timedelta(hours=3)
    if began.astimezone(course.zone).hour >= 22:
        began -= timedelta(hours=2)  # no class goes on over midnight
    on = began.astimezone(course.zone).date()
    over = make.MeetingFactory(course=course, starts_at=began, on=on)
    make.ReadingFactory(meeting=over)
    for role, group in zip(("presenter", "companion"), groups, strict=False):
        make.RoleAssignmentFactory(meeting=over, group=group, role=role)
    slides = make.SlidesFactory(
        meeting=lecture, group=groups[0], receipt__handed_in_by=cast["presenter"]
    )
    for reading in (Reading.objects.filter(meeting=lecture).first(), over.readings.get()):
        make.QuestionFactory(reading=reading, author=cast["presenter"])
    author = cast["presenter"]
    for kind in ("participation", "presentation", "summary", "direct"):
        component = make.GradeComponentFactory(course=course, kind=kind, weight=25)
    once = make.PieceFactory(work=report(course), meeting=None, reading=None, enrolment=author)
    make.VersionFactory(piece=once, receipt__course=course)
    make.set_work(course, "summary", can_withdraw=True)
    make.SummaryFactory(meeting=over, group=groups[1], receipt__handed_in_by=cast["companion"])
    return {
        "slug": course.slug,
        "meeting": lecture.pk,
        "over": over.pk,
        "reading": Reading.objects.filter(meeting=lecture).first().pk,
        "receipt": slides.receipt_id,
        "file": slides.stored_files["upload"].pk,
        "enrolment": cast["companion"].pk,
        "component": component.pk,
        "secret": "no-such-secret",
    }


def pages_of_the_site(stage):
    """Every address of ours and of the accounts' that can be opened."""
    yield from (address(name, stage) for name in MATRIX)
    yield address("submissions:work-at-meeting summary", stage | {"meeting": stage["over"]})
    author = Question.objects.first().author
    yield address("submissions:work-on-reading", stage)
    yield address("grading:student", stage | {"enrolment": author.pk})
    unclaimed = make.EnrolmentFactory._meta.model.objects.filter(person=None).first()
    yield address("courses:invite", stage | {"enrolment": unclaimed.pk})
    for name in ACCOUNTS:
        if not PATTERNS[name].pattern.regex.groupindex and not name.startswith("openid"):
            yield reverse(name)


def pages_of_the_admin():
    """Every list and form of the admin, with the first row of each model."""
    for model, model_admin in admin.site._registry.items():
        about = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{about}_changelist")
        yield reverse(f"{about}_add")
        if hasattr(model_admin, "sheet_order"):
            yield reverse(f"{about}_sheet")
        for one in model._default_manager.all()[:1]:
            yield reverse(f"{about}_change", args=[one.pk])
            yield reverse(f"{about}_delete", args=[one.pk])
    for course in Course.objects.filter(slug="seminar"):
        yield reverse("admin:grading_gradecomponent_weights", args=[course.pk])


def answers_with_forms(stage, client):
    """Pages with a form that only an answer shows."""
    url = address("courses:roster-import", stage)
    yield url, client.post(url, {"text": ROSTER})
    url = reverse("admin:submissions_receipt_changelist")
    yield url, client.post(url, {"action": "judge", "_selected_action": [stage["receipt"]]})


def signed_in(who, **more) -> Client:
    client = Client(raise_request_exception=False, **more)
    if who is not None:
        client.force_login(getattr(who, "person", who))
    return client


def forms_of_the_site(cast, stage) -> tuple[list[tuple[Form, str]], set[str]]:
    """Each form once, with who finds it; and the names of all templates that were shown."""
    seen: dict[object, tuple[Form, str]] = {}
    templates: set[str] = set()

    def rendered(sender, template, **kwargs):
        templates.add(template.name or "")

    template_rendered.connect(rendered)
    for role in ROLES:
        client = signed_in(None if role == "anonymous" else cast[role])
        urls = [*pages_of_the_site(stage), *(pages_of_the_admin() if role in WITH_ADMIN else ())]
        shown = [(url, client.get(url)) for url in urls]
        if role == "instructor":
            shown += answers_with_forms(stage, client)
        for url, response in shown:
            if response.status_code != 200 or response.streaming:
                continue
            for form in forms_in(response.content.decode(), url):
                form.number = len(seen)
                seen.setdefault((form.action, tuple(sorted(set(form.names)))), (form, role))
    template_rendered.disconnect(rendered)
    return list(seen.values()), templates
