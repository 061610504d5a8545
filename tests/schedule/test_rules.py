"""A course's rules are rows: what is laid is what the plan says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Course
from schedule.actions.rules import set_rules
from schedule.errors import RulesContradict
from schedule.forms.rulesfile import Reader, as_data
from schedule.models import Meeting, Role, Work
from schedule.plan import columns, values
from schedule.plan.calendar import MEETING_KINDS
from schedule.plan.contradictions import faults_in
from schedule.plan.moments import AtClass, Edge, OnClock, OnDate
from schedule.plan.seed import SEED
from schedule.queries import read_plan
from tests import factories as make

pytestmark = pytest.mark.django_db

DATES = (1, 2)  # the ids of fixed dates
keys = st.from_regex(r"\A[a-z][a-z0-9-]{0,15}\Z")
names = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20)
minutes = st.integers(-40_320, 40_320)
moments = st.one_of(
    st.builds(AtClass, st.sampled_from(Edge), minutes),
    st.builds(OnClock, st.integers(-28, 28), st.times().map(lambda one: one.replace(fold=0))),
)
prompts = st.builds(
    values.Prompt,
    key=keys,
    label=names,
    longest=st.integers(1, 100_000),
    points=st.one_of(st.none(), st.decimals("0", "99.99", places=2)),
    is_needed=st.booleans(),
)
slots = st.builds(
    values.FileSlot,
    key=keys,
    label=names,
    kind=st.sampled_from(values.FileKind),
    most_mb=st.one_of(st.none(), st.integers(1, 500)),
    most_pages=st.one_of(st.none(), st.integers(1, 99)),
    is_needed=st.booleans(),
)
roles = st.builds(
    values.Role,
    key=keys,
    name=names,
    words=names,
    holders=st.sampled_from(values.Holders),
    per=st.sampled_from(values.For),
    least=st.integers(0, 2),
    most=st.one_of(st.none(), st.integers(2, 9)),
    must_attend=st.booleans(),
    minutes=st.one_of(st.none(), st.integers(1, 90)),
)


@st.composite
def rules(draw):
    """Any rules that do not contradict themselves."""
    drawn = draw(st.lists(roles, max_size=4, unique_by=lambda one: one.key))
    some = st.frozensets(st.sampled_from([one.key for one in drawn] or ["none"]), min_size=1)
    owed_by = [st.just(values.Everybody()), st.just(values.EveryGroup())]
    if drawn:
        owed_by += [st.builds(values.HoldersOf, some), st.builds(values.OthersThan, some)]
    when = st.one_of(moments, st.builds(OnDate, st.sampled_from(DATES)))
    works = st.builds(
        values.Work,
        key=keys,
        name=names,
        owed_by=st.one_of(owed_by),
        per=st.sampled_from(values.Per),
        kinds=st.frozensets(
            st.sampled_from(["student_lecture", "guest_lecture", "presentations"]), min_size=1
        ),
        opens=st.one_of(st.none(), when),
        due=when,
        after=st.sampled_from(values.After),
        closes_minutes=st.one_of(st.none(), st.integers(1, 10_000)),
        is_plural=st.booleans(),
        can_withdraw=st.booleans(),
        remind_hours=st.lists(st.integers(1, 99), max_size=3).map(tuple),
        points=st.decimals("0.01", "999.99", places=2),
        prompts=st.lists(prompts, max_size=3).map(tuple),
        files=st.lists(slots, max_size=2).map(tuple),
        is_either=st.booleans(),
        seen_by=st.sampled_from(values.SeenBy),
        counting=st.one_of(
            st.builds(values.All, st.integers(0, 5)),
            st.builds(values.Best, st.integers(1, 20)),
            st.builds(values.First, st.integers(1, 20)),
        ),
    )
    found = draw(st.lists(works, max_size=4, unique_by=lambda one: one.key))
    wrong = {fault.key for fault in faults_in(drawn, found)}
    return values.Rules(tuple(drawn), tuple(one for one in found if one.key not in wrong))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rules())
def test_what_is_laid_is_what_the_plan_says(db, drawn):
    course = Course.objects.create(slug="any", title="Any", created_at=make.TERM_BEGINS)
    for date in DATES:
        make.MilestoneFactory(course=course, pk=date)
    try:
        set_rules(course=course, rules=drawn, at=make.TERM_BEGINS)
        plan = read_plan(course)
        assert values.Rules(plan.roles, plan.works) == drawn
    finally:
        Work.objects.all().delete()
        Role.objects.all().delete()
        course.delete()


@given(rules())
def test_columns_say_the_same_as_the_value(drawn):
    for role in drawn.roles:
        assert columns.role_of(columns.columns_of_role(role)) == role
    for work in drawn.works:
        named = columns.roles_of(work.owed_by)
        parts = [columns.prompt_of(columns.columns_of_prompt(one)) for one in work.prompts]
        files = [columns.file_of(columns.columns_of_file(one)) for one in work.files]
        assert columns.work_of(columns.columns_of_work(work), named, parts, files) == work


@given(rules())
def test_an_object_says_the_same_as_the_value(drawn):
    """What is written for a file, as JSON, is read again as it was."""
    titles = {date: f"Date {date}" for date in DATES}
    reader = Reader(make.AFTER_CLASS, {})
    read = reader.rules(json.loads(json.dumps(as_data(drawn, titles))))
    assert reader.faults == []
    named = [
        replace(one, **{
            edge: OnDate(titles[getattr(one, edge).date])
            for edge in ("opens", "due")
            if isinstance(getattr(one, edge), OnDate)
        })
        for one in drawn.works
    ]  # fmt: skip
    assert read == values.Rules(drawn.roles, tuple(named))


def test_a_course_is_laid_with_the_seeds_rules(seminar):
    plan = read_plan(seminar)
    assert values.Rules(plan.roles, plan.works) == SEED
    assert [(one.key, one.points) for one in plan.works] == [
        ("question", 2), ("slides", 10), ("summary", 10),
    ]  # fmt: skip


def test_rules_that_contradict_each_other_are_refused_with_all_that_is_wrong(other_course):
    wrong = values.Rules(
        (values.Role("x", "X", most=0, least=0),),
        (
            values.Work(
                "y", "Y", values.HoldersOf(frozenset({"z"})), values.Per.MEETING,
                frozenset({"student_lecture"}), None, AtClass(Edge.START), values.After.LATE,
                points=Decimal(0), prompts=(values.Prompt("text", "Text"),),
            ),
        ),
    )  # fmt: skip
    before = Role.objects.count(), Work.objects.count()
    with pytest.raises(RulesContradict) as refused:
        set_rules(course=other_course, rules=wrong, at=make.TERM_BEGINS)
    assert [(one.key, one.field) for one in refused.value.faults] == [
        ("x", "most"), ("y", "roles"), ("y", "points"),
    ]  # fmt: skip
    assert (Role.objects.count(), Work.objects.count()) == before


def test_a_retired_work_is_asked_until_then(seminar, lecture):
    slides_due = read_plan(seminar).asks["slides", lecture.pk, 0].deadline.due_at
    for at, is_asked in ((slides_due, True), (slides_due - make.MICROSECOND, False)):
        make.set_work(seminar, "slides", retired_at=at)
        plan = read_plan(seminar)
        assert (("slides", lecture.pk, 0) in plan.asks, "slides" in plan.work) == (is_asked, True)


def test_a_time_on_the_clock_is_one(seminar, lecture):
    make.set_work(
        seminar, "slides", due_from="clock", due_minutes=None, due_days=-1, due_clock=time(23, 59)
    )
    due_at = read_plan(seminar).asks["slides", lecture.pk, 0].deadline.due_at
    assert due_at == datetime(2025, 2, 19, 5, 59, tzinfo=UTC)


def test_the_plan_knows_the_kinds_of_meetings_that_there_are():
    assert set(Meeting.Kind.values) == MEETING_KINDS
