"""Who is in which group, at which instant. Membership is half-open: [joined_at, left_at)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from groups.queries import groups_of, members_of, memberships_at
from tests import factories as make

AT = make.BEFORE_CLASS


@pytest.mark.parametrize(
    ("dates", "is_in"),
    [
        ({"joined_at": AT}, True),
        ({"joined_at": AT + make.MICROSECOND}, False),
        ({"joined_at": make.TERM_BEGINS, "left_at": AT + make.MICROSECOND}, True),
        ({"joined_at": make.TERM_BEGINS, "left_at": AT}, False),
    ],
)
def test_membership_holds_from_joining_until_leaving(
    presenter_group, student_without_group, dates, is_in
):
    membership = make.MembershipFactory(
        group=presenter_group, enrolment=student_without_group, **dates
    )
    assert memberships_at(AT).contains(membership) is is_in
    assert (student_without_group in members_of(presenter_group, AT)) is is_in
    assert groups_of(student_without_group, AT).contains(presenter_group) is is_in


@pytest.mark.parametrize(("after", "is_in"), [(make.MICROSECOND, True), (timedelta(0), False)])
def test_who_dropped_is_in_no_group_any_more(presenter, presenter_group, after, is_in):
    presenter.dropped_at = AT + after
    presenter.save()
    assert (presenter in members_of(presenter_group, AT)) is is_in


def test_student_can_be_in_two_groups(presenter, presenter_group, companion_group):
    make.in_group(companion_group, presenter)
    assert set(groups_of(presenter, AT)) == {presenter_group, companion_group}


def test_groups_and_members_are_ones_own(presenter, companion, presenter_group, companion_group):
    assert list(groups_of(presenter, AT)) == [presenter_group]
    assert members_of(companion_group, AT) == [companion]


def test_who_left_and_came_back_is_a_member_once(presenter, presenter_group):
    presenter.memberships.update(left_at=AT - timedelta(days=2))
    make.MembershipFactory(
        group=presenter_group, enrolment=presenter, joined_at=AT - timedelta(days=1)
    )
    assert members_of(presenter_group, AT) == [presenter]


def test_nobody_is_in_a_group_twice_at_a_time(presenter, presenter_group):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.in_group(presenter_group, presenter)


def test_number_is_once_in_a_course_and_free_in_another(presenter_group, other_course):
    make.StudentGroupFactory(course=other_course, number=presenter_group.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.StudentGroupFactory(course=presenter_group.course, number=presenter_group.number)
