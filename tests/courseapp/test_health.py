"""`/healthz` says whether the installation can do its work, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from courseapp import probes
from courseapp.health import STALE_AFTER, silence
from courses.models import Heartbeat
from submissions.uploading import incoming
from tests.factories import MICROSECOND

NOON = datetime(2025, 2, 19, 12, tzinfo=UTC)
ENGINE = connection.vendor


def beat(at: datetime, *names: str) -> str:
    """Every part that beats was heard of at `at`; returns it as it is written."""
    for name in names or STALE_AFTER:
        Heartbeat.objects.create(name=name, seen_at=at)
    return at.isoformat()


@pytest.fixture
def refusing_database(db):
    """`with refusing_database(words)`: no statement is carried out."""

    def refusing(words):
        def refuse(execute, sql, params, many, context):
            raise OperationalError(words)

        return connection.execute_wrapper(refuse)

    return refusing


@pytest.fixture
def full_folder(monkeypatch):
    """`full_folder(path)`: nothing more can be written below it."""

    def fill(full):
        def fsync(fd):
            if Path(f"/proc/self/fd/{fd}").readlink().is_relative_to(full):
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(probes.os, "fsync", fsync)

    return fill


@pytest.mark.django_db
def test_all_is_well_while_everything_works(client):
    seen_at = beat(timezone.now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ok",
            "database": {"state": "ok", "engine": ENGINE},
            "storage": {"state": "ok", "leftovers": 0},
            "temporary": {"state": "ok"},
            "worker": {"state": "ok", "seen_at": seen_at},
            "sweep": {"state": "ok", "seen_at": seen_at},
        },
    )


@pytest.mark.django_db
@pytest.mark.parametrize("silent", ["worker", "sweep"])
def test_silent_part_degrades_but_does_not_fail(client, silent):
    beat(timezone.now(), *(set(STALE_AFTER) - {silent}))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()[silent] == {"state": "never", "seen_at": None}


@pytest.mark.parametrize(
    ("words", "state", "status", "code"),
    [
        ("secret words about the server", "down", "down", 503),
        ("database or disk is full", "full", "down", 503),
        ("database is locked", "busy", "degraded", 200),
    ],
)
def test_database_that_takes_nothing(client, refusing_database, words, state, status, code):
    with refusing_database(words):
        answer = client.get("/healthz")
    said = answer.json()
    assert (answer.status_code, said["status"]) == (code, status)
    assert said["database"] == {"state": state, "engine": ENGINE}
    assert said["worker"] == said["sweep"] == {"state": "unknown", "seen_at": None}
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_storage_that_fails_is_down(client, settings, tmp_path):
    (tmp_path / "a-file").touch()
    settings.MEDIA_ROOT = tmp_path / "a-file" / "media"
    beat(timezone.now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["storage"] == {"state": "down", "leftovers": None}


@pytest.mark.django_db
def test_full_storage_is_down(client, settings, full_folder):
    beat(timezone.now())
    full_folder(settings.MEDIA_ROOT)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["storage"]["state"] == "full"


@pytest.mark.django_db
def test_full_folder_for_temporary_files_degrades(client, full_folder, monkeypatch, tmp_path):
    beat(timezone.now())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    full_folder(tmp_path / "temporary")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["temporary"] == {"state": "full"}


@pytest.mark.django_db
@pytest.mark.parametrize(("missing", "state"), [(0, "ok"), (1, "low")])
def test_storage_with_room_for_fewer_than_four_of_the_largest_files_is_low(
    client, settings, monkeypatch, missing, state
):
    beat(timezone.now())
    free = 4 * settings.UPLOAD_MAX_MB * 2**20 - missing
    monkeypatch.setattr(probes.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["storage"]["state"]) == (200, state)
    assert answer.json()["status"] == ("ok" if state == "ok" else "degraded")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "after"), [("worker", timedelta(minutes=2)), ("sweep", timedelta(minutes=10))]
)
def test_a_part_is_stale_from_its_time_on(name, after):
    for ago, state in (
        (timedelta(0), "ok"),
        (after - MICROSECOND, "ok"),
        (after, "stale"),
        (timedelta(days=2), "stale"),
    ):
        Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": NOON - ago})
        expected = {"state": state, "seen_at": (NOON - ago).isoformat()}
        assert (ago, silence(at=NOON)[name]) == (ago, expected)


@pytest.mark.django_db
def test_heartbeat_of_another_process_does_not_count():
    beat(NOON, "mail", "probe", "tidied")
    assert silence(at=NOON) == {name: {"state": "never", "seen_at": None} for name in STALE_AFTER}


@pytest.mark.django_db
def test_what_the_sweep_should_have_removed_is_counted(client):
    for name, days in (("old", 2), ("young", 0)):
        (incoming() / name).touch()
        old = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(incoming() / name, (old, old))
    assert client.get("/healthz").json()["storage"]["leftovers"] == 1


@pytest.mark.django_db
def test_probe_leaves_no_file_behind(client, settings):
    client.get("/healthz")
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_head_answers_without_a_body_and_nothing_is_cached(client):
    answer = client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_post_is_refused(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_asks_little_of_the_database_and_less_when_asked_often(client, django_assert_num_queries):
    beat(timezone.now())
    with django_assert_num_queries(2):
        client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/healthz")


# A probe.


def test_probe_remembers_its_answer_for_two_seconds(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(probes.time, "monotonic", lambda: now[0])
    answers = iter(["ok", "full"])
    probe = probes.Probe(lambda at: next(answers))
    assert [probe(NOON), probe(NOON)] == ["ok", "ok"]
    now[0] += 2.0 - 1e-6
    assert probe(NOON) == "ok"
    now[0] += 1e-6
    assert probe(NOON) == "full"


def test_who_asks_while_a_probe_hangs_is_told_the_last_answer(monkeypatch):
    monkeypatch.setattr(probes, "REMEMBERED_FOR", 0.0)
    has_begun, may_end = threading.Event(), threading.Event()

    def attempt(at):
        if not has_begun.is_set():
            has_begun.set()
            return "ok"
        may_end.wait(10)
        return "down"

    probe = probes.Probe(attempt)
    assert probe(NOON) == "ok"
    hanging = threading.Thread(target=probe, args=[NOON])
    hanging.start()
    while not probe._lock.locked():
        pass
    assert probe(NOON) == "ok"
    may_end.set()
    hanging.join()
    assert probe._answer == "down"


# The command.


@pytest.mark.django_db
def test_command_says_the_same_and_succeeds_while_all_is_well(capsys, client):
    beat(timezone.now())
    call_command("healthy")
    assert json.loads(capsys.readouterr().out) == client.get("/healthz").json()


@pytest.mark.django_db
def test_command_fails_when_the_worker_is_silent(capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("healthy")
    assert stopped.value.code == 1
    assert json.loads(capsys.readouterr().out)["status"] == "degraded"


@pytest.mark.django_db
def test_command_fails_for_the_parts_that_are_asked_for_alone(capsys):
    beat(timezone.now(), "worker")
    call_command("healthy", "worker", "database")
    with pytest.raises(SystemExit):
        call_command("healthy", "worker", "sweep")
    with pytest.raises(CommandError, match="mail: no part; these are: database"):
        call_command("healthy", "mail")
