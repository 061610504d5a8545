"""A plan is kept by course and revision, and by nothing that may be taken back."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from courses.actions.locks import raise_revision
from courses.faults import NotNow
from courses.models import Course
from groups.actions import join_group, leave_group
from schedule.actions.meetings import move_meeting
from schedule.models import Meeting
from schedule.queries import kept, plan_of, read_plan
from tests import factories as make
from tests.revisions import Watch, changes_plan

QUERIES = 14  # thirteen for the plan, one for the revision after it


@pytest.fixture
def keeps(monkeypatch):
    """As in a web process, where a request is in no transaction."""
    monkeypatch.setattr(kept, "is_settled", lambda: True)


def now(course: Course) -> Course:
    return Course.objects.get(pk=course.pk)


def test_a_plan_is_read_once_for_its_revision(
    keeps, seminar, lecture, reading, presenter, django_assert_num_queries
):
    with django_assert_num_queries(QUERIES):
        first = plan_of(seminar)
    with django_assert_num_queries(0):
        assert plan_of(seminar) is first
    assert first == read_plan(seminar)
    raise_revision(seminar.pk)
    with django_assert_num_queries(QUERIES + 1):
        assert plan_of(now(seminar)) == first


def test_a_change_is_seen_at_once_and_the_old_plan_stays_what_it_was(keeps, seminar, lecture):
    before = plan_of(seminar)
    move_meeting(meeting=Meeting.objects.get(pk=lecture.pk), on=lecture.on + timedelta(days=2))
    after = plan_of(now(seminar))
    assert after.meeting[lecture.pk].on == lecture.on + timedelta(days=2)
    assert before.meeting[lecture.pk].on == lecture.on


def test_each_action_leaves_a_plan_that_is_what_the_rows_say(
    keeps, seminar, lecture, presenter_group, student_without_group
):
    join_group(group=presenter_group, enrolment=student_without_group, at=make.TERM_BEGINS)
    joined = plan_of(now(seminar))
    assert joined == read_plan(now(seminar))
    membership = student_without_group.memberships.get()
    leave_group(membership=membership, at=make.BEFORE_CLASS)
    left = plan_of(now(seminar))
    assert left == read_plan(now(seminar)) != joined


def test_courses_are_kept_apart(keeps, seminar, other_course, lecture):
    assert plan_of(seminar).meetings != plan_of(other_course).meetings == ()


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_kept_by_nobody(monkeypatch, seminar, lecture):
    monkeypatch.undo()
    assert kept.is_settled()
    before = plan_of(now(seminar))
    with transaction.atomic():
        raise_revision(seminar.pk)
        Meeting.objects.filter(pk=lecture.pk).update(topic="Never")
        inside = now(seminar)
        assert plan_of(inside).meeting[lecture.pk].heading == "Never"
        transaction.set_rollback(True)
    raise_revision(seminar.pk)  # the same number again
    assert now(seminar).revision == inside.revision
    assert plan_of(now(seminar)) == before


@pytest.mark.parametrize("is_settled", [True, False], ids=["kept", "in a transaction"])
def test_a_plan_that_changes_while_it_is_read_is_read_again(
    monkeypatch, is_settled, seminar, lecture
):
    """Half of the rows were of the revision before: that is no plan of either."""
    monkeypatch.setattr(kept, "is_settled", lambda: is_settled)
    reads = []

    def read_and_change(course):
        plan = read_plan(course)
        if not reads:
            raise_revision(seminar.pk)
            Meeting.objects.filter(pk=lecture.pk).update(topic="Moved on")
        reads.append(course.revision)
        return plan

    monkeypatch.setattr(kept, "read_plan", read_and_change)
    assert plan_of(seminar).meeting[lecture.pk].heading == "Moved on"
    assert reads == [seminar.revision, seminar.revision + 1]
    assert (seminar.pk, seminar.revision) not in kept._kept


def test_a_course_that_never_stands_still_is_not_judged(monkeypatch, seminar):
    def read_and_change(course):
        raise_revision(seminar.pk)
        return read_plan(course)

    monkeypatch.setattr(kept, "read_plan", read_and_change)
    with pytest.raises(NotNow):
        plan_of(seminar)


def test_so_many_are_kept_and_no_more(keeps, seminar, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    for _ in range(5):
        plan_of(now(seminar))
        raise_revision(seminar.pk)
    assert [revision for _, revision in kept._kept] == [3, 4, 5]
    plan_of(seminar)  # an old one is asked for: it is not that revision any more
    assert len(kept._kept) == 3


def test_threads_share_what_is_kept(keeps, seminar, lecture):
    first, found = plan_of(seminar), []
    threads = [threading.Thread(target=lambda: found.append(plan_of(seminar))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert all(plan is first for plan in found)
    assert len(found) == 8


# The watch over what is written.


@pytest.mark.parametrize(
    ("sql", "changes"),
    [
        ('INSERT INTO "schedule_meeting" ("course_id") VALUES (%s)', True),
        ('DELETE FROM "groups_membership" WHERE "id" IN (%s)', True),
        ('UPDATE "courses_enrolment" SET "dropped_at" = %s WHERE "id" = %s', True),
        ('UPDATE "courses_enrolment" SET "person_id" = %s WHERE "role" = %s', False),
        ('UPDATE "courses_course" SET "timezone" = %s WHERE "id" = %s', True),
        ('UPDATE "courses_course" SET "room" = %s WHERE "id" = %s', False),
        ('INSERT INTO "courses_course" ("slug") VALUES (%s)', False),
        ('SELECT "schedule_meeting"."id" FROM "schedule_meeting"', False),
        ('INSERT INTO "courses_notice" ("key") VALUES (%s)', False),
    ],
)
def test_what_changes_a_plan(sql, changes):
    assert changes_plan(sql) is changes


@pytest.mark.parametrize("is_raised", [True, False])
def test_a_write_that_raises_no_revision_is_found(seminar, lecture, is_raised):
    watch = Watch()
    with connection.execute_wrapper(watch), transaction.atomic():
        with transaction.atomic():
            Meeting.objects.filter(pk=lecture.pk).update(topic="Else")
        raise_revision(seminar.pk)
        if not is_raised:
            watch.frames[-1].is_raised = False
    assert len(watch.faults) == (0 if is_raised else 1)


def test_a_write_that_was_taken_back_needs_none(seminar, lecture):
    watch = Watch()
    with connection.execute_wrapper(watch), transaction.atomic():
        Meeting.objects.filter(pk=lecture.pk).update(topic="Else")
        transaction.set_rollback(True)
    assert watch.faults == []
