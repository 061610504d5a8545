"""Whose roster entry it is: verified addresses, compared as whole strings."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from courses.actions.claims import claim_enrolments, claim_entries_of, derived_address
from courses.actions.roster import amend, drop, enrol
from courses.queries import enrolments_of, unclear_courses
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


@pytest.fixture
def fits_two(seminar):
    """`fits_two(kind)`: an account of which two entries of the seminar hold an address."""

    def make(kind):
        first = EnrolmentFactory(course=seminar, netid="first", name="Fenn", email="a@b.example")
        if kind == "one address, two rosters' lines":
            EnrolmentFactory(course=seminar, netid="second", name="Sorn", email="A@b.example")
            return account("a@b.example")
        if kind == "roster's line and NetID":
            EnrolmentFactory(course=seminar, netid="x", name="Sorn", email="first@uni.example")
            return account("first@uni.example")
        person = account("a@b.example")
        EmailAddress.objects.create(user=person, email="x@y.example", verified=True)
        second = EnrolmentFactory(course=seminar, netid="x", name="Sorn", email="x@y.example")
        if kind == "one is claimed":
            second.person = account("sorn@mail.example")
        elif kind == "one is the staff's":
            second.role = "ta"
        second.save()
        assert first.person is None
        return person

    return make


KINDS = [
    "one address, two rosters' lines",
    "roster's line and NetID",
    "two addresses",
    "one is claimed",
    "one is the staff's",
]


@pytest.mark.parametrize("kind", KINDS)
def test_who_fits_two_entries_gets_neither(fits_two, seminar, kind):
    person = fits_two(kind)
    assert labels(person) == []
    assert claim_entries_of(course=seminar, at=AT) == 0
    assert unclear_courses(person, AT) == [seminar]


@pytest.mark.parametrize("kind", KINDS)
def test_once_only_one_fits_it_is_theirs(fits_two, seminar, kind):
    person = fits_two(kind)
    drop(enrolment=seminar.enrolments.get(name="Sorn"), at=AT)
    assert [entry.name for entry in seminar.enrolments.filter(person=person)] == ["Fenn"]
    assert unclear_courses(person, AT) == []


def test_a_correction_gives_the_other_entry_to_its_owner(fits_two, seminar):
    person = fits_two(KINDS[0])
    amend(enrolment=seminar.enrolments.get(netid="first"), email="new@mail.example", at=AT)
    assert seminar.enrolments.get(netid="second").person == person


def test_a_dropped_entry_makes_nothing_unclear(fits_two, seminar):
    person = fits_two("two addresses")
    seminar.enrolments.filter(name="Sorn").update(dropped_at=AT)
    assert unclear_courses(person, AT) == []
    assert labels(person) == ["first"]


def test_an_entry_that_two_accounts_fit_is_nobodys(seminar):
    """The roster's address may be wrong: who signs in first is not who it is."""
    owner, other = account("early@uni.example"), account("else@mail.example")
    entry = enrol(course=seminar, role="student", netid="early", email="else@mail.example", at=AT)
    assert entry.person is None
    assert [labels(owner), labels(other)] == [[], []]
    assert [unclear_courses(who, AT) for who in (owner, other)] == [[seminar], [seminar]]
    assert amend(enrolment=entry, email="", at=AT).person == owner


def test_one_course_that_is_not_clear_keeps_no_other_back(fits_two, other_course):
    person = fits_two("two addresses")
    EnrolmentFactory(course=other_course, netid="there", email="x@y.example")
    assert labels(person) == ["there"]


def test_who_has_their_entry_is_in_no_doubt(seminar, presenter):
    EnrolmentFactory(course=seminar, netid="x", email=presenter.person.email)
    assert unclear_courses(presenter.person, AT) == []


def test_the_address_of_an_account_counts_against_it_before_it_is_verified(seminar):
    person = account("own@mail.example", verified=False)
    EmailAddress.objects.create(user=person, email="two@uni.example", verified=True)
    EnrolmentFactory(course=seminar, netid="two")
    EnrolmentFactory(course=seminar, netid="x", email="own@mail.example")
    assert labels(person) == []


def test_a_claim_takes_as_many_queries_for_many_entries_as_for_few(
    seminar, unclaimed_student, django_assert_num_queries
):
    person = account("noone@uni.example")
    EnrolmentFactory.create_batch(30, course=seminar)
    with django_assert_num_queries(10):
        assert labels(person) == ["noone"]


def test_several_courses_are_claimed_at_once():
    for slug in ("one", "two"):
        EnrolmentFactory(course=CourseFactory(slug=slug), netid="many")
    assert labels(account("many@uni.example")) == ["many", "many"]


def test_claiming_twice_changes_nothing(unclaimed_student):
    person = account("noone@uni.example")
    assert [labels(person), labels(person)] == [["noone"], []]


def test_a_switched_off_account_claims_nothing(unclaimed_student):
    assert labels(account("noone@uni.example", is_active=False)) == []


@pytest.mark.parametrize("why", ["switched off", "has dropped", "is another entry"])
def test_who_cannot_claim_keeps_nobody_from_an_entry(seminar, why):
    """Their address stands on it too; it is given to the other, whose NetID it has."""
    theirs = account("else@mail.example", is_active=why != "switched off")
    owner = account("early@uni.example")
    if why != "switched off":
        dropped_at = AT if why == "has dropped" else None
        EnrolmentFactory(course=seminar, person=theirs, dropped_at=dropped_at)
    entry = EnrolmentFactory(course=seminar, netid="early", email="else@mail.example")
    assert claim_entries_of(course=seminar, at=AT) == 1
    entry.refresh_from_db()
    assert entry.person == owner


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
