"""Any order of changes, files, sign-ins and verifications: nobody becomes somebody else."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from itertools import combinations

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

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
from courses.errors import Refused
from courses.models import Enrolment
from courses.rosterfile import RosterRow
from tests import factories as make

AT = make.BEFORE_CLASS
NETIDS = st.sampled_from(["", "n1", "N2", "n3", "n4"])
EMAILS = st.sampled_from(
    ["", "a@m.example", "B@m.example", "c@m.example", "n1@one.example", "n2@one.example",
     "n1@two.example", "n3@two.example"]
)  # fmt: skip
SOME = st.integers(0, 30)


@st.composite
def files(draw):
    """Rows as a reader gives them: each names somebody, no NetID or address stands twice."""
    rows, seen = [], set()
    for line in range(2, 2 + draw(st.integers(1, 4))):
        netid, email = draw(NETIDS), draw(EMAILS).lower()
        keys = {netid.lower(), email} - {""}
        if keys and not keys & seen:
            seen |= keys
            rows.append(RosterRow(line, netid, draw(st.sampled_from("XY")), email, draw(SOME) > 22))
    return rows


class RosterMachine(RuleBasedStateMachine):
    """One course. Only a verification may put an address on two entries: nobody can refuse it."""

    def __init__(self):
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.course = make.CourseFactory(email_domain="one.example")
        self.instructor = make.EnrolmentFactory(
            course=self.course, role="instructor", netid="", email=""
        )
        self.people = [make.account(f"p{n}@own.example") for n in range(3)]
        self.verified: set = set()

    def teardown(self):
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    # What is so, reckoned here and not by the code under test.

    def own(self):
        self.course.refresh_from_db()
        found = {}
        for entry in self.course.enrolments.filter(dropped_at=None).select_related("person"):
            some = {entry.email.lower()}
            if entry.netid and self.course.email_domain:
                some.add(f"{entry.netid}@{self.course.email_domain}".lower())
            if entry.person:
                some |= {entry.person.email, *self.addresses(entry.person)}
            found[entry.pk] = some - {""}
        return found

    def addresses(self, person):
        return set(
            EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
        )

    def clashes(self):
        holders = defaultdict(list)
        for pk, addresses in sorted(self.own().items()):
            for address in addresses:
                holders[address].append(pk)
        return {
            (address, pair) for address, pks in holders.items() for pair in combinations(pks, 2)
        }

    def one_of(self, rows, which):
        rows = list(rows)
        return rows[which % len(rows)] if rows else None

    def entry(self, which):
        return self.one_of(self.course.enrolments.exclude(role="instructor").order_by("pk"), which)

    # What can happen.

    @rule(netid=NETIDS, email=EMAILS, role=st.sampled_from(["student", "ta"]))
    def enrol(self, netid, email, role):
        with contextlib.suppress(Refused):
            enrol(course=self.course, role=role, netid=netid, email=email, at=AT)

    @rule(which=SOME, netid=st.none() | NETIDS, email=st.none() | EMAILS)
    def amend(self, which, netid, email):
        if entry := self.entry(which):
            with contextlib.suppress(Refused):
                amend(enrolment=entry, netid=netid, email=email, at=AT)

    @rule(which=SOME)
    def drop(self, which):
        if entry := self.entry(which):
            drop(enrolment=entry, at=AT)

    @rule(which=SOME)
    def restore(self, which):
        if entry := self.entry(which):
            with contextlib.suppress(Refused):
                restore(enrolment=entry)

    @rule(domain=st.sampled_from(["", "one.example", "Two.example"]))
    def move(self, domain):
        with contextlib.suppress(Refused):
            set_email_domain(course=self.course, domain=domain, at=AT)

    @rule(rows=files(), drop_missing=st.booleans())
    def upload(self, rows, drop_missing):
        def go():
            return import_roster(
                course=self.course, rows=rows, by=self.instructor, at=AT, drop_missing=drop_missing
            )

        before = list(Enrolment.objects.order_by("pk").values())
        plan = plan_roster(course=self.course, rows=rows, at=AT, drop_missing=drop_missing)
        if plan.problems:
            with pytest.raises(Refused):
                go()
            assert list(Enrolment.objects.order_by("pk").values()) == before
            return
        go()
        once = list(Enrolment.objects.order_by("pk").values())
        again = go()
        assert (again.added, again.changed, again.dropped, again.restored) == (0, 0, 0, 0)
        assert list(Enrolment.objects.order_by("pk").values()) == once

    @rule(who=SOME)
    def sign_in(self, who):
        person, own = self.one_of(self.people, who), self.own()
        fits = {pk for pk, some in own.items() if some & self.addresses(person)}
        claimed = {entry.pk for entry in claim_enrolments(person=person, at=AT)}
        assert not claimed or claimed == fits

    @rule(who=SOME, email=EMAILS.filter(bool))
    def verify(self, who, email):
        if not EmailAddress.objects.filter(email=email.lower()).exists():
            person = self.one_of(self.people, who)
            EmailAddress.objects.create(user=person, email=email.lower(), verified=True)
            self.verified |= self.clashes()
        self.sign_in(who)

    @rule(which=SOME, who=SOME, email=EMAILS.filter(bool))
    def invite(self, which, who, email):
        if entry := self.entry(which):
            with contextlib.suppress(Refused):
                secret = invite(enrolment=entry, email=email, by=self.instructor, at=AT)
                accept_invitation(secret=secret, person=self.one_of(self.people, who), at=AT)

    # What holds.

    @invariant()
    def no_address_is_two_entries_own(self):
        assert self.clashes() <= self.verified

    @invariant()
    def nobody_is_two_entries(self):
        taken = [one.person_id for one in self.course.enrolments.exclude(person=None)]
        assert len(taken) == len(set(taken))


class TestRosterMachine(TestCase):
    def test_no_order_of_events_confuses_two_people(self):
        run_state_machine_as_test(
            RosterMachine,
            settings=settings(
                max_examples=40,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
