"""Rosters change entry by entry, or by a file; nobody is deleted, and no file makes staff."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from courses.actions.roster import (
    RosterResult,
    amend,
    drop,
    enrol,
    import_roster,
    plan_roster,
    remember_mapping,
    restore,
)
from courses.errors import Refused
from courses.models import Enrolment, RosterMapping
from courses.rosterfile import RosterRow, Standing, guess_columns, read_rows, read_table
from tests.factories import BEFORE_CLASS as AT
from tests.factories import MICROSECOND, EnrolmentFactory, account

pytestmark = pytest.mark.django_db


def everything():
    return list(Enrolment.objects.order_by("pk").values())


def test_a_file_adds_names_and_addresses(seminar, instructor):
    EnrolmentFactory(course=seminar, netid="Ann7", name="", email="")
    result = import_roster(
        course=seminar,
        rows=[RosterRow(2, "ann7", "Ann", "ann@mail.example"), RosterRow(3, "ben8", "Ben")],
        by=instructor,
        at=AT,
    )
    assert result == RosterResult(added=1, changed=1, dropped=0, restored=0, unchanged=0, claimed=0)
    assert list(
        seminar.enrolments.filter(role="student").values_list("netid", "name", "email")
    ) == [("Ann7", "Ann", "ann@mail.example"), ("ben8", "Ben", "")]


def test_the_same_file_again_changes_nothing(seminar, instructor):
    rows = [
        RosterRow(2, "ann7", "Ann", "ann@mail.example"),
        RosterRow(3, "ben8", standing=Standing.GONE),
    ]
    import_roster(course=seminar, rows=rows, by=instructor, at=AT)
    before = everything()
    result = import_roster(course=seminar, rows=rows, by=instructor, at=AT + MICROSECOND)
    assert result == RosterResult(added=0, changed=0, dropped=0, restored=0, unchanged=2, claimed=0)
    assert everything() == before


def test_an_empty_cell_blanks_nothing(seminar, instructor):
    entry = EnrolmentFactory(course=seminar, netid="ann7", name="Ann", email="ann@mail.example")
    import_roster(course=seminar, rows=[RosterRow(2, "ann7")], by=instructor, at=AT)
    entry.refresh_from_db()
    assert (entry.name, entry.email) == ("Ann", "ann@mail.example")


def test_an_address_finds_an_entry_without_netid_and_gives_it_one(seminar, instructor):
    entry = EnrolmentFactory(course=seminar, netid="", email="ann@mail.example")
    row = RosterRow(2, "ann7", "Ann", "ann@mail.example")
    import_roster(course=seminar, rows=[row], by=instructor, at=AT)
    entry.refresh_from_db()
    assert (entry.netid, entry.name) == ("ann7", "Ann")


def test_an_address_that_belongs_to_another_netid_stops_the_import(seminar, instructor):
    EnrolmentFactory(course=seminar, netid="ann7", email="ann@mail.example")
    before = everything()
    rows = [RosterRow(2, "new1"), RosterRow(3, "ann8", "Ann", "ann@mail.example")]
    with pytest.raises(Refused, match=r"Line 3: ann@mail\.example is the address of ann7"):
        import_roster(course=seminar, rows=rows, by=instructor, at=AT)
    assert everything() == before


@pytest.fixture
def ann(seminar):
    """An entry with an address of each kind: the roster's, the NetID's, two of the account."""
    entry = EnrolmentFactory(
        course=seminar, netid="ann7", name="Ann", email="roster@mail.example",
        person=account("ann@mail.example"),
    )  # fmt: skip
    EmailAddress.objects.create(user=entry.person, email="ann.seven@uni.example", verified=True)
    EmailAddress.objects.create(user=entry.person, email="not@mine.example", verified=False)
    return entry


@pytest.mark.parametrize(
    "email",
    ["roster@mail.example", "ann7@uni.example", "ann@mail.example", "ANN.seven@uni.example"],
)
@pytest.mark.parametrize("header", ["Email", "NetID,Email"])
def test_an_address_alone_finds_the_entry_whose_own_it_is(seminar, ann, email, header):
    """One at the course's domain need not be the NetID's: it may be an alias."""
    text = f"{header},Name\n{',' if ',' in header else ''}{email},Ann A.\n"
    table = read_table(text)
    read = read_rows(table, guess_columns(table.headers, {}), seminar.email_domain)
    plan = plan_roster(course=seminar, rows=read.rows, at=AT)
    assert (plan.added, plan.problems) == ([], [])
    [change] = plan.changed
    assert change.enrolment == ann
    assert change.fields.pop("name") == ("Ann", "Ann A.")
    # A new address of the file goes into the roster, unless it is the account's already.
    assert list(change.fields) == (["email"] if email == "ann7@uni.example" else [])


def test_an_address_that_is_not_verified_finds_nobody(seminar, ann):
    plan = plan_roster(course=seminar, rows=[RosterRow(2, "", "", "not@mine.example")], at=AT)
    assert [row.email for row in plan.added] == ["not@mine.example"]


@pytest.mark.parametrize(
    ("netid", "email"),
    [("ann8", "roster@mail.example"), ("ann.seven", "ann.seven@uni.example")],
)
def test_a_new_netid_with_an_address_of_another_is_a_problem(seminar, ann, netid, email):
    """Said by the file, a NetID is one, even where it looks as if read off the address."""
    rows = [RosterRow(2, netid, "Ann", email)]
    [problem] = plan_roster(course=seminar, rows=rows, at=AT).problems
    assert problem.message == (
        f"{email} is the address of ann7 (Ann) and cannot be that of {netid} (Ann) too."
    )


def test_an_entry_without_netid_is_found_by_its_account_and_gets_the_netid(seminar, ann):
    Enrolment.objects.filter(pk=ann.pk).update(netid="")
    plan = plan_roster(course=seminar, rows=[RosterRow(2, "a7", "", "ann@mail.example")], at=AT)
    assert [change.fields for change in plan.changed] == [{"netid": ("", "a7")}]


def test_a_netid_read_off_an_address_is_given_to_nobody_who_has_dropped_with_it(seminar, ann):
    EnrolmentFactory(course=seminar, netid="ann.seven", dropped_at=AT)
    Enrolment.objects.filter(pk=ann.pk).update(netid="")
    row = RosterRow(2, "ann.seven", "", "ann.seven@uni.example", is_netid_derived=True)
    plan = plan_roster(course=seminar, rows=[row], at=AT)
    assert (plan.changed, plan.restored, plan.added, plan.unchanged) == ([], [], [], 1)


def test_who_is_on_the_roster_goes_before_who_has_dropped_with_the_address(seminar):
    EnrolmentFactory(course=seminar, netid="old", email="a@b.example", dropped_at=AT)
    entry = EnrolmentFactory(course=seminar, netid="new", email="a@b.example")
    plan = plan_roster(course=seminar, rows=[RosterRow(2, "", "Ann", "a@b.example")], at=AT)
    assert [change.enrolment for change in plan.changed] == [entry]
    assert plan.restored == []


def test_who_is_gone_and_has_dropped_already_may_be_either_of_two(seminar):
    EnrolmentFactory.create_batch(2, course=seminar, email="a@b.example", dropped_at=AT)
    rows = [RosterRow(2, "", "Ann", "a@b.example", standing=Standing.GONE)]
    plan = plan_roster(course=seminar, rows=rows, at=AT)
    assert (plan.problems, plan.changed, plan.unchanged) == ([], [], 1)


@pytest.mark.parametrize("dropped_at", [None, AT])
def test_an_address_that_stands_on_two_names_nobody(seminar, dropped_at):
    for netid in ("zza1", "zzb2"):
        EnrolmentFactory(
            course=seminar, netid=netid, name="", email="a@b.example", dropped_at=dropped_at
        )
    rows = [RosterRow(2, "", "Ann", "a@b.example")]
    [problem] = plan_roster(course=seminar, rows=rows, at=AT, columns={"email": "Mail"}).problems
    assert str(problem) == (
        "Line 2, column “Mail”: a@b.example is the address of zza1 and of zzb2."
    )


def test_who_is_marked_as_gone_is_dropped_with_their_history(seminar, instructor, presenter):
    row = RosterRow(2, "presa", standing=Standing.GONE)
    import_roster(course=seminar, rows=[row], by=instructor, at=AT)
    presenter.refresh_from_db()
    assert (presenter.dropped_at, presenter.person is None) == (AT, False)
    assert presenter.memberships.count() == 1


def test_who_is_back_in_the_file_is_restored(seminar, instructor, dropped_student):
    import_roster(course=seminar, rows=[RosterRow(2, "dropa")], by=instructor, at=AT)
    dropped_student.refresh_from_db()
    assert dropped_student.dropped_at is None


@pytest.mark.parametrize(
    ("standing", "is_added", "is_restored"),
    [
        (Standing.ON, True, True),
        (Standing.LISTED, True, False),
        (Standing.GONE, False, False),
        (Standing.AS_IS, False, False),
    ],
)
def test_a_standing_says_who_is_added_and_who_is_back(
    seminar, instructor, dropped_student, standing, is_added, is_restored
):
    rows = [RosterRow(2, "new1", standing=standing), RosterRow(3, "dropa", standing=standing)]
    import_roster(course=seminar, rows=rows, by=instructor, at=AT)
    dropped_student.refresh_from_db()
    assert seminar.enrolments.filter(netid="new1").exists() is is_added
    assert dropped_student.is_active(AT) is is_restored


@pytest.mark.parametrize("standing", [Standing.LISTED, Standing.AS_IS])
def test_who_is_named_without_a_word_is_not_missing(seminar, instructor, presenter, standing):
    rows = [RosterRow(2, "presa", standing=standing)]
    import_roster(course=seminar, rows=rows, by=instructor, at=AT, drop_missing=True)
    presenter.refresh_from_db()
    assert presenter.is_active(AT)


def test_a_plan_that_nobody_agreed_to_is_not_done(seminar, instructor):
    rows = [RosterRow(2, "ann7", "Ann")]
    agreed = plan_roster(course=seminar, rows=rows, at=AT).digest()
    entry = EnrolmentFactory(course=seminar, netid="ann7", name="Anna")
    with pytest.raises(Refused, match="The roster changed meanwhile"):
        import_roster(course=seminar, rows=rows, by=instructor, at=AT, as_planned=agreed)
    entry.refresh_from_db()
    assert entry.name == "Anna"
    agreed = plan_roster(course=seminar, rows=rows, at=AT).digest()
    assert (
        import_roster(course=seminar, rows=rows, by=instructor, at=AT, as_planned=agreed).changed
        == 1
    )


def test_answers_stay_for_words_that_the_next_file_has_not(seminar):
    for words in ({"status": {"w": "gone"}}, {"status": {"audit": "on"}, "role": {"x": "other"}}):
        remember_mapping(course=seminar, columns={"netid": "N"}, words=words, at=AT)
    assert RosterMapping.objects.get().words == {
        "status": {"w": "gone", "audit": "on"},
        "role": {"x": "other"},
    }


UNTIDY, TIDY = "\ufeffZoe\u0308\u00a0\u200b B\u00adow ", "Zo\u00eb Bow"


def test_a_name_is_tidied_at_every_door(seminar):
    entry = enrol(course=seminar, role="student", netid=" zo1\u200b", name=UNTIDY, at=AT)
    assert (entry.netid, entry.name) == ("zo1", TIDY)
    assert amend(enrolment=entry, name=f"{UNTIDY}II", at=AT).name == f"{TIDY} II"


def test_who_is_not_in_the_file_stays_unless_asked(seminar, instructor, ta, presenter, reviewer):
    rows = [RosterRow(2, "revka")]
    plan = plan_roster(course=seminar, rows=rows, at=AT)
    assert (plan.missing, plan.dropped) == ([presenter], [])
    import_roster(course=seminar, rows=rows, by=instructor, at=AT, drop_missing=True)
    assert list(Enrolment.objects.filter(dropped_at=AT)) == [presenter]


def test_a_file_never_touches_staff(seminar, instructor, ta):
    before = everything()
    rows = [
        RosterRow(2, "tamsel", "Someone Else", "evil@mail.example", standing=Standing.GONE),
        RosterRow(3, "INARU", "Someone Else"),
    ]
    import_roster(course=seminar, rows=rows, by=instructor, at=AT, drop_missing=True)
    assert everything() == before


def test_a_file_makes_students_and_nothing_else(seminar, instructor):
    import_roster(course=seminar, rows=[RosterRow(2, "new1")], by=instructor, at=AT)
    assert seminar.enrolments.get(netid="new1").role == "student"


def test_accounts_that_wait_are_given_their_entries(seminar, instructor):
    by_netid, by_address = account("ann7@uni.example"), account("ben@mail.example")
    rows = [RosterRow(2, "ann7"), RosterRow(3, "ben8", "Ben", "ben@mail.example")]
    assert import_roster(course=seminar, rows=rows, by=instructor, at=AT).claimed == 2
    assert [entry.person for entry in seminar.enrolments.filter(role="student")] == [
        by_netid,
        by_address,
    ]


def test_courses_stay_apart(seminar, other_course, instructor):
    elsewhere = EnrolmentFactory(course=other_course, netid="ann7", name="Other Ann")
    import_roster(
        course=seminar, rows=[RosterRow(2, "ann7", "Ann")], by=instructor, at=AT, drop_missing=True
    )
    elsewhere.refresh_from_db()
    assert (elsewhere.name, elsewhere.dropped_at) == ("Other Ann", None)


@pytest.mark.parametrize("who", ["ta", "presenter", "other_instructor"])
def test_only_an_instructor_of_the_course_imports(request, seminar, who):
    by = request.getfixturevalue(who)
    with pytest.raises(Refused):
        import_roster(course=seminar, rows=[RosterRow(2, "new1")], by=by, at=AT)
    assert not Enrolment.objects.filter(netid="new1").exists()


def test_a_file_of_five_hundred_takes_few_queries(
    seminar, instructor, django_assert_max_num_queries
):
    rows = [RosterRow(n, f"s{n}", f"Student {n}", f"s{n}@mail.example") for n in range(500)]
    with django_assert_max_num_queries(16):
        import_roster(course=seminar, rows=rows, by=instructor, at=AT)
    assert seminar.enrolments.filter(role="student").count() == 500


def test_a_netid_stands_once_on_a_roster(seminar):
    enrol(course=seminar, role="student", netid="ann7", at=AT)
    with pytest.raises(Refused, match="ANN7 is on this roster already"):
        enrol(course=seminar, role="student", netid="ANN7", at=AT)
    assert seminar.enrolments.count() == 1


def test_enrolling_an_account_claims_the_entry(seminar, stranger):
    entry = enrol(course=seminar, role="ta", netid="str", person=stranger, at=AT)
    assert (entry.person, entry.claimed_at, entry.role) == (stranger, AT, "ta")


def test_dropping_is_half_open_and_keeps_the_first_instant(presenter):
    drop(enrolment=presenter, at=AT)
    drop(enrolment=presenter, at=AT + MICROSECOND)
    assert presenter.dropped_at == AT
    assert [presenter.is_active(AT - MICROSECOND), presenter.is_active(AT)] == [True, False]
    restore(enrolment=presenter)
    presenter.refresh_from_db()
    assert presenter.is_active(AT)


def test_a_course_keeps_an_instructor(seminar, instructor):
    with pytest.raises(Refused, match="the only instructor"):
        drop(enrolment=instructor, at=AT)
    with pytest.raises(Refused, match="the only instructor"):
        amend(enrolment=instructor, role="ta", at=AT)
    EnrolmentFactory(course=seminar, role="instructor")
    drop(enrolment=instructor, at=AT)
    assert not instructor.is_active(AT)


def test_amending_changes_what_is_given_and_nothing_else(presenter):
    before = Enrolment.objects.filter(pk=presenter.pk).values().get()
    amend(enrolment=presenter, email=" New@Mail.Example ", at=AT)
    after = Enrolment.objects.filter(pk=presenter.pk).values().get()
    assert after == {**before, "email": "new@mail.example"}


def test_an_amended_address_is_claimed_by_who_has_verified_it(unclaimed_student, stranger):
    assert amend(enrolment=unclaimed_student, email=stranger.email, at=AT).person == stranger


def test_a_name_that_shows_nothing_is_none(seminar):
    entry = enrol(course=seminar, role="student", netid="ann7", name="\u200b \u2060", at=AT)
    assert (entry.name, entry.label) == ("", "ann7")
    amend(enrolment=entry, at=AT, name="Ann")
    assert amend(enrolment=entry, at=AT, name="\u3164").label == "ann7"
