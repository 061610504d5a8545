"""`manage.py sweep`: what the worker does every half minute, once and as of any instant."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from courseapp.sweep import STEPS
from courses.models import Notice
from tests import factories as make

pytestmark = pytest.mark.django_db


def sweep(*arguments):
    out = io.StringIO()
    call_command("sweep", *arguments, stdout=out)
    return out.getvalue().strip()


def test_sweep_tells_and_delivers_as_of_the_instant(lecture, presenter, companion, reviewer):
    said = sweep("--at", make.CLASS_STARTS.isoformat())
    opened = Notice.objects.filter(kind__contains="open")
    assert {notice.recipient for notice in opened} == {presenter, companion, reviewer}
    assert Notice.objects.filter(sent_at=None).count() == 0
    assert len(mail.outbox) == Notice.objects.count()
    assert f"delivered: {len(mail.outbox)}" in said


def test_sweeping_again_tells_nothing_new(lecture, presenter, companion, reviewer):
    for _ in range(5):
        said = sweep("--at", make.CLASS_STARTS.isoformat())
    assert said == "reminders: 0, questions open: 0, missing: 0, delivered: 0"


def test_an_instant_without_offset_is_utc(lecture, presenter):
    sweep("--at", "2025-02-19T18:29:59.999999")
    assert not Notice.objects.filter(kind__contains="open").exists()
    sweep("--at", "2025-02-19T18:30:00")
    assert Notice.objects.filter(kind__contains="open").exists()


@time_machine.travel(make.CLASS_STARTS, tick=False)
def test_without_an_instant_it_is_now(lecture, presenter):
    sweep()
    assert Notice.objects.filter(kind__contains="open").exists()


def test_what_is_no_instant_is_refused_by_name():
    with pytest.raises(CommandError, match="--at tomorrow: not an ISO instant"):
        sweep("--at", "tomorrow")


def test_a_step_that_fails_keeps_no_other_from_its_work(monkeypatch, lecture, presenter, caplog):
    def fail(*, at):
        raise OverflowError("a date out of range")

    monkeypatch.setitem(STEPS, "reminders", fail)
    with pytest.raises(OverflowError):
        sweep("--at", make.CLASS_STARTS.isoformat())
    assert Notice.objects.filter(kind__contains="open").exists()
    assert len(mail.outbox) == Notice.objects.count()
    assert "The sweep's step “reminders” failed" in caplog.text
