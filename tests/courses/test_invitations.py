"""Invitations: who may send one, what its link does, and what it never tells."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from courses.actions.claims import accept_invitation, invite, open_invitation
from courses.actions.outbox import deliver_outbox
from courses.actions.roster import amend, drop
from courses.errors import InvitationNotValid, Refused
from courses.models import Invitation, Notice
from tests.factories import BEFORE_CLASS as AT
from tests.factories import MICROSECOND, EnrolmentFactory

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def secret(unclaimed_student, instructor):
    return invite(enrolment=unclaimed_student, email="Some@Where.Example", by=instructor, at=AT)


def test_the_link_is_mailed_and_only_its_hash_is_kept(secret, unclaimed_student):
    assert secret not in str(Invitation.objects.values().get())
    deliver_outbox(at=AT)
    [message] = mail.outbox
    assert message.to == ["some@where.example"]
    assert reverse("courses:invitation", args=[secret]) in message.body
    assert secret not in Notice.objects.get().body


def test_accepting_claims_the_entry(secret, unclaimed_student, stranger):
    accept_invitation(secret=secret, person=stranger, at=AT)
    unclaimed_student.refresh_from_db()
    assert (unclaimed_student.person, unclaimed_student.claimed_at) == (stranger, AT)


def test_it_works_once(secret, stranger, outsider):
    accept_invitation(secret=secret, person=stranger, at=AT)
    for person in (stranger, outsider.person):
        with pytest.raises(InvitationNotValid):
            accept_invitation(secret=secret, person=person, at=AT)


def test_it_works_until_fourteen_days_have_passed(secret):
    end = AT + timedelta(days=14)
    assert open_invitation(secret=secret, at=end - MICROSECOND)
    with pytest.raises(InvitationNotValid):
        open_invitation(secret=secret, at=end)


def test_a_new_invitation_replaces_the_old_one(secret, unclaimed_student, instructor):
    invite(enrolment=unclaimed_student, email="some@where.example", by=instructor, at=AT)
    with pytest.raises(InvitationNotValid):
        open_invitation(secret=secret, at=AT)


def test_dropping_the_entry_ends_its_invitation(secret, unclaimed_student):
    drop(enrolment=unclaimed_student, at=AT)
    with pytest.raises(InvitationNotValid):
        open_invitation(secret=secret, at=AT)


def test_another_role_ends_an_invitation_made_for_the_old_one(secret, unclaimed_student):
    amend(enrolment=unclaimed_student, role="instructor", at=AT)
    with pytest.raises(InvitationNotValid):
        open_invitation(secret=secret, at=AT)


def test_who_is_in_the_course_does_not_become_a_second_person(secret, presenter):
    with pytest.raises(Refused, match="You are in this course already, as Presa Holt"):
        accept_invitation(secret=secret, person=presenter.person, at=AT)


def test_who_dropped_does_not_come_back_by_anothers_invitation(secret, dropped_student):
    with pytest.raises(Refused):
        accept_invitation(secret=secret, person=dropped_student.person, at=AT)


@pytest.mark.parametrize(
    ("who", "role", "allowed"),
    [
        ("instructor", "student", True),
        ("instructor", "ta", True),
        ("instructor", "instructor", True),
        ("ta", "student", True),
        ("ta", "ta", False),
        ("ta", "instructor", False),
        ("presenter", "student", False),
        ("other_instructor", "student", False),
    ],
)
def test_who_may_invite_to_what(request, seminar, who, role, allowed):
    by = request.getfixturevalue(who)
    entry = EnrolmentFactory(course=seminar, role=role, email="a@b.example")
    if allowed:
        assert invite(enrolment=entry, email="a@b.example", by=by, at=AT)
    else:
        with pytest.raises(Refused):
            invite(enrolment=entry, email="a@b.example", by=by, at=AT)
        assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("email", "allowed"),
    [("Given@By.Example", True), ("noone@uni.example", True), ("my.other.box@ta.example", False)],
)
def test_a_ta_invites_only_to_an_address_that_the_roster_knows(
    unclaimed_student, ta, email, allowed
):
    unclaimed_student.email = "given@by.example"
    unclaimed_student.save()
    if allowed:
        assert invite(enrolment=unclaimed_student, email=email, by=ta, at=AT)
    else:
        with pytest.raises(Refused, match="the address that the roster knows"):
            invite(enrolment=unclaimed_student, email=email, by=ta, at=AT)
        assert not Invitation.objects.exists()


def test_a_claimed_entry_needs_no_invitation(presenter, instructor):
    with pytest.raises(Refused, match="has signed in already"):
        invite(enrolment=presenter, email="a@b.example", by=instructor, at=AT)


class TestPages:
    @pytest.fixture
    def secret(self, unclaimed_student, instructor, client_of):
        page = reverse("courses:invite", args=["seminar", unclaimed_student.pk])
        response = client_of(instructor).post(page, {"email": "some@where.example"})
        assert response.url == reverse("courses:roster", args=["seminar"])
        return re.search(r"/invitations/([^/]+)/", Notice.objects.get().body).group(1)

    def test_the_netids_address_is_suggested(self, unclaimed_student, ta, client_of):
        page = reverse("courses:invite", args=["seminar", unclaimed_student.pk])
        assert 'value="noone@uni.example"' in client_of(ta).get(page).content.decode()

    def test_opening_the_link_claims_nothing(self, secret, stranger, client_of, unclaimed_student):
        response = client_of(stranger).get(f"/invitations/{secret}/")
        assert "Accept the invitation" in response.content.decode()
        unclaimed_student.refresh_from_db()
        assert unclaimed_student.person is None

    def test_accepting_leads_to_the_courses_home(self, secret, stranger, client_of):
        response = client_of(stranger).post(f"/invitations/{secret}/")
        assert response.url == "/c/seminar/home/"

    def test_signed_out_one_signs_in_first_and_comes_back(self, secret, client, unclaimed_student):
        page = client.get(f"/invitations/{secret}/").content.decode()
        assert f'href="/accounts/login/?next=/invitations/{secret}/"' in page
        assert "Accept the invitation" not in page
        client.post(f"/invitations/{secret}/")
        unclaimed_student.refresh_from_db()
        assert unclaimed_student.person is None

    def test_whatever_is_wrong_the_answer_is_the_same(self, secret, client_of, stranger):
        expired = secret
        Invitation.objects.update(expires_at=AT)
        browser = client_of(stranger)
        answers = [
            browser.get(f"/invitations/{expired}/"),
            browser.post(f"/invitations/{expired}/"),
            browser.get("/invitations/noone/"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert len({TOKEN.sub("", answer.content.decode()) for answer in answers}) == 1

    @pytest.mark.parametrize("who", ["presenter", "outsider", "other_instructor", "stranger"])
    def test_only_staff_of_the_course_invite(self, request, who, unclaimed_student, client_of):
        page = reverse("courses:invite", args=["seminar", unclaimed_student.pk])
        browser = client_of(request.getfixturevalue(who))
        answers = browser.get(page), browser.post(page, {"email": "a@b.example"})
        assert [answer.status_code for answer in answers] == [404, 404]
        assert not Invitation.objects.exists()

    def test_a_ta_does_not_find_the_page_for_an_instructors_entry(self, seminar, ta, client_of):
        entry = EnrolmentFactory(course=seminar, role="instructor")
        page = reverse("courses:invite", args=["seminar", entry.pk])
        assert client_of(ta).post(page, {"email": "a@b.example"}).status_code == 404

    def test_an_entry_of_another_course_is_not_found(self, other_course, instructor, client_of):
        entry = EnrolmentFactory(course=other_course)
        page = reverse("courses:invite", args=["seminar", entry.pk])
        assert client_of(instructor).get(page).status_code == 404

    def test_a_bad_address_is_said_and_kept(self, unclaimed_student, ta, client_of):
        page = reverse("courses:invite", args=["seminar", unclaimed_student.pk])
        response = client_of(ta).post(page, {"email": "not an address"})
        assert response.status_code == 422
        assert 'value="not an address"' in response.content.decode()
