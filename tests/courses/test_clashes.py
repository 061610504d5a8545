"""An address is one active entry's own: every door asks, and says which two it would confuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.urls import reverse

from courses.actions.claims import accept_invitation, claim_enrolments, invite
from courses.actions.roster import (
    amend,
    drop,
    enrol,
    import_roster,
    plan_roster,
    restore,
    set_email_domain,
)
from courses.errors import AddressTaken, NetIDTaken, Refused
from courses.models import Course, Enrolment
from courses.rosterfile import RosterRow, Standing
from tests.factories import BEFORE_CLASS as AT
from tests.factories import EnrolmentFactory, account

pytestmark = pytest.mark.django_db
ZZB = "zzb@else.example"
BOTH = r"is the address of zzb2 \(Zed Beta\) and cannot be that of zza1 \(Zoe Alpha\) too\."


@pytest.fixture
def zza1(seminar):
    return EnrolmentFactory(course=seminar, netid="zza1", name="Zoe Alpha")


@pytest.fixture
def zzb2(seminar):
    return EnrolmentFactory(course=seminar, netid="zzb2", name="Zed Beta", email=ZZB)


@pytest.fixture(params=["roster's", "derived", "account's", "verified"])
def address(request, zzb2):
    """An own address of zzb2, of each kind."""
    if request.param == "roster's":
        return ZZB
    if request.param == "derived":
        return "zzb2@uni.example"
    zzb2.person = account("zed@mail.example")
    zzb2.save()
    if request.param == "account's":
        return "zed@mail.example"
    EmailAddress.objects.create(user=zzb2.person, email="other@mail.example", verified=True)
    return "other@mail.example"


def everything():
    return list(Enrolment.objects.order_by("pk").values())


# The actions.


def test_no_entry_is_amended_to_anothers_address(address, zza1):
    before = everything()
    with pytest.raises(AddressTaken, match=BOTH):
        amend(enrolment=zza1, email=address.upper(), at=AT)
    assert everything() == before


def test_nobody_is_enrolled_with_anothers_address(address, seminar):
    before = everything()
    with pytest.raises(AddressTaken, match=BOTH):
        enrol(course=seminar, role="student", netid="zza1", name="Zoe Alpha", email=address, at=AT)
    assert everything() == before


def test_a_netid_that_makes_anothers_address_is_refused(seminar, zza1):
    EnrolmentFactory(course=seminar, netid="zzb2", name="Zed Beta", email="zza7@uni.example")
    with pytest.raises(AddressTaken, match=r"zza7@uni\.example is the address of zzb2"):
        amend(enrolment=zza1, netid="ZZA7", at=AT)
    with pytest.raises(AddressTaken, match=r"and cannot be that of zza7 too"):
        enrol(course=seminar, role="ta", netid="zza7", at=AT)


def test_an_account_brings_its_addresses_along(seminar, zzb2):
    with pytest.raises(AddressTaken, match="zzb2"):
        enrol(course=seminar, role="ta", netid="new", person=account(ZZB), at=AT)
    assert not seminar.enrolments.filter(netid="new").exists()


def test_nobody_is_restored_whose_address_is_anothers_by_now(address, seminar, zza1):
    Enrolment.objects.filter(pk=zza1.pk).update(dropped_at=AT, email=address)
    with pytest.raises(AddressTaken, match=BOTH):
        restore(enrolment=zza1)
    zza1.refresh_from_db()
    assert zza1.dropped_at == AT


def test_who_has_dropped_holds_no_address(zza1, zzb2):
    drop(enrolment=zzb2, at=AT)
    assert amend(enrolment=zza1, email=ZZB, at=AT).email == ZZB
    with pytest.raises(AddressTaken, match=r"of zza1 \(Zoe Alpha\) and cannot be that of zzb2"):
        restore(enrolment=zzb2)


def test_a_domain_that_makes_a_netid_anothers_address_is_refused(seminar, zza1, zzb2):
    amend(enrolment=zzb2, email="zza1@new.example", at=AT)
    with pytest.raises(AddressTaken, match=r"zza1@new\.example " + BOTH):
        set_email_domain(course=seminar, domain=" New.Example ", at=AT)
    assert Course.objects.get().email_domain == "uni.example"
    set_email_domain(course=seminar, domain="third.example", at=AT)
    assert Course.objects.get().email_domain == "third.example"


def test_an_address_of_another_course_is_free(other_course, zzb2):
    assert enrol(course=other_course, role="student", netid="zzb2", email=ZZB, at=AT).email == ZZB


def test_nobody_is_invited_at_anothers_address(address, zza1, instructor):
    with pytest.raises(AddressTaken, match=BOTH):
        invite(enrolment=zza1, email=address.upper(), by=instructor, at=AT)
    assert not zza1.invitations.exists()


def test_no_invitation_is_accepted_by_who_stands_on_another_entry(address, zza1, instructor):
    holder, made = EmailAddress.objects.filter(email=address).first(), account
    secret = invite(enrolment=zza1, email="free@mail.example", by=instructor, at=AT)
    if holder is not None:  # then they are in the course, as that entry
        with pytest.raises(Refused, match="You are in this course already"):
            accept_invitation(secret=secret, person=holder.user, at=AT)
    else:
        with pytest.raises(Refused, match="Ask the course staff") as refused:
            accept_invitation(secret=secret, person=made(address), at=AT)
        assert "zz" not in str(refused.value).lower()
        assert "Zed" not in str(refused.value)
    zza1.refresh_from_db()
    assert zza1.person is None


# A clash that stands already.


@pytest.fixture
def standing(zza1, zzb2):
    """Zoe verified the address that the roster gives for Zed."""
    zza1.person = account("zza1@uni.example")
    zza1.save()
    EmailAddress.objects.create(user=zza1.person, email=ZZB, verified=True)


def test_what_stands_already_does_not_stop_what_leaves_it_alone(
    standing, seminar, zza1, zzb2, instructor
):
    amend(enrolment=zza1, name="Zoe A.", role="ta", at=AT)
    amend(enrolment=zzb2, name="Zed B.", email=ZZB, netid="zzb2", at=AT)
    enrol(course=seminar, role="student", netid="zzc3", at=AT)
    set_email_domain(course=seminar, domain="third.example", at=AT)
    rows = [RosterRow(2, "zzb2", "Zed B.", ZZB), RosterRow(3, "zzd4", "New", "new@mail.example")]
    assert import_roster(course=seminar, rows=rows, by=instructor, at=AT).added == 1
    assert invite(enrolment=zzb2, email=ZZB, by=instructor, at=AT)


def test_what_stands_already_grows_no_third(standing, seminar):
    with pytest.raises(AddressTaken, match="cannot be that of zzc3 too"):
        enrol(course=seminar, role="student", netid="zzc3", email=ZZB, at=AT)


def test_correcting_one_of_the_two_ends_it(standing, seminar, zzb2, client_of, ta):
    page = reverse("courses:roster", args=["seminar"])
    words = f"{ZZB} is the address of zzb2 (Zed Beta) and of zza1 (Zoe Alpha)."
    assert words in client_of(ta).get(page).content.decode()
    amend(enrolment=zzb2, email="zed@mail.example", at=AT)
    assert "is the address of" not in client_of(ta).get(page).content.decode()


def test_the_roster_says_nothing_of_who_has_dropped(standing, zzb2, client_of, ta):
    drop(enrolment=zzb2, at=AT)
    html = client_of(ta).get(reverse("courses:roster", args=["seminar"])).content.decode()
    assert "is the address of" not in html


# The file.


def problems(course, *rows, **options):
    columns = {"netid": "Login", "email": "Mail"}
    return [
        str(problem)
        for problem in plan_roster(
            course=course, rows=rows, at=AT, columns=columns, **options
        ).problems
    ]


def test_a_file_gives_no_entry_anothers_address(address, seminar, zza1, instructor):
    before = everything()
    row = RosterRow(2, "zza1", "Zoe Alpha", address)
    [problem] = problems(seminar, row)
    assert problem == (
        f"Line 2, column “Mail”: {address} is the address of zzb2 (Zed Beta)"
        " and cannot be that of zza1 (Zoe Alpha) too."
    )
    with pytest.raises(Refused, match=BOTH):
        import_roster(course=seminar, rows=[row], by=instructor, at=AT)
    assert everything() == before


def test_a_file_adds_nobody_with_anothers_address(address, seminar):
    for standing in Standing:
        [problem] = problems(seminar, RosterRow(4, "new1", "New", address, standing))
        assert problem.startswith(f"Line 4, column “Mail”: {address} is the address of zzb2")
        assert problem.endswith("and cannot be that of new1 (New) too.")


def test_rows_that_are_harmless_alone_are_refused_together(seminar, zza1):
    rows = RosterRow(2, "zza1", "", "zzn9@uni.example"), RosterRow(3, "zzn9", "New")
    assert [problems(seminar, row) for row in rows] == [[], []]
    assert problems(seminar, *rows) == [
        "Line 3, column “Login”: zzn9@uni.example is the address of zza1 (Zoe Alpha)"
        " and cannot be that of zzn9 (New) too."
    ]


def test_rows_that_exchange_addresses_are_taken(seminar, zza1, zzb2, instructor):
    amend(enrolment=zza1, email="zza@else.example", at=AT)
    rows = [RosterRow(2, "zza1", "", ZZB), RosterRow(3, "zzb2", "", "zza@else.example")]
    assert problems(seminar, rows[0]) != []
    import_roster(course=seminar, rows=rows, by=instructor, at=AT)
    zza1.refresh_from_db()
    zzb2.refresh_from_db()
    assert (zza1.email, zzb2.email) == (ZZB, "zza@else.example")


def test_rows_that_pass_addresses_on_are_taken(seminar, zza1, zzb2, instructor):
    rows = [
        RosterRow(2, "zza1", "", ZZB),
        RosterRow(3, "zzb2", "", "zed@else.example"),
    ]
    assert import_roster(course=seminar, rows=rows, by=instructor, at=AT).changed == 2


def test_rows_do_not_exchange_what_an_account_has_verified(seminar, zza1, zzb2):
    zzb2.person = account(ZZB)
    zzb2.save()
    rows = RosterRow(2, "zza1", "", ZZB), RosterRow(3, "zzb2", "", "zza@else.example")
    [problem] = problems(seminar, *rows)
    assert "cannot be that of zza1 (Zoe Alpha) too" in problem


def test_who_leaves_with_the_file_leaves_the_address(seminar, zza1, zzb2):
    gone = RosterRow(3, "zzb2", standing=Standing.GONE)
    assert problems(seminar, RosterRow(2, "zza1", "", ZZB), gone) == []
    assert problems(seminar, RosterRow(2, "zza1", "", ZZB), drop_missing=True) == []
    assert len(problems(seminar, RosterRow(2, "zza1", "", ZZB))) == 1


def test_who_comes_back_with_the_file_brings_no_address_that_is_anothers(seminar, zza1, zzb2):
    zza1.email, zza1.dropped_at = ZZB, AT
    zza1.save()
    [problem] = problems(seminar, RosterRow(2, "zza1"))
    assert "zzb2 (Zed Beta) and cannot be that of zza1 (Zoe Alpha) too" in problem
    assert problems(seminar, RosterRow(2, "zza1"), RosterRow(3, "zzb2", "", "new@b.example")) == []


def test_who_is_gone_and_never_was_here_gets_no_address(seminar, zzb2):
    amend(enrolment=zzb2, email="zza7@uni.example", at=AT)
    assert problems(seminar, RosterRow(2, "zza7", standing=Standing.GONE)) == []
    assert len(problems(seminar, RosterRow(2, "zza7"))) == 1


def test_a_row_of_the_staff_with_a_students_address_is_a_problem(seminar, ta, zzb2):
    [problem] = problems(seminar, RosterRow(2, "tamsel", "", ZZB))
    assert "zzb2 (Zed Beta) and cannot be that of tamsel (Tamsel Ardo) too" in problem
    assert problems(seminar, RosterRow(2, "tamsel", "", "other@mail.example")) == []


# The admin.


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def form_data(entry, **changes):
    fields = ("role", "netid", "name", "email", "homepage")
    return {name: getattr(entry, name) for name in fields} | {"course": entry.course_id, **changes}


def errors(response):
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def test_the_form_of_an_entry_says_it_at_the_field(address, client_of, instructor, zza1):
    before = everything()
    browser, where = client_of(instructor), page(Enrolment, "change", zza1.pk)
    found = errors(browser.post(where, form_data(zza1, email=address)))
    assert list(found) == ["email"]
    assert "zzb2 (Zed Beta) and cannot be that of zza1 (Zoe Alpha) too." in found["email"][0]
    assert everything() == before


def test_the_form_says_it_at_the_netid_too(client_of, instructor, seminar, zza1, zzb2):
    amend(enrolment=zzb2, email="zza7@uni.example", at=AT)
    before = everything()
    where = page(Enrolment, "change", zza1.pk)
    assert list(errors(client_of(instructor).post(where, form_data(zza1, netid="zza7")))) == [
        "netid"
    ]
    new = {"course": seminar.pk, "role": "student", "netid": "zza7", "name": "", "email": ""}
    assert list(errors(client_of(instructor).post(page(Enrolment, "add"), new))) == ["netid"]
    assert everything() == before


def test_the_form_restores_nobody_with_anothers_address(client_of, instructor, zza1, zzb2):
    zza1.email, zza1.dropped_at = ZZB, AT
    zza1.save()
    browser, where = client_of(instructor), page(Enrolment, "change", zza1.pk)
    assert list(errors(browser.post(where, form_data(zza1)))) == ["email"]
    listed = page(Enrolment, "changelist")
    answer = browser.post(listed, {"action": "put_back", "_selected_action": [zza1.pk]})
    [told] = [str(message) for message in get_messages(answer.wsgi_request)]
    assert "zzb2 (Zed Beta) and cannot be that of zza1 (Zoe Alpha) too." in told
    zza1.refresh_from_db()
    assert zza1.dropped_at == AT


def test_the_form_names_what_stands_already_and_saves(standing, client_of, instructor, zzb2):
    where = page(Enrolment, "change", zzb2.pk)
    answer = client_of(instructor).post(where, form_data(zzb2, name="Zed B."))
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert f"{ZZB} is the address of zza1 (Zoe Alpha) and of zzb2 (Zed B.)." in told
    zzb2.refresh_from_db()
    assert zzb2.name == "Zed B."


def test_the_form_of_a_course_says_which_two_a_domain_confuses(
    client_of, instructor, seminar, zza1, zzb2
):
    amend(enrolment=zzb2, email="zza1@new.example", at=AT)
    browser, where = client_of(instructor), page(Course, "change", seminar.pk)
    form = browser.get(where).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    data |= {"texts-TOTAL_FORMS": 0, "texts-INITIAL_FORMS": 0}
    found = errors(browser.post(where, data | {"email_domain": "New.Example", "room": "Hall 9"}))
    assert list(found) == ["email_domain"]
    assert "zzb2 (Zed Beta) and cannot be that of zza1 (Zoe Alpha) too." in found["email_domain"][0]
    seminar.refresh_from_db()
    assert (seminar.email_domain, seminar.room) == ("uni.example", "Room 1")
    assert browser.post(where, data | {"email_domain": "Third.Example"}).status_code == 302
    seminar.refresh_from_db()
    assert seminar.email_domain == "third.example"


def test_the_page_of_an_invitation_says_it_at_the_form(client_of, instructor, zza1, zzb2):
    where = reverse("courses:invite", args=["seminar", zza1.pk])
    answer = client_of(instructor).post(where, {"email": ZZB})
    assert answer.status_code == 422
    assert "zzb2 (Zed Beta) and cannot be that of zza1 (Zoe Alpha) too." in answer.content.decode()


def test_a_netid_that_stands_already_is_its_own_refusal(zza1, zzb2):
    with pytest.raises(NetIDTaken, match="ZZB2 is on this roster already"):
        amend(enrolment=zza1, netid="ZZB2", at=AT)


def test_the_story_that_gave_a_stranger_a_students_work(seminar, zza1, zzb2, instructor):
    """The file is refused; and even where its pair stands, its owner becomes neither by chance."""
    row = RosterRow(2, "zza1", "Zoe Alpha", ZZB)
    with pytest.raises(Refused, match=BOTH):
        import_roster(course=seminar, rows=[row], by=instructor, at=AT)
    Enrolment.objects.filter(pk=zza1.pk).update(email=ZZB)
    assert claim_enrolments(person=account(ZZB), at=AT) == []


def test_an_operator_gives_an_account_no_address_of_another_entry(
    client_of, operator, presenter, zzb2
):
    page = {"email": ZZB, "name": "", "is_active": "on"}
    url = f"/admin/courses/person/{presenter.person.pk}/change/"
    before = presenter.person.email
    response = client_of(operator).post(url, page)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"email"}
    presenter.person.refresh_from_db()
    assert presenter.person.email == before


def test_who_drops_second_keeps_the_first_instant(presenter):
    mine, theirs = (Enrolment.objects.get(pk=presenter.pk) for _ in range(2))
    drop(enrolment=mine, at=AT)
    drop(enrolment=theirs, at=AT + timedelta(hours=1))
    presenter.refresh_from_db()
    assert presenter.dropped_at == AT
