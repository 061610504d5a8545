"""Questions about rosters: who is on them, under which address, at which instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower

from courses.addresses import derived, holders, own, plain
from courses.models import Course, Enrolment, Person
from courses.models.enrolment import labelled
from courses.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet


def active(at: datetime, prefix: str = "") -> Q:
    """The filter for enrolments that are on the roster at `at`.

    `prefix` leads to them from other rows, such as "author__" from questions.
    """
    return Q(**{f"{prefix}dropped_at": None}) | Q(**{f"{prefix}dropped_at__gt": at})


def enrolments_of(person: Person | AnonymousUser, at: datetime) -> QuerySet[Enrolment]:
    """The person's claimed, active enrolments in all courses, with their courses."""
    if not person.is_authenticated:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(active(at), person=person.pk).select_related("course")


def enrolment_of(person: Person | AnonymousUser, course: Course, at: datetime) -> Enrolment | None:
    """The person's active entry in this course, or None."""
    if not person.is_authenticated:
        return None
    return Enrolment.objects.filter(active(at), person=person.pk, course=course).first()


_entry = Prepared(
    lambda person, slug: (
        Enrolment.objects.filter(person=person, course__slug=slug)
        .select_related("course")
        .order_by()
    )
)


def enrolment_at(person: Person | AnonymousUser, slug: str, at: datetime) -> Enrolment | None:
    """The person's active entry in the course with this slug, with the course, or None.

    One query, with which every page of a course begins.
    """
    found = _entry.first(person.pk, slug) if person.is_authenticated else None
    return found if found is not None and found.is_active(at) else None


def labels_of(entries: Iterable[int]) -> dict[int, str]:
    """`Enrolment.label` of each of these entries (ids), by id. One query."""
    return _labels(Enrolment.objects.filter(pk__in=set(entries)))


def labels_in(course: Course) -> dict[int, str]:
    """`Enrolment.label` of everybody who is or was in the course, by the entry's id. One query."""
    return _labels(Enrolment.objects.filter(course=course))


def _labels(entries: QuerySet[Enrolment]) -> dict[int, str]:
    columns = ("pk", "name", "netid", "person__name", "person__email")
    return {pk: labelled(*words) for pk, *words in entries.order_by().values_list(*columns)}


def roster(course: Course, at: datetime) -> QuerySet[Enrolment]:
    """The course's active students at `at`, by name and NetID."""
    return (
        course.enrolments.filter(active(at), role=Enrolment.Role.STUDENT)
        .select_related("person")
        .order_by("name", "netid")
    )


def staff_of(course: Course, at: datetime) -> QuerySet[Enrolment]:
    """The course's active instructors and TAs at `at`, instructors first."""
    return (
        course.enrolments.filter(active(at), role__in=("instructor", "ta"))
        .select_related("person")
        .order_by("role", "pk")
    )


def address_of(enrolment: Enrolment) -> str:
    """Where to write to this entry: the claimed account's address, else the roster's.

    An unclaimed entry's derived NetID address is never written to: nobody has shown that
    it is theirs. Empty when there is none.
    """
    if enrolment.person is not None:
        return enrolment.person.email
    return enrolment.email


# Whose address an address is.


def derived_address(enrolment: Enrolment) -> str:
    """NetID@the course's domain, lower case; empty where the entry has no such address.

    `enrolment.course` is read.
    """
    return derived(enrolment.netid, enrolment.course.email_domain)


def account_addresses(people: Iterable[Person]) -> dict[int, frozenset[str]]:
    """Person id -> their account's address and every one that they have verified. One query."""
    found = {person.pk: {plain(person.email)} for person in people}
    for user, email in EmailAddress.objects.filter(user__in=found, verified=True).values_list(
        "user", "email"
    ):
        found[user].add(plain(email))
    return {pk: frozenset(some) for pk, some in found.items()}


