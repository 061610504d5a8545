"""Joining and leaving groups, by the actions and in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from groups.actions import join_group, leave_group
from groups.errors import CannotJoin
from groups.models import Membership, StudentGroup
from groups.queries import groups_of
from tests import factories as make
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


def test_leaving_is_one_members_in_one_group(presenter, presenter_group, companion_group):
    other = make.MembershipFactory(group=companion_group, enrolment=presenter)
    mate = make.MembershipFactory(group=presenter_group)
    leave_group(
        membership=Membership.objects.get(group=presenter_group, enrolment=presenter),
        at=BEFORE_CLASS,
    )
    assert set(Membership.objects.filter(left_at=None)) == {other, mate}


def test_who_left_and_joins_again_has_a_second_stay(presenter, presenter_group):
    leave_group(membership=Membership.objects.get(), at=BEFORE_CLASS - MICROSECOND)
    join_group(group=presenter_group, enrolment=presenter, at=BEFORE_CLASS)
    stays = Membership.objects.order_by("joined_at").values_list("joined_at", "left_at")
    assert list(stays)[1] == (BEFORE_CLASS, None)
    assert len(stays) == 2


# The admin.


@pytest.mark.parametrize("who", ["ta", "instructor", "dropped_student", "outsider"])
def test_an_instructor_puts_nobody_but_present_students_into_a_group(
    client_of, cast, instructor, presenter, presenter_group, who
):
    membership = Membership.objects.get(group=presenter_group)
    response = change(
        client_of(instructor), presenter_group, membership, **{"1-enrolment": cast[who].pk}
    )
    assert response.status_code == 200  # the form, with what is wrong
    assert not Membership.objects.filter(enrolment=cast[who]).exists()


def test_a_member_who_dropped_does_not_stand_in_the_way(
    client_of, instructor, presenter, student_without_group, presenter_group
):
    presenter.dropped_at = make.TERM_BEGINS
    presenter.save()
    membership = Membership.objects.get(group=presenter_group)
    response = change(
        client_of(instructor),
        presenter_group,
        membership,
        **{"0-enrolment": presenter.pk, "1-enrolment": student_without_group.pk},
    )
    assert response.status_code == 302
    assert set(presenter_group.memberships.values_list("enrolment", "left_at")) == {
        (presenter.pk, None),
        (student_without_group.pk, None),
    }


def test_who_has_left_is_not_listed_any_more(client_of, instructor, presenter, presenter_group):
    client = client_of(instructor)
    page = reverse("admin:groups_studentgroup_change", args=[presenter_group.pk])
    every = reverse("admin:groups_studentgroup_changelist")

    def listed():
        [formset] = client.get(page).context["inline_admin_formsets"]
        shown = [one.instance.enrolment for one in formset.formset.initial_forms]
        return shown, presenter.label in client.get(every).content.decode()

    assert listed() == ([presenter], True)
    leave_group(membership=Membership.objects.get(), at=BEFORE_CLASS)
    assert listed() == ([], False)


def test_a_group_is_recorded_when_it_is_made_and_stays_so_when_it_is_renamed(
    client_of, instructor, presenter, presenter_group, seminar
):
    """What its members owe goes by that instant."""
    client = client_of(instructor)
    with time_machine.travel(BEFORE_CLASS, tick=False):
        response = client.post(
            reverse("admin:groups_studentgroup_add"),
            {
                "course": seminar.pk,
                "number": 9,
                "name": "Nine",
                "memberships-TOTAL_FORMS": 0,
                "memberships-INITIAL_FORMS": 0,
            },
        )
        assert response.status_code == 302
        membership = Membership.objects.get(group=presenter_group)
        presenter_group.name = "Renamed"
        assert change(client, presenter_group, membership).status_code == 302
    made = StudentGroup.objects.get(number=9)
    assert made.created_at == BEFORE_CLASS
    presenter_group.refresh_from_db()
    assert (presenter_group.name, presenter_group.created_at) == ("Renamed", make.TERM_BEGINS)
    assert Membership.objects.get().left_at is None
