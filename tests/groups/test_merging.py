"""Two instructors at the page of one group and its members."""

from __future__ import annotations

import pytest

from groups.models import Membership
from tests import factories as make
from tests.pages import OpenForm, url_of


@pytest.fixture
def two(client_of, instructor, seminar, presenter_group, presenter):
    """The page of the first group, as two instructors opened it at the same moment."""
    other = make.claimed(seminar, "secin", name="Sec Inaru", role="instructor")
    return [OpenForm(client_of(who), url_of(presenter_group)) for who in (instructor, other)]


def now_in(group):
    return {one.enrolment.name for one in group.memberships.filter(left_at=None)}


def add(page, *students):
    rows = int(page.data["memberships-INITIAL_FORMS"][0])
    for row, student in enumerate(students, rows):
        page.type(**{f"memberships-{row}-enrolment": student.pk, f"memberships-{row}-id": ""})
    return page.send(**{"memberships-TOTAL_FORMS": rows + len(students)})


def test_two_people_add_one_each(two, presenter_group, student_without_group, unclaimed_student):
    me, them = two
    assert add(them, student_without_group).is_saved
    assert add(me, unclaimed_student).is_saved
    assert now_in(presenter_group) == {"Presa Holt", "Solen Quay", "Noone Yett"}


def test_who_left_meanwhile_stays_out(two, presenter_group):
    me, them = two
    assert them.send(**{"memberships-0-leaves": "on"}).is_saved
    assert me.send(name="Night owls").is_saved
    presenter_group.refresh_from_db()
    assert (presenter_group.name, now_in(presenter_group)) == ("Night owls", set())


def test_two_people_let_the_same_one_leave(two, presenter_group):
    me, them = two
    for page in (them, me):
        assert page.send(**{"memberships-0-leaves": "on"}).is_saved
    assert now_in(presenter_group) == set()
    assert Membership.objects.count() == 1


def test_who_is_in_it_already_is_not_added_again(two, presenter_group, student_without_group):
    me, them = two
    assert add(them, student_without_group).is_saved
    add(me, student_without_group)
    assert "Who you chose is in this group already." in me.html
    assert presenter_group.memberships.count() == 2


def test_who_dropped_meanwhile_is_refused_in_a_sentence(
    two, presenter_group, student_without_group
):
    me, _ = two
    student_without_group.dropped_at = make.BEFORE_CLASS
    student_without_group.save()
    add(me, student_without_group)
    assert f"{student_without_group} has dropped this course." in me.html
    assert now_in(presenter_group) == {"Presa Holt"}
