"""The outbox: told once, delivered once, given up late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from courses.actions.outbox import (
    MAX_ATTEMPTS,
    NoticeDraft,
    beat,
    deliver_outbox,
    post_notices,
    waiting_time,
)
from courses.models import Heartbeat, Notice
from courses.tasks import beat_heart
from tests.factories import BEFORE_CLASS as AT
from tests.factories import MICROSECOND, EnrolmentFactory, NoticeFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class UnreachableServer(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("no server")


class RefusingServer(EmailBackend):
    """Takes nothing for addresses that begin with “bad”."""

    def send_messages(self, messages):
        if any(message.to[0].startswith("bad") for message in messages):
            raise ConnectionResetError("mailbox\nunavailable")
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingServer"


def draft(**fields):
    return NoticeDraft(
        **{
            "key": "reminder:1",
            "kind": "reminder",
            "subject": "Due soon",
            "body": "Your slides are due.",
            "address": "reader@mail.example",
            **fields,
        }
    )


def test_a_notice_is_stored_with_course_and_site_below_it(seminar, settings):
    settings.SITE_URL = "https://rostrum.example"
    assert post_notices(drafts=[draft(course=seminar)], at=AT) == 1
    notice = Notice.objects.get()
    assert (notice.address, notice.subject, notice.created_at) == (
        "reader@mail.example",
        "Due soon",
        AT,
    )
    assert notice.body == (
        "Your slides are due.\n\n-- \nRS 101: Reading Systems Papers, Spring 2025\n"
        "https://rostrum.example/c/seminar/home/\n"
    )


def test_what_says_the_same_to_one_address_twice_is_sent_once(seminar):
    """Two entries hold one address; each keeps its notice, and later sweeps post no more."""
    drafts = [
        draft(key=f"reminder:{entry.netid}", address="", recipient=entry, course=seminar)
        for entry in (
            EnrolmentFactory(course=seminar, netid="zza1", email="zz@mail.example"),
            EnrolmentFactory(course=seminar, netid="zzb2", email="ZZ@mail.example"),
        )
    ]
    assert [post_notices(drafts=drafts, at=AT) for _ in range(3)] == [2, 0, 0]
    deliver_outbox(at=AT)
    deliver_outbox(at=AT + MINUTE)
    assert [message.to for message in mail.outbox] == [["zz@mail.example"]]
    assert list(Notice.objects.values_list("recipient__netid", "last_error")) == [
        ("zza1", ""),
        ("zzb2", "Not sent: the same goes to this address for another entry."),
    ]


@pytest.mark.parametrize(
    "other", [{"address": "other@mail.example"}, {"subject": "Else"}, {"body": "Else."}]
)
def test_what_differs_is_sent(other):
    post_notices(drafts=[draft(), draft(key="reminder:2", **other)], at=AT)
    assert deliver_outbox(at=AT) == 2


def test_one_key_is_told_once_however_often_it_is_posted():
    twice = [draft(), draft(body="Other words.")]
    assert [post_notices(drafts=twice, at=AT) for _ in range(5)] == [1, 0, 0, 0, 0]
    assert Notice.objects.count() == 1


def test_it_counts_only_what_is_new():
    post_notices(drafts=[draft()], at=AT)
    assert post_notices(drafts=[draft(), draft(key="a"), draft(key="b")], at=AT) == 2


def test_it_does_not_count_what_another_process_stored_meanwhile():
    """The other's notice comes after we have looked which keys are new."""
    others = iter([NoticeFactory.build(key="b")])

    def overtaken(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "courses_notice" in sql:
            for other in others:
                other.save()
        return found

    with connection.execute_wrapper(overtaken):
        assert post_notices(drafts=[draft(key=key) for key in "abc"], at=AT) == 2
    assert sorted(Notice.objects.values_list("key", flat=True)) == ["a", "b", "c"]


def test_it_goes_to_the_claimed_account_before_the_rosters_address(presenter, unclaimed_student):
    unclaimed_student.email = "roster@mail.example"
    post_notices(
        drafts=[
            draft(key="1", address="", recipient=presenter),
            draft(key="2", address="", recipient=unclaimed_student),
        ],
        at=AT,
    )
    assert list(Notice.objects.values_list("address", flat=True)) == [
        presenter.person.email,
        "roster@mail.example",
    ]


def test_an_entry_without_an_address_is_not_written_to(unclaimed_student):
    assert post_notices(drafts=[draft(address="", recipient=unclaimed_student)], at=AT) == 0


def test_a_subject_cannot_add_headers():
    post_notices(drafts=[draft(subject="Due\r\nBcc: all@mail.example")], at=AT)
    deliver_outbox(at=AT)
    assert mail.outbox[0].subject == "Due Bcc: all@mail.example"
    assert mail.outbox[0].recipients() == ["reader@mail.example"]


def test_what_is_due_is_sent_once():
    NoticeFactory.create_batch(3)
    assert [deliver_outbox(at=AT), deliver_outbox(at=AT)] == [3, 0]
    assert len(mail.outbox) == 3
    assert set(Notice.objects.values_list("sent_at", "attempts")) == {(AT, 1)}


def test_no_more_than_the_limit_is_sent():
    NoticeFactory.create_batch(3)
    assert [deliver_outbox(at=AT, limit=2) for _ in range(3)] == [2, 1, 0]


def test_a_mail_sent_twice_after_a_crash_carries_the_same_id():
    notice = NoticeFactory()
    deliver_outbox(at=AT)
    Notice.objects.update(sent_at=None)
    deliver_outbox(at=AT)
    ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert ids[0] == ids[1]
    assert notice.key not in ids[0]


def test_a_notice_that_another_worker_has_claimed_is_left_to_it():
    NoticeFactory(retry_at=AT + MICROSECOND)
    assert deliver_outbox(at=AT) == 0
    assert deliver_outbox(at=AT + MICROSECOND) == 1


def test_two_workers_with_the_same_list_send_it_once(monkeypatch):
    NoticeFactory()
    from courses.actions import outbox

    honest = outbox._deliver

    def race(notice, connection, at):
        return honest(notice, connection, at) + honest(notice, connection, at)

    monkeypatch.setattr(outbox, "_deliver", race)
    assert deliver_outbox(at=AT) == 1
    assert len(mail.outbox) == 1


def test_a_refused_notice_waits_longer_each_time_and_stops_no_other(refusing):
    bad, good = NoticeFactory(address="bad@mail.example"), NoticeFactory()
    assert deliver_outbox(at=AT) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.sent_at == AT
    assert (bad.sent_at, bad.attempts, bad.retry_at) == (None, 1, AT + MINUTE)
    assert bad.last_error == "ConnectionResetError: mailbox unavailable"
    assert deliver_outbox(at=AT + MINUTE - MICROSECOND) == 0
    deliver_outbox(at=AT + MINUTE)
    bad.refresh_from_db()
    assert (bad.attempts, bad.retry_at) == (2, AT + MINUTE + 5 * MINUTE)


def test_waiting_times():
    assert [waiting_time(n) / MINUTE for n in range(1, 8)] == [1, 5, 25, 125, 360, 360, 360]


def test_it_is_given_up_after_ten_attempts(refusing):
    notice = NoticeFactory(address="bad@mail.example")
    at = AT
    for _ in range(MAX_ATTEMPTS + 5):
        deliver_outbox(at=at)
        at += timedelta(hours=6)
    notice.refresh_from_db()
    assert (notice.attempts, notice.sent_at) == (MAX_ATTEMPTS, None)


def test_a_server_that_cannot_be_reached_costs_no_attempt(settings):
    settings.EMAIL_BACKEND = f"{__name__}.UnreachableServer"
    notice = NoticeFactory()
    assert deliver_outbox(at=AT) == 0
    notice.refresh_from_db()
    assert (notice.attempts, notice.retry_at) == (0, None)


def test_a_heart_beats_in_one_row():
    beat(name="worker", at=AT)
    beat(name="worker", at=AT + MINUTE)
    assert list(Heartbeat.objects.values_list("name", "seen_at")) == [("worker", AT + MINUTE)]


def test_the_task_beats_the_workers_heart():
    beat_heart()
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["worker"]
