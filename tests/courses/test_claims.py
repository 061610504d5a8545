"""Whose roster entry it is: verified addresses, compared as whole strings."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from courses.actions.claims import claim_enrolments, claim_entries_of, derived_address
from courses.actions.roster import enrol
from courses.queries import enrolments_of
from tests.factories import BEFORE_CLASS as AT
from tests.factories import (
    MICROSECOND,
    CourseFactory,
    EnrolmentFactory,
    account,
)

pytestmark = pytest.mark.django_db


def labels(person):
    return [entry.netid for entry in claim_enrolments(person=person, at=AT)]


def test_a_verified_address_claims_the_netid_at_the_courses_domain(unclaimed_student):
    person = account("noone@uni.example")
    assert labels(person) == ["noone"]
    unclaimed_student.refresh_from_db()
    assert (unclaimed_student.person, unclaimed_student.claimed_at) == (person, AT)


def test_an_unverified_address_claims_nothing(unclaimed_student):
    assert labels(account("noone@uni.example", verified=False)) == []


def test_a_second_verified_address_claims_too(unclaimed_student, stranger):
    EmailAddress.objects.create(user=stranger, email="noone@uni.example", verified=True)
    assert labels(stranger) == ["noone"]


def test_capitals_do_not_matter(seminar):
    seminar.email_domain = "Uni.Example"
    seminar.save()
    EnrolmentFactory(course=seminar, netid="NoOne2")
    assert labels(account("noone2@uni.example")) == ["NoOne2"]


def test_the_rosters_own_address_claims(seminar):
    EnrolmentFactory(course=seminar, netid="rosa", email="Rosa@Mail.Example")
    assert labels(account("rosa@mail.example")) == ["rosa"]


@pytest.mark.parametrize(
    "address",
    [
        "noone@uni.example.evil.example",
        "noone@evil-uni.example",
        "noone@sub.uni.example",
        "noone+tag@uni.example",
        "noon@uni.example",
        "noonee@uni.example",
        "noone@uni.exampl",
    ],
)
def test_a_similar_address_claims_nothing(unclaimed_student, address):
    assert labels(account(address)) == []


@pytest.mark.parametrize(
    ("netid", "domain", "address"),
    [
        ("x@evil.example", "uni.example", "x@evil.example"),
        ("x@evil.example", "uni.example", "x@evil.example@uni.example"),
        ("Ines Naru", "uni.example", "ines naru@uni.example"),
        ("x", "", "x@uni.example"),
        ("x", "evil.example@uni.example", "x@evil.example"),
        ("%", "uni.example", "anybody@uni.example"),
        ("_____", "uni.example", "abcde@uni.example"),
        ("", "uni.example", "@uni.example"),
        ("\u212aelvin", "uni.example", "kelvin@uni.example"),
    ],
)
def test_an_odd_netid_or_domain_matches_nobody(netid, domain, address):
    course = CourseFactory(email_domain=domain)
    EnrolmentFactory(course=course, netid=netid)
    assert labels(account(address)) == []


def test_an_entry_without_address_is_not_claimed_by_everybody(seminar, stranger):
    EnrolmentFactory(course=seminar, netid="", email="")
    assert labels(stranger) == []


def test_a_dropped_entry_is_not_claimed(seminar):
    EnrolmentFactory(course=seminar, netid="gone", dropped_at=AT)
    EnrolmentFactory(course=seminar, netid="going", dropped_at=AT + MICROSECOND)
    assert labels(account("gone@uni.example")) == []
    assert labels(account("going@uni.example")) == ["going"]


def test_who_dropped_does_not_come_back_by_another_entry(dropped_student):
    EnrolmentFactory(course=dropped_student.course, netid="again", email="again@mail.example")
    EmailAddress.objects.create(
        user=dropped_student.person, email="again@mail.example", verified=True
    )
    assert labels(dropped_student.person) == []
    assert not enrolments_of(dropped_student.person, AT).exists()


def test_an_entry_that_somebody_has_stays_theirs(presenter):
    presenter.email = "other@mail.example"
    presenter.save()
    assert labels(account("other@mail.example")) == []


def test_several_courses_are_claimed_at_once():
    for slug in ("one", "two"):
        EnrolmentFactory(course=CourseFactory(slug=slug), netid="many")
    assert labels(account("many@uni.example")) == ["many", "many"]


def test_claiming_twice_changes_nothing(unclaimed_student):
    person = account("noone@uni.example")
    assert [labels(person), labels(person)] == [["noone"], []]


def test_a_switched_off_account_claims_nothing(unclaimed_student):
    assert labels(account("noone@uni.example", is_active=False)) == []


def test_staff_entries_follow_the_same_rule(seminar):
    entry = EnrolmentFactory(course=seminar, netid="teach", role="instructor")
    assert labels(account("teach@uni.example", verified=False)) == []
    person = EmailAddress.objects.get(email="teach@uni.example").user
    EmailAddress.objects.update(verified=True)
    assert labels(person) == ["teach"]
    entry.refresh_from_db()
    assert entry.person == person


def test_a_new_entry_goes_at_once_to_whoever_has_the_address(seminar):
    person = account("early@uni.example")
    assert enrol(course=seminar, role="student", netid="early", at=AT).person == person


def test_the_entries_of_one_course_are_given_in_one_go(seminar):
    for name in ("ann", "ben", "cem"):
        EnrolmentFactory(course=seminar, netid=name)
    account("ann@uni.example")
    account("ben@uni.example", verified=False)
    assert claim_entries_of(course=seminar, at=AT) == 1


def test_the_derived_address(seminar):
    assert derived_address(EnrolmentFactory(course=seminar, netid="Ann7")) == "ann7@uni.example"
    assert derived_address(EnrolmentFactory(course=seminar, netid="Ann Seven")) == ""
