"""Joining and leaving groups, by the actions and in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from groups.actions import join_group, leave_group
from groups.errors import CannotJoin
from groups.models import Membership
from groups.queries import groups_of
from tests.factories import BEFORE_CLASS, MICROSECOND


def test_joins_from_that_instant_on(student_without_group, presenter_group):
    join_group(group=presenter_group, enrolment=student_without_group, at=BEFORE_CLASS)
    assert list(groups_of(student_without_group, BEFORE_CLASS)) == [presenter_group]
    assert list(groups_of(student_without_group, BEFORE_CLASS - MICROSECOND)) == []


def test_joining_again_changes_nothing(presenter, presenter_group):
    join_group(group=presenter_group, enrolment=presenter, at=BEFORE_CLASS)
    assert Membership.objects.get().joined_at < BEFORE_CLASS


@pytest.mark.parametrize("who", ["ta", "outsider", "dropped_student"])
def test_only_students_of_the_course_join(cast, presenter_group, who):
    with pytest.raises(CannotJoin):
        join_group(group=presenter_group, enrolment=cast[who], at=BEFORE_CLASS)
    assert not Membership.objects.filter(enrolment=cast[who]).exists()


def test_leaving_is_half_open_and_happens_once(presenter, presenter_group):
    membership = Membership.objects.get()
    leave_group(membership=membership, at=BEFORE_CLASS)
    leave_group(membership=membership, at=BEFORE_CLASS + timedelta(days=1))
    assert membership.left_at == BEFORE_CLASS
    assert list(groups_of(presenter, BEFORE_CLASS - MICROSECOND)) == [presenter_group]
    assert list(groups_of(presenter, BEFORE_CLASS)) == []


def change(client, group, membership, **fields):
    """Post the group's admin page with one row for the member it has and one new row."""
    url = reverse("admin:groups_studentgroup_change", args=[group.pk])
    data = {
        "number": group.number,
        "name": group.name,
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": membership.pk,
        "memberships-0-group": group.pk,
        "memberships-1-group": group.pk,
    }
    return client.post(url, data | {f"memberships-{key}": value for key, value in fields.items()})


def test_an_instructor_changes_who_is_in_a_group(
    client_of, instructor, presenter, student_without_group, presenter_group
):
    membership = Membership.objects.get()
    response = change(
        client_of(instructor),
        presenter_group,
        membership,
        **{"0-leaves": "on", "1-enrolment": student_without_group.pk},
    )
    assert response.status_code == 302
    here = presenter_group.memberships.filter(left_at=None)
    assert [one.enrolment for one in here] == [student_without_group]
    assert presenter_group.memberships.count() == 2


@pytest.mark.parametrize(("who", "status"), [("ta", 404), ("other_instructor", 404)])
def test_others_do_not(client_of, cast, presenter_group, who, status):
    membership = Membership.objects.get(group=presenter_group)
    response = change(client_of(cast[who]), presenter_group, membership, **{"0-leaves": "on"})
    assert (response.status_code, Membership.objects.get(pk=membership.pk).left_at) == (
        status,
        None,
    )
