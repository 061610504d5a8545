"""Works of any kind, seen by a student, the staff, the mails and the gradebook: they agree.

As `test_who_owes_what`, which asks of the usual three in every situation; here the works are
drawn: owed by everybody, by who has a role, by the others; for each reading, each meeting, once.
"""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courseapp.pages.teaching import teaching_of
from courses.models import Course, Notice
from grading.gradebook import State as Graded
from grading.queries import gradebook_of
from submissions.actions.hand_in import hand_in
from submissions.duties import State
from submissions.queries import duties_of
from submissions.sweeps import note_missing
from tests import factories as make
from tests.submissions.conftest import a_key

pytestmark = pytest.mark.django_db
WORKS = ("alpha", "beta")

works = st.fixed_dictionaries(
    {
        "owed_by": st.sampled_from(["everybody", "holders", "others"]),
        "per": st.sampled_from(["meeting", "reading", "required_reading", "once"]),
        "days": st.integers(-1, 1),
        "after": st.sampled_from(["closed", "late", "late_not_counted"]),
    }
)


def lay(drawn):
    """A course with these works, three students of whom the first is scribe, and two readings."""
    course = make.CourseFactory(slug="any", rules=make.NO_RULES)
    scribe = make.RoleFactory(course=course, key="scribe", holders="persons")
    meeting = make.MeetingFactory(course=course)
    make.ReadingFactory(meeting=meeting)
    make.ReadingFactory(meeting=meeting, is_required=False, position=1)
    due = make.MilestoneFactory(course=course, on=make.CLASS_STARTS.date(), has_time=False)
    for key, said in zip(WORKS, drawn, strict=False):
        when = {"due_from": "clock", "due_days": said["days"], "due_clock": time(12, 30)}
        if said["per"] == "once":
            when = {"due_from": "date", "due_date": due}
        work = make.WorkFactory(
            course=course, key=key, name=key.title(), owed_by=said["owed_by"], per=said["per"],
            after=said["after"], due_minutes=None, **when,
        )  # fmt: skip
        if said["owed_by"] != "everybody":
            work.roles.add(scribe)
        part = make.GradeComponentFactory(course=course, name=key, weight=50)
        part.works.add(work)
    people = [make.EnrolmentFactory(course=course, email=f"s{n}@uni.example") for n in range(3)]
    make.RoleAssignmentFactory(meeting=meeting, role=scribe, group=None, enrolment=people[0])
    make.EnrolmentFactory(course=course, role="ta")
    return Course.objects.get(pk=course.pk), people


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(works, min_size=1, max_size=2),
    chosen=st.sets(st.integers(0, 11)),
    days=st.integers(-2, 3),
)
def test_all_say_the_same_of_whatever_is_asked(db, drawn, chosen, days):
    with transaction.atomic():
        course, people = lay(drawn)
        owed = [(one, duty) for one in people for duty in duties_of(one, make.TERM_BEGINS)]
        for number, (one, duty) in enumerate(owed):
            if number in chosen:
                one.course = course
                hand_in(
                    thing=duty.piece.ask.key, by=one, answers={"text": "Words."},
                    at=duty.due_at - timedelta(hours=1), key=a_key(),
                )  # fmt: skip
        _agree(course, people, make.CLASS_STARTS + timedelta(days=days, minutes=1))
        transaction.set_rollback(True)


def _agree(course, people, at):
    home = {one.pk: duties_of(one, at) for one in people}
    states = {
        (who, work): Counter(duty.state(at) for duty in duties if duty.work == work)
        for who, duties in home.items()
        for work in WORKS
    }
    found = teaching_of(course, at)
    places = [*found.lectures, *([found.once] if found.once else [])]
    for counted in (one for place in places for one in place.counted):
        work = counted.work.key
        own = {who: said for (who, key), said in states.items() if key == work}
        assert counted.asked == sum(said[State.ON_TIME] for said in own.values())
        assert {one.pk: n for one, n in counted.unasked} == {
            who: n for who, said in own.items() if (n := said.total() - said[State.ON_TIME])
        }
    book = gradebook_of(course, at)
    for row in book.rows:
        for part, cell in zip(book.components, row.cells, strict=True):
            said = states[row.student.enrolment, part.name]
            assert cell.count(Graded.MISSING) == said[State.MISSING]
            assert cell.count(Graded.NOT_GRADED) == said[State.ON_TIME]
    Notice.objects.all().delete()
    note_missing(at=at)
    told = {
        (one.recipient_id, one.key.split(":")[1])
        for one in Notice.objects.filter(key__startswith="missing:")
        if one.recipient_id in home
    }
    missing = {key for key, said in states.items() if said[State.MISSING]}
    assert told <= missing
