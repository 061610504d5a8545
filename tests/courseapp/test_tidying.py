"""What nobody can need any more is removed once an hour; what somebody may need stays."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from courseapp import tasks
from courseapp.tidying import tidy
from courses.models import Heartbeat
from submissions.files import absolute
from submissions.models import StoredFile
from submissions.sweeps import remove_leftovers
from submissions.uploading import incoming
from tests.factories import BEFORE_CLASS as AT
from tests.factories import MICROSECOND

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def file(path, age: timedelta):
    """A file that was last written `age` before AT."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    written = (AT - age).timestamp()
    os.utime(path, (written, written))
    return path


def work(name: str, age: timedelta):
    return file(absolute(f"work/{name[:2]}/{name}"), age)


def row(path) -> StoredFile:
    return StoredFile.objects.create(
        path=str(path.relative_to(settings.MEDIA_ROOT)),
        name="a.pptx",
        content_type="x/y",
        size=1,
        sha256="0" * 64,
        stored_at=AT,
    )


def test_what_is_a_day_old_and_named_by_nothing_goes():
    owned = work("aa01", 3 * DAY)
    row(owned)
    young = [work("aa02", DAY - SECOND), file(incoming() / "young", DAY - SECOND)]
    for old in (work("aa03", DAY), work("bb04", 30 * DAY), file(incoming() / "old", DAY)):
        assert old.exists()
    assert remove_leftovers(at=AT) == 3
    left = sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    assert left == sorted([owned, *young])
    assert remove_leftovers(at=AT) == 0


def test_nothing_goes_where_the_database_knows_none_of_the_files(caplog):
    """It is another database than theirs, or an empty one."""
    files = [work("aa01", 3 * DAY), work("bb02", 3 * DAY)]
    given_up = file(incoming() / "old", DAY)
    assert remove_leftovers(at=AT) == 1
    assert not given_up.exists()
    assert all(one.exists() for one in files)
    assert "names none of 2 stored files" in caplog.text


def test_other_folders_beside_the_files_are_let_alone():
    row(work("aa01", 3 * DAY))
    other = file(settings.MEDIA_ROOT / "notes" / "kept.txt", 30 * DAY)
    remove_leftovers(at=AT)
    assert other.exists()


def test_many_files_are_looked_at_in_steps(monkeypatch):
    monkeypatch.setattr("submissions.sweeps.leftovers._CHUNK", 2)
    row(work("aa01", 3 * DAY))
    for number in range(5):
        work(f"bb{number}", 2 * DAY)
    assert remove_leftovers(at=AT) == 5


def test_a_file_that_cannot_be_removed_stops_nothing(monkeypatch, caplog):
    row(work("aa01", 3 * DAY))
    work("aa02", 2 * DAY)
    monkeypatch.setattr("pathlib.Path.unlink", lambda self: (_ for _ in ()).throw(OSError("no")))
    assert remove_leftovers(at=AT) == 0
    assert "cannot be removed" in caplog.text


def test_it_is_done_once_an_hour():
    hour = timedelta(hours=1)
    assert tidy(at=AT) == {"files": 0, "sessions": 0}
    assert [tidy(at=AT + hour - MICROSECOND), bool(tidy(at=AT + hour))] == [{}, True]
    assert Heartbeat.objects.get(name="tidied").seen_at == AT + hour


def test_sessions_that_are_over_go(monkeypatch):
    monkeypatch.setattr("courseapp.tidying._CHUNK", 2)
    for number in range(5):
        Session.objects.create(session_key=f"over{number}", expire_date=AT - MICROSECOND)
    Session.objects.create(session_key="lives", expire_date=AT)
    assert tidy(at=AT)["sessions"] == 5
    assert list(Session.objects.values_list("session_key", flat=True)) == ["lives"]


def test_the_worker_says_that_it_swept_when_nothing_failed(monkeypatch):
    tasks.sweep()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"tidied", "sweep"}


def test_a_sweep_that_failed_is_not_said_to_be_done(monkeypatch):
    def fails(*, at):
        raise ValueError("no")

    monkeypatch.setattr(tasks, "sweep_once", fails)
    with pytest.raises(ValueError, match="no"):
        tasks.sweep()
    assert not Heartbeat.objects.exists()
