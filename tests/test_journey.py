"""One term in small, once through the actions: from the course's page to its gradebook.

The sample page is imported as of Spring 2025; the journey follows its first student lecture on
Feb 7 (12:30-13:45 CST) with one required reading's question from each side of the deadline.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from courseapp.sweep import sweep_once
from courses.actions.claims import claim_enrolments
from courses.models import Course, Notice
from grading.actions import record_grade, release_component
from grading.models import GradeChange
from groups.queries import members_of
from schedule.deadlines import DeadlinePassed
from tests import factories as make
from tests.handing_in import ask_question, hand_in_slides, hand_in_summary
from tests.submissions.uploads import pptx
from tests.works import Summary

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).resolve().parents[1] / "coursepage" / "sample" / "course.md"
CLASS_STARTS = datetime(2025, 2, 7, 18, 30, tzinfo=UTC)
CLASS_ENDS = datetime(2025, 2, 7, 19, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANSWERS = {name: f"About {name}." for name, _ in Summary.FIELDS}


@pytest.fixture
def course():
    """The sample course, imported on the command line before the term."""
    with time_machine.travel(datetime(2025, 1, 10, 12, tzinfo=UTC), tick=False):
        call_command(
            "import_course",
            str(SAMPLE),
            term="Spring 2025",
            email_domain="aldermere.edu",
            stdout=io.StringIO(),
        )
    return Course.objects.get()


def member_of(group, at):
    """The group's first member, claimed with the address that the page implies."""
    enrolment = members_of(group, at)[0]
    person = make.account(f"{enrolment.netid}@aldermere.edu")
    assert [claimed.pk for claimed in claim_enrolments(person=person, at=at)] == [enrolment.pk]
    enrolment.refresh_from_db()
    return enrolment


def test_a_course_runs_from_its_page_to_its_gradebook(course, tmp_path):
    lecture = course.meetings.get(on="2025-02-07")
    assert (lecture.starts_at, lecture.ends_at) == (CLASS_STARTS, CLASS_ENDS)
    reading = lecture.readings.filter(is_required=True).first()
    people = {
        role: member_of(lecture.assignments.get(role__key=role).group, CLASS_STARTS)
        for role in ("presenter", "companion", "reviewer")
    }
    groups = {role: lecture.assignments.get(role__key=role).group for role in people}

    # Ask: the reviewer in time, the companion at class start, which is late.
    in_time = ask_question(
        reading=reading,
        author=people["reviewer"],
        text="Which expert starves first?",
        at=CLASS_STARTS - make.MICROSECOND,
        key="q1",
    )
    assert (in_time.verdict, in_time.due_at) == ("on_time", CLASS_STARTS)
    with pytest.raises(DeadlinePassed):
        ask_question(
            reading=reading, author=people["companion"], text="Late?", at=CLASS_STARTS, key="q2"
        )

    # Hand in: slides a day before, the companion's summary in time, the reviewer's late.
    slides = hand_in_slides(
        meeting=lecture,
        group=groups["presenter"],
        by=people["presenter"],
        upload=pptx(),
        at=CLASS_STARTS - 24 * HOUR - make.MICROSECOND,
        key="s1",
    )
    summaries = [
        hand_in_summary(
            meeting=lecture,
            group=groups[role],
            by=people[role],
            answers=ANSWERS,
            upload=None,
            at=at,
            key=role,
        )
        for role, at in (
            ("companion", CLASS_ENDS + 24 * HOUR - make.MICROSECOND),
            ("reviewer", CLASS_ENDS + 24 * HOUR),
        )
    ]
    verdicts = [one.verdict for one in (slides, *summaries)]
    assert verdicts == ["on_time", "on_time", "late_not_counted"]

    # Sweep: twice, to the same effect; mail goes to the three who have an account.
    for _ in range(2):
        sweep_once(at=CLASS_ENDS + 25 * HOUR)
    told = Notice.objects.filter(course=course, kind__startswith="questions")
    assert {notice.address for notice in told} == {one.person.email for one in people.values()}
    assert {message.to[0] for message in mail.outbox} == {
        notice.address for notice in Notice.objects.filter(course=course)
    }
    assert len(mail.outbox) == Notice.objects.filter(course=course).count()

    # Grade: the question, the slides, the summary that counts.
    teacher = course.enrolments.get(role="instructor")
    components = {
        work.key: one for one in course.grade_components.all() for work in one.works.all()
    }
    at = CLASS_ENDS + 48 * HOUR
    for receipt, score in ((in_time, 2), (slides, 8), (summaries[0], 9)):
        record_grade(
            component=components[receipt.work],
            by=teacher,
            at=at,
            state=GradeChange.State.SCORED,
            score=Decimal(score),
            version=receipt.version_of,
        )
        release_component(component=components[receipt.work], at=at)

    # Export, as of then.
    file = tmp_path / "grades.csv"
    with time_machine.travel(at, tick=False):
        call_command("export_gradebook", course.slug, format="csv", output=str(file))
    rows = {row["NetID"]: row for row in csv.DictReader(file.open(encoding="utf-8-sig"))}
    assert len(rows) == 90
    presenter, companion, reviewer = (rows[one.netid] for one in people.values())
    summary_column = next(name for name in presenter if name.startswith("Paper Summary"))
    slides_column = next(name for name in presenter if name.startswith("Paper Presentation"))
    assert presenter[slides_column] == "80.00"
    assert companion[summary_column] == "90.00"
    assert reviewer[summary_column] == "0.00"  # late: not counted
