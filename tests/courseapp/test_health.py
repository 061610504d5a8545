"""`/healthz` says whether the installation can do its work, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from courseapp.health import worker_state
from courses.models import Heartbeat

NOON = datetime(2025, 2, 19, 12, tzinfo=UTC)
DATABASE_OK = {"state": "ok", "engine": connection.vendor}


def beat(at: datetime) -> Heartbeat:
    return Heartbeat.objects.create(name="worker", seen_at=at)


@pytest.fixture
def broken_database(db):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("secret words about the server")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def broken_storage(settings, tmp_path):
    in_the_way = tmp_path / "a-file"
    in_the_way.touch()
    settings.MEDIA_ROOT = in_the_way / "media"


@pytest.mark.django_db
def test_all_is_well_while_the_worker_beats(client):
    heartbeat = beat(timezone.now())
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": DATABASE_OK,
        "storage": {"state": "ok"},
        "worker": {"state": "ok", "seen_at": heartbeat.seen_at.isoformat()},
    }


@pytest.mark.django_db
def test_silent_worker_degrades_but_does_not_fail(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "database": DATABASE_OK,
        "storage": {"state": "ok"},
        "worker": {"state": "never", "seen_at": None},
    }


def test_database_that_fails_is_down(client, broken_database):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "down",
        "database": {"state": "down", "engine": connection.vendor},
        "storage": {"state": "ok"},
        "worker": {"state": "unknown"},
    }


@pytest.mark.django_db
def test_storage_that_fails_is_down(client, broken_storage):
    beat(timezone.now())
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert answer.json()["storage"] == {"state": "down"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("silence", "state"),
    [
        (timedelta(0), "ok"),
        (timedelta(seconds=120) - timedelta(microseconds=1), "ok"),
        (timedelta(seconds=120), "stale"),
        (timedelta(days=2), "stale"),
    ],
)
def test_worker_is_stale_from_120_seconds_on(silence, state):
    beat(NOON - silence)
    assert worker_state(at=NOON) == {"state": state, "seen_at": (NOON - silence).isoformat()}


@pytest.mark.django_db
def test_heartbeat_of_another_process_does_not_count():
    Heartbeat.objects.create(name="mail", seen_at=NOON)
    assert worker_state(at=NOON) == {"state": "never", "seen_at": None}


@pytest.mark.django_db
def test_probe_leaves_no_file_behind(client, settings):
    client.get("/healthz")
    assert list(settings.MEDIA_ROOT.iterdir()) == []


@pytest.mark.django_db
def test_head_answers_without_a_body_and_nothing_is_cached(client):
    answer = client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_post_is_refused(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_asks_two_questions_of_the_database(client, django_assert_num_queries):
    beat(timezone.now())
    with django_assert_num_queries(2):
        client.get("/healthz")


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
