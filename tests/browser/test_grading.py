"""Grading by keyboard in a real browser, and what axe says of the pages on which it happens."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from grading.models import GradeChange
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def questions(seminar, reading, ta, companion, reviewer, presenter):
    """Three questions that wait, in a course whose participation they feed."""
    make.GradeComponentFactory(course=seminar, kind="participation", weight=100)
    return [
        make.QuestionFactory(reading=reading, author=one)
        for one in (companion, reviewer, presenter)
    ]


def test_a_sheet_is_graded_without_leaving_the_keyboard(page, sign_in, live_server, ta, questions):
    sign_in(ta)
    page.goto(live_server.url + reverse("admin:submissions_version_sheet"))
    scores = page.locator("[name$='-score']")
    expect(scores.nth(0)).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(scores.nth(1)).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.type("just a comment, with j and k")
    page.keyboard.press("Escape")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(scores.nth(2)).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator(".grade-row.is-saved")).to_have_count(3)
    assert list(
        GradeChange.objects.order_by("version").values_list("version", "score", "comment", "state")
    ) == [
        (questions[0].pk, 2, "", "scored"),
        (questions[1].pk, 1, "just a comment, with j and k", "scored"),
        (questions[2].pk, None, "", "excused"),
    ]


def test_a_refused_score_calls_the_grader_back(page, sign_in, live_server, ta, questions):
    sign_in(ta)
    page.goto(live_server.url + reverse("admin:submissions_version_sheet"))
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    first = page.locator(".grade-row").nth(0)
    expect(first).to_contain_text("9 is not a score from 0 to 2")
    expect(first.locator("[name$='-score']")).to_be_focused()
    expect(first.locator("[name$='-score']")).to_have_value("9")
    assert not GradeChange.objects.exists()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_pages_of_grading(
    page, sign_in, live_server, axe_finds, scheme, width, instructor, seminar, questions, lecture,
    presenter, presenter_group, companion, companion_group,
):  # fmt: skip
    for kind in ("presentation", "summary", "direct"):
        make.GradeComponentFactory(course=seminar, kind=kind, weight=0)
    slides = make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter
    )
    summary = make.SummaryFactory(
        meeting=lecture, group=companion_group, receipt__handed_in_by=companion
    )
    sign_in(instructor)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    urls = [
        *(
            f"{reverse('admin:submissions_version_sheet')}?piece__work__id__exact={one.piece.work_id}"
            for one in (questions[0], slides, summary)
        ),
        reverse("admin:submissions_version_change", args=[questions[0].pk]),
        reverse("admin:submissions_version_change", args=[slides.pk]),
        reverse("admin:submissions_version_change", args=[summary.pk]),
        reverse("admin:grading_gradecomponent_weights", args=[seminar.pk]),
        reverse("grading:gradebook", args=["seminar"]),
        reverse("grading:student", args=["seminar", presenter.pk]),
    ]
    found = {}
    for url in urls:
        page.goto(live_server.url + url)
        found[url] = axe_finds(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[url].append("sticks out at the side")
    assert found == {key: [] for key in urls}
