"""Two changes of a roster at once: PostgreSQL's row locks put them in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from courses.actions.claims import claim_enrolments
from courses.actions.roster import amend, drop, enrol, import_roster, restore
from courses.addresses import clashes
from courses.errors import Refused
from courses.models import Enrolment
from courses.queries import addresses_in
from courses.rosterfile import RosterRow
from tests import factories as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="the tests' SQLite is in memory, for one thread"
    ),
]
ADDRESS = "zz@mail.example"


def at_once(*changes):
    """What came of each of these changes, made at one moment: "done" or "refused"."""
    together = Barrier(len(changes))

    def make_one(change):
        together.wait()
        try:
            change()
        except Refused:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as pool:
        return sorted(pool.map(make_one, changes))


@pytest.mark.parametrize("ways", list(combinations_with_replacement(range(5), 2)))
def test_of_two_entries_that_come_by_one_address_at_once_one_does(seminar, instructor, ways):
    def ways_to_it(name):
        entry = make.EnrolmentFactory(course=seminar, netid=name)
        gone = make.EnrolmentFactory(
            course=seminar, netid=f"{name}-gone", email=ADDRESS, dropped_at=make.BEFORE_CLASS
        )
        row = RosterRow(2, f"{name}-row", "", ADDRESS)
        at = make.BEFORE_CLASS
        return [
            lambda: amend(enrolment=entry, email=ADDRESS, at=at),
            lambda: enrol(course=seminar, role="ta", netid=f"{name}-new", email=ADDRESS, at=at),
            lambda: restore(enrolment=gone),
            lambda: import_roster(course=seminar, rows=[row], by=instructor, at=at),
            lambda: amend(enrolment=entry, netid="zz", email="", at=at),
        ]

    seminar.email_domain = "mail.example"
    seminar.save()
    first, second = (ways_to_it(name)[way] for name, way in zip("ab", ways, strict=True))
    assert at_once(first, second) == ["done", "refused"]
    assert list(clashes(addresses_in(seminar.pk))) == []


def test_a_claim_waits_for_the_roster(seminar, instructor):
    """Whoever is first: the owner gets the one entry, or stands on two and gets none."""
    make.EnrolmentFactory(course=seminar, netid="zza1", email=ADDRESS)
    person = make.account(ADDRESS)
    EmailAddress.objects.create(user=person, email="other@mail.example", verified=True)
    row = RosterRow(2, "zzb2", "", "other@mail.example")
    at_once(
        lambda: claim_enrolments(person=person, at=make.BEFORE_CLASS),
        lambda: import_roster(course=seminar, rows=[row], by=instructor, at=make.BEFORE_CLASS),
    )
    mine = list(seminar.enrolments.filter(person=person).values_list("netid", flat=True))
    both = seminar.enrolments.filter(netid="zzb2").exists()
    assert (mine, both) in [(["zza1"], False), ([], True)]
    assert list(clashes(addresses_in(seminar.pk))) == []


@pytest.mark.parametrize("way", ["drop", "amend"])
def test_two_instructors_who_leave_at_once_leave_one(seminar, instructor, way):
    second = make.claimed(seminar, "second", role=Enrolment.Role.INSTRUCTOR)

    def leave(entry):
        if way == "drop":
            drop(enrolment=entry, at=make.BEFORE_CLASS)
        else:
            amend(enrolment=entry, role=Enrolment.Role.TA, at=make.BEFORE_CLASS)

    assert at_once(lambda: leave(instructor), lambda: leave(second)) == ["done", "refused"]
