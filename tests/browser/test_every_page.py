"""Every page, in light on a desktop and in dark on the narrowest phone: axe finds nothing, nothing
sticks out at the side, and one stylesheet and at most one script are all that is loaded."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from schedule.models import Meeting
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {"light on a desktop": ("light", 1280), "dark on a small phone": ("dark", 320)}
LONG = "Anneliese Featherstonehaugh-Cholmondeley the Younger of Wex"  # 60 characters
LONG_TITLE = "A Very Thorough Study of Everything That Was Ever Cached " * 3 + "and of Why"

PUBLIC = ["/", "/c/seminar/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
PUBLIC += ["/accounts/login/code/"]
STUDENT = ["home/", "grades/", "meetings/{lecture}/", "readings/{reading}/question/"]
PAGES = {
    "anonymous": PUBLIC,
    "stranger": ["/home/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/"],
    "student_without_group": [f"/c/seminar/{path}" for path in STUDENT],
    "presenter": [
        "/c/seminar/",
        "/c/seminar/home/",
        "/c/seminar/meetings/{lecture}/slides/",
        "/c/seminar/receipts/{receipt}/",
    ],
    "reviewer": ["/c/seminar/meetings/{lecture}/summary/", "/c/seminar/home/"],
    "ta": [
        "/c/seminar/home/",
        "/c/seminar/meetings/{lecture}/",
        "/c/seminar/gradebook/",
        "/c/seminar/gradebook/{student}/",
        "/c/seminar/roster/",
        "/c/seminar/roster/{unclaimed}/invite/",
    ],
    "instructor": ["/courses/import/", "/c/seminar/roster/import/", "/c/seminar/gradebook/"],
}


@pytest.fixture
def stage(seminar, cast, lecture, reading, presenter_group, unclaimed_student):
    """The seminar on the morning of its lecture, with work, long names and a long title."""
    presenter = cast["presenter"]
    presenter.name = LONG
    presenter.save()
    reading.title = LONG_TITLE[:200]
    reading.save()
    make.MeetingFactory(
        course=seminar,
        kind=Meeting.Kind.NO_CLASS,
        starts_at=None,
        ends_at=None,
        on=make.CLASS_STARTS.date() + make.timedelta(days=2),
        title="No lecture",
        section=lecture.section,
    )
    make.MilestoneFactory(course=seminar, is_scheduled=True)
    make.CourseTextFactory(course=seminar, kind="policy", title="Policy", body="## Why\n\n- so")
    make.OfficeHoursFactory(course=seminar).staff.add(cast["instructor"])
    slides = make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=cast["presenter"]
    )
    for author in ("student_without_group", "presenter", "ta"):
        make.QuestionFactory(reading=reading, author=cast[author], text="Why? " * 40)
    for kind in ("participation", "presentation", "summary", "direct"):
        make.GradeComponentFactory(
            course=seminar, kind=kind, weight=25, released_at=make.TERM_BEGINS
        )
    return {
        "lecture": lecture.pk,
        "reading": reading.pk,
        "receipt": slides.receipt_id,
        "student": cast["presenter"].pk,
        "unclaimed": unclaimed_student.pk,
    }


def faults(page, axe_finds, width):
    """What is wrong with the page as it stands."""
    found = axe_finds(page)
    sticks_out = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if sticks_out > 0:
        found.append(f"sticks out by {sticks_out} px at {width} px")
    styles = page.locator("link[rel=stylesheet]").count()
    scripts = page.locator("script[src]").count()
    if styles > 1 or scripts > 1:
        found.append(f"loads {styles} stylesheets and {scripts} scripts")
    return found


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", PAGES)
def test_pages(role, look, cast, stage, page, sign_in, live_server, axe_finds):
    scheme, width = LOOKS[look]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    if role != "anonymous":
        sign_in(cast[role])
    found = {}
    for path in PAGES[role]:
        url = path.format(**stage)
        response = page.goto(live_server.url + url)
        assert (url, response.status) == (url, 200)
        found[url] = faults(page, axe_finds, width)
    assert {url: faults for url, faults in found.items() if faults} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_lists_of_the_admin(look, cast, stage, page, sign_in, live_server, axe_finds):
    scheme, width = LOOKS[look]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(cast["instructor"])
    found = {}
    urls = [reverse("admin:index")] + [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    for url in urls:
        response = page.goto(live_server.url + url)
        if response.status == 200:
            found[url] = axe_finds(page)
    assert len(found) > 5
    assert {url: faults for url, faults in found.items() if faults} == {}