def own_addresses(
    entries: Collection[Enrolment], accounts: Mapping[int, frozenset[str]] | None = None
) -> dict[Enrolment, frozenset[str]]:
    """Entry -> its own addresses; load the entries with course and person.

    `accounts` is what `account_addresses` gives, which else is asked by one query.
    """
    if accounts is None:
        accounts = account_addresses(entry.person for entry in entries if entry.person)
    return {
        entry: own(
            netid=entry.netid,
            email=entry.email,
            domain=entry.course.email_domain,
            account=accounts.get(entry.person_id or 0, ()),
        )
        for entry in entries
    }


def addresses_in(course_id: int) -> dict[Enrolment, frozenset[str]]:
    """The one index of a roster: each entry that has not been dropped, and its own addresses.

    Two queries, by which the entries, the domain and the accounts are as they are stored now.
    """
    entries = Enrolment.objects.filter(course=course_id, dropped_at=None)
    return own_addresses(list(entries.select_related("course", "person").order_by("pk")))


def accounts_fitting(course: Course, at: datetime) -> dict[Person, list[Enrolment]]:
    """Account -> the active entries of which one of its verified addresses is an own one.

    Of accounts that may sign in and have no entry in this course, not even a dropped one. Beside
    a verified address the account's own counts too, for it would become the entry's. Three queries.
    """
    entries = course.enrolments.filter(active(at)).select_related("person").order_by("pk")
    whose = holders(own_addresses(list(entries)))
    there = Enrolment.objects.filter(course=course, person__isnull=False).order_by()
    verified = (
        EmailAddress.objects.alias(email_lower=Lower("email"))
        .filter(verified=True, user__is_active=True, email_lower__in=whose)
        .exclude(user__in=there.values("person"))
        .select_related("user")
        .order_by("user", "pk")
    )
    fitting: dict[Person, dict[Enrolment, None]] = defaultdict(dict)
    for one in verified:
        fitting[one.user] |= dict.fromkeys(whose.get(plain(one.email), ()))
    return {
        person: list(some | dict.fromkeys(whose.get(plain(person.email), ())))
        for person, some in fitting.items()
        if some
    }


def rightful(fitting: Mapping[Person, list[Enrolment]]) -> dict[Person, Enrolment]:
    """Account -> the open entry that is theirs without doubt: each fits the other alone.

    Who fits two entries gets none, even where somebody has one of them; nor does anybody get an
    entry that two accounts fit.
    """
    wanted = Counter(entry for entries in fitting.values() for entry in entries)
    return {
        person: entry
        for person, (entry, *others) in fitting.items()
        if not others and wanted[entry] == 1 and entry.person_id is None
    }


def courses_knowing(person: Person | AnonymousUser, at: datetime) -> QuerySet[Course]:
    """The courses in which the person has no entry and one of their verified addresses may stand.

    The database narrows down; `accounts_fitting` decides, which folds letters in one way only.
    """
    verified = EmailAddress.objects.filter(user=person.pk, verified=True).values_list("email")
    addresses = {plain(email) for (email,) in verified}
    if not addresses or not person.is_active:
        return Course.objects.none()
    named = Q(email_lower__in=addresses)
    for address in addresses:
        local, _, domain = address.rpartition("@")
        named |= Q(netid__iexact=local, course__email_domain__iexact=domain)
    entries = Enrolment.objects.alias(email_lower=Lower("email")).filter(active(at), named)
    mine = Enrolment.objects.filter(person=person.pk).order_by()
    return (
        Course.objects.filter(pk__in=entries.order_by().values("course"))
        .exclude(pk__in=mine.values("course"))
        .order_by("pk")
    )


def unclear_courses(person: Person | AnonymousUser, at: datetime) -> list[Course]:
    """The courses whose roster holds an address of theirs without saying which entry is theirs."""
    unclear = []
    for course in courses_knowing(person, at):
        fitting = accounts_fitting(course, at)
        if person in fitting and person not in rightful(fitting):
            unclear.append(course)
    return unclear
