"""What differs between two plans, and that a plan with the differences is the other one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from schedule.plan.calendar import FixedDate, Meeting, Reading, Section
from schedule.plan.changes import KEYS, PLAIN, Change, changes
from schedule.plan.plan import Plan
from schedule.plan.seed import SEED
from schedule.plan.values import Assignment, Group, Person, Span, Stay

BEGINS = datetime(2025, 1, 20, tzinfo=UTC)
ids = st.integers(1, 6)
instants = st.integers(0, 5).map(lambda n: BEGINS + timedelta(days=n))
spans = st.builds(Span, instants, st.one_of(st.none(), instants))
days = st.integers(1, 28).map(lambda n: date(2025, 2, n))
people = st.builds(Person, ids, st.booleans(), spans)
groups = st.builds(
    Group, ids, ids, st.sampled_from(["", "Owls"]), instants,
    st.lists(st.builds(Stay, ids, spans), max_size=2).map(tuple),
)  # fmt: skip
readings = st.builds(Reading, ids, st.sampled_from(["A", "B"]), st.booleans(), st.integers(0, 3))
meetings = st.builds(
    Meeting, ids, st.sampled_from(["student_lecture", "guest_lecture"]),
    days, st.sampled_from(["Paging", "Caches"]),
    instants, instants, st.integers(0, 3), st.lists(readings, max_size=2).map(tuple),
)  # fmt: skip
roles = st.sampled_from(SEED.roles).flatmap(
    lambda one: st.builds(replace, st.just(one), minutes=st.one_of(st.none(), ids))
)
works = st.sampled_from(SEED.works).flatmap(
    lambda one: st.builds(replace, st.just(one), points=ids)
)
assignments = st.builds(
    Assignment, st.sampled_from([one.key for one in SEED.roles]), ids, ids, st.none()
)


def some(one, key):
    return st.lists(one, max_size=4, unique_by=key).map(tuple)


plans = st.builds(
    Plan,
    course=st.just(1),
    zone=st.sampled_from([ZoneInfo("America/Chicago"), ZoneInfo("Europe/Rome")]),
    created_at=instants,
    people=some(people, KEYS["people"]),
    groups=some(groups, KEYS["groups"]),
    meetings=some(meetings, KEYS["meetings"]),
    sections=some(st.builds(Section, ids, st.sampled_from(["Memory", "Time"])), KEYS["sections"]),
    dates=some(st.builds(FixedDate, ids, st.just("Report"), instants, days), KEYS["dates"]),
    roles=some(roles, KEYS["roles"]),
    works=some(works, KEYS["works"]),
    assignments=some(assignments, KEYS["assignments"]),
)


def test_every_field_of_a_plan_is_looked_at():
    assert set(Plan.__dataclass_fields__) == {*KEYS, *PLAIN}


@given(plans)
def test_a_plan_differs_in_nothing_from_itself(one):
    assert not changes(one, one)
    assert changes(one, one).applied_to(one) == one


@given(plans, plans)
def test_what_differs_makes_one_of_the_other(one, other):
    found = changes(one, other)
    assert found.applied_to(one) == other
    assert bool(found) == (one != other)


def test_what_is_new_gone_and_changed():
    def group(n, name=""):
        return Group(n, n, name, BEGINS)

    one = Plan(1, ZoneInfo("UTC"), BEGINS, groups=(group(1), group(2), group(3)))
    other = replace(one, groups=(group(4), group(2, "Owls"), group(3)))
    found = changes(one, other)
    assert found.of("groups") == [
        Change("groups", 1, group(1), None),
        Change("groups", 2, group(2), group(2, "Owls")),
        Change("groups", 4, None, group(4)),
    ]
    assert found.orders == (("groups", (4, 2, 3)),)
    assert found.of("people") == []
