"""Two pages of the admin that show what would follow, and wait for a word: used, and by anybody."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from courses.models import Course
from schedule.actions.meetings import move_meeting
from schedule.models import Meeting
from submissions.models import Judgement
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
LOOKS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(request, page):
    """The width and the colours of the page."""
    width, colours = request.param
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=colours)


def test_other_class_times_are_confirmed(
    page, look, sign_in, go, instructor, seminar, lecture, axe_finds
):
    for day, starts in ((21, time(9)), (26, None), (28, None)):
        on = date(2025, 2, day)
        move_meeting(
            meeting=Meeting(course=seminar, kind="staff_lecture", on=on), on=on, starts=starts
        )
    make.MilestoneFactory(course=seminar)
    sign_in(instructor)
    with time_machine.travel(make.BEFORE_CLASS - timedelta(days=1)):
        go(reverse("admin:courses_course_change", args=[seminar.pk]))
        page.get_by_label("Time zone").fill("Europe/Berlin")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("heading", name="What follows from the new times").wait_for()
        assert axe_finds(page) == []
        assert Course.objects.get().timezone == "America/Chicago"
        page.get_by_label("Save the new times with all of this").check()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("was changed successfully").wait_for()
    assert Course.objects.get().timezone == "Europe/Berlin"


def test_receipts_are_judged_anew(page, look, sign_in, go, instructor, lecture, axe_finds):
    for group, hours in zip(lecture.assignments.order_by("pk"), (1, 2, 40), strict=True):
        make.SummaryFactory(
            meeting=lecture,
            group=group.group,
            receipt__at=make.SUMMARY_DUE + timedelta(hours=hours),
            receipt__verdict="late_not_counted",
        )  # fmt: skip
    move_meeting(meeting=lecture, on=lecture.on, starts=time(12, 30), ends=time(16, 30))
    sign_in(instructor)
    with time_machine.travel(make.SUMMARY_DUE + timedelta(days=3)):
        go(reverse("admin:submissions_receipt_changelist"))
        page.get_by_label("Select all objects on this page for an action").check()
        page.get_by_label("Action:").select_option("Judge by the deadline now in force")
        page.get_by_role("button", name="Go").click()
        page.get_by_label("Reason").wait_for()
        assert axe_finds(page) == []
        page.get_by_label("Reason").fill("The page had the wrong time.")
        page.get_by_role("button", name="Judge these receipts anew").click()
        page.get_by_text("2 receipts are judged anew").wait_for()
        receipt = Judgement.objects.first().receipt
        go(reverse("submissions:receipt", args=["seminar", receipt.pk]))
        page.get_by_role("heading", name="How it was judged").wait_for()
        assert axe_finds(page) == []
        go(reverse("admin:submissions_receipt_change", args=[receipt.pk]))
        assert axe_finds(page) == []
