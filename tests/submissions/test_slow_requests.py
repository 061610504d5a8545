"""A request held open over its deadline: what it brings later does not count as brought before."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from submissions.links import work_path
from submissions.models import Receipt
from submissions.views import edge
from tests import factories as make
from tests.submissions import uploads
from tests.submissions.conftest import ANSWERS, a_key
from tests.works import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrive(monkeypatch):
    """`with arrive(begun, seconds):` requests begin then, and their last byte comes later."""

    def at(begun: datetime, seconds: int):
        def now():
            caller = sys._getframe(1).f_code.co_name
            return begun + timedelta(seconds=seconds * (caller == "begun_at"))

        monkeypatch.setattr(edge.timezone, "now", now)
        return time_machine.travel(begun, tick=False)

    return at


A_SECOND_BEFORE_CLASS = make.CLASS_STARTS - timedelta(seconds=1)


@pytest.mark.parametrize(("seconds", "status"), [(0, 303), (60, 303), (62, 409), (600, 409)])
@pytest.mark.parametrize("with_file", [False, True])
def test_a_question_has_a_minute_to_arrive_whatever_comes_with_it(
    arrive, client_of, presenter, reading, seconds, status, with_file
):
    posted = {"text": "What did they just say?", "key": a_key(), "base_version": "0"}
    if with_file:
        posted["upload"] = SimpleUploadedFile("pad.bin", b"pad")
    with arrive(A_SECOND_BEFORE_CLASS, seconds):
        url = work_path("seminar", ("question", 0, reading.pk))
        assert client_of(presenter).post(url, posted).status_code == status
    assert Question.objects.exists() == (status == 303)


@pytest.mark.parametrize(("name", "verdict"), [("pad", "late_not_counted"), ("upload", "on_time")])
def test_a_file_that_nobody_asked_for_gives_no_time_to_a_text(
    arrive, client_of, companion, lecture, companion_group, name, verdict
):
    """Ten minutes are an upload's; what is typed has one, whatever else is sent along."""
    file = uploads.pdf() if name == "upload" else SimpleUploadedFile("pad.bin", b"pad")
    posted = {"key": a_key(), "base_version": "0", name: file}
    posted |= ANSWERS if name == "pad" else {"file_instead": "1"}
    with arrive(make.SUMMARY_DUE - timedelta(seconds=1), 600):
        url = work_path("seminar", ("summary", lecture.pk, 0))
        assert client_of(companion).post(url, posted).status_code == 303
    assert Receipt.objects.get().verdict == verdict


@pytest.mark.parametrize(("seconds", "is_withdrawn"), [(60, True), (62, False)])
def test_withdrawing_has_a_minute_to_arrive(
    arrive, client_of, presenter, reading, seconds, is_withdrawn
):
    question = make.QuestionFactory(reading=reading, author=presenter)
    with arrive(A_SECOND_BEFORE_CLASS, seconds):
        url = work_path("seminar", ("question", 0, reading.pk), name="withdraw")
        client_of(presenter).post(url)
    question.piece.refresh_from_db()
    assert (question.piece.withdrawn_at is not None) == is_withdrawn


@pytest.mark.parametrize(("seconds", "verdict"), [(60, "on_time"), (62, "late_not_counted")])
def test_a_summary_without_a_file_has_a_minute_to_arrive(
    arrive, client_of, reviewer, lecture, seconds, verdict
):
    with arrive(make.SUMMARY_DUE - timedelta(seconds=1), seconds):
        url = work_path("seminar", ("summary", lecture.pk, 0))
        client_of(reviewer).post(url, ANSWERS | {"key": a_key()})
    assert Receipt.objects.get().verdict == verdict
