"""Staff, roster entries and groups of a new course."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from coursepage.page import Page
from coursepage.shaping import is_netid, web_address
from courses import texts
from courses.addresses import derived, holders
from courses.models import Course, Enrolment, OfficeHours, Person
from courses.queries import account_addresses, derived_address, own_addresses
from groups.models import Membership, StudentGroup


def store_staff(course: Course, page: Page, by: Person | None, at: datetime) -> list[Enrolment]:
    """One entry for each of the page's staff, in its order; `by` takes the one that is theirs.

    Theirs is the entry whose NetID at the course's domain is an address of theirs, an instructor's
    first, else one of their own is added behind the page's. Either way they are its instructor.
    """
    entries: list[Enrolment] = []
    seen: set[str] = set()
    for person in page.staff:
        netid = "" if person.netid.lower() in seen else person.netid
        seen.add(netid.lower())
        entries.append(
            Enrolment(
                course=course,
                role=person.role,
                netid=netid,
                name=texts.tidy_name(person.name)[:200],
                homepage=web_address(person.homepage, 500),
                created_at=at,
            )
        )
    if by is not None:
        addresses = account_addresses([by])[by.pk]
        own = [entry for entry in entries if derived_address(entry) in addresses]
        mine = min(own, key=lambda entry: entry.role != Enrolment.Role.INSTRUCTOR, default=None)
        if mine is None:
            mine = Enrolment(course=course, name=by.name, email=by.email, created_at=at)
            entries.append(mine)
        mine.role, mine.person, mine.claimed_at = Enrolment.Role.INSTRUCTOR, by, at
    Enrolment.objects.bulk_create(entries)
    through = OfficeHours.staff.through
    hours = OfficeHours.objects.bulk_create(
        OfficeHours(
            course=course,
            place=slot.place[:200],
            url=web_address(slot.url, 500),
            weekday=slot.weekday,
            starts=slot.starts,
            ends=slot.ends,
            text=slot.text[:500],
            position=number,
        )
        for number, slot in enumerate(page.office_hours)
    )
    through.objects.bulk_create(
        through(officehours_id=stored.pk, enrolment_id=entry.pk)
        for stored, slot in zip(hours, page.office_hours, strict=True)
        for entry, person in zip(entries, page.staff, strict=False)
        if person.name in slot.names
    )
    return entries


def store_students(
    course: Course, page: Page, staff: list[Enrolment], at: datetime
) -> dict[str, Enrolment]:
    """An unclaimed entry for each person of the page, by how the page writes them, folded.

    Whose NetID at the course's domain is an address of the staff is that member of the staff.
    """
    known = {texts.folded(entry.netid): entry for entry in staff if entry.netid}
    whose = holders(own_addresses(staff))
    new: dict[str, Enrolment] = {}
    for person in page.people:
        key = texts.folded(person)
        address = derived(person, course.email_domain) if is_netid(person) else ""
        if address in whose:
            known.setdefault(key, whose[address][0])
        if key not in known and key not in new:
            netid = is_netid(person)
            new[key] = Enrolment(
                course=course,
                role=Enrolment.Role.STUDENT,
                netid=person[:120] if netid else "",
                name="" if netid else texts.tidy_name(person)[:200],
                created_at=at,
            )
    Enrolment.objects.bulk_create(new.values())
    return known | new


def store_groups(
    course: Course, page: Page, students: dict[str, Enrolment], at: datetime
) -> dict[frozenset[str], StudentGroup]:
    """The page's groups, numbered in the order of their first appearance."""
    groups = StudentGroup.objects.bulk_create(
        StudentGroup(course=course, number=number, created_at=at)
        for number, _people in enumerate(page.groups, start=1)
    )
    Membership.objects.bulk_create(
        Membership(group=group, enrolment=students[key], joined_at=at)
        for group, people in zip(groups, page.groups, strict=True)
        for key in dict.fromkeys(texts.folded(person) for person in people)
    )
    return {folded(people): group for group, people in zip(groups, page.groups, strict=True)}


def folded(people: Iterable[str]) -> frozenset[str]:
    return frozenset(texts.folded(person) for person in people)
