"""A database that is busy or full says so, with the text, whichever statement meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.core.cache import caches
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from courses.faults import Fault, NotNow, fault_of, said_plainly
from courses.models import Heartbeat
from submissions.links import work_path
from submissions.models import Receipt
from tests import factories as make
from tests.courseapp.processes import clean_environment

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Why is a page sixteen tokens long?"
BUSY, FULL = "database is locked", "database or disk is full"
WORDS = {BUSY: "the server is busy with something else", FULL: "the server has no room for it"}


@pytest.fixture
def refuse(monkeypatch):
    """`refuse(table, words)`: the database writes nothing to that table any more."""
    execute = CursorWrapper._execute

    def refuse(table, words):
        def refusing(self, sql, params, *ignored):
            if table in sql and not sql.startswith("SELECT"):
                raise OperationalError(words)
            return execute(self, sql, params, *ignored)

        monkeypatch.setattr(CursorWrapper, "_execute", refusing)

    return refuse


@pytest.fixture
def post_question(client_of, presenter, reading):
    path = work_path("seminar", ("question", 0, reading.pk))
    client = client_of(presenter)
    client.raise_request_exception = False

    def post():
        with time_machine.travel(make.BEFORE_CLASS, tick=False):
            return client.post(path, {"text": TEXT, "key": "a" * 32, "base_version": "0"})

    return post


@pytest.fixture
def counts_attempts(settings):
    """The cache of a real site, in the database."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        }
    }
    caches["default"].set("warm", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("words", [BUSY, FULL])
@pytest.mark.parametrize("table", ["submissions_version", "submissions_receipt", "courses_notice"])
def test_hand_in_that_meets_it_is_503_with_the_text(
    post_question, refuse, monkeypatch, table, words
):
    refuse(table, words)
    answer = post_question()
    body = answer.content.decode()
    assert answer.status_code == 503
    assert TEXT in body
    assert "It is not known" not in body
    assert not Receipt.objects.exists()
    monkeypatch.undo()
    assert post_question().status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("words", [BUSY, FULL])
def test_after_the_view_it_is_not_known_whether_it_is_in(
    client_of, presenter, refuse, words, monkeypatch
):
    """The session is written once the view has done its work."""

    client = client_of(presenter)
    client.raise_request_exception = False
    monkeypatch.setattr("courseapp.middleware.KeptMiddleware.process_view", _mark, raising=False)
    refuse("django_session", words)
    answer = client.post("/c/seminar/home/", {"text": TEXT})
    assert answer.status_code == 503
    assert "It is not known whether this was" in answer.content.decode()
    assert WORDS[words] in answer.content.decode()
    assert TEXT in answer.content.decode()


def _mark(self, request, view, args, kwargs):
    request.session["mark"] = 1


@pytest.mark.django_db
@pytest.mark.parametrize("words", [BUSY, FULL])
def test_sign_in_is_not_told_that_it_was_tried_too_often(client, counts_attempts, refuse, words):
    """The cache would take a lock that it cannot set for somebody else's."""
    refuse('"cache"', words)
    client.raise_request_exception = False
    answer = client.post("/accounts/login/", {"login": "a@mail.example", "password": "x" * 12})
    assert answer.status_code == 503
    assert WORDS[words] in answer.content.decode()
    assert "x" * 12 not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [IntegrityError("UNIQUE"), OperationalError("no such table: x")], ids=str
)
def test_only_what_passes_is_said_so(monkeypatch, error):
    def refusing(*ignored):
        raise error

    monkeypatch.setattr(CursorWrapper, "_execute", refusing)
    with pytest.raises(type(error)), said_plainly(connection):
        Receipt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "fault"), [(BUSY, Fault.BUSY), (FULL, Fault.FULL)])
def test_what_passes_keeps_its_kind(refuse, words, fault):
    refuse("courses_heartbeat", words)
    with pytest.raises(NotNow) as raised, said_plainly(connection):
        Heartbeat.objects.create(name="x", seen_at=make.BEFORE_CLASS)
    assert raised.value.fault is fault_of(raised.value) is fault


# SQLite says that the disk is full at COMMIT as often as before it.


@pytest.fixture
def refuse_commit(monkeypatch):
    """`refuse_commit(table, words)`: no COMMIT of what was written to that table is done."""
    execute, commit = CursorWrapper._execute, BaseDatabaseWrapper._commit
    written = []

    def refuse_commit(table, words):
        def noting(self, sql, params, *ignored):
            if table in sql and not sql.startswith("SELECT"):
                written.append(sql)
            return execute(self, sql, params, *ignored)

        def refusing(self):
            if written:
                written.clear()
                raise OperationalError(words)
            commit(self)

        monkeypatch.setattr(CursorWrapper, "_execute", noting)
        monkeypatch.setattr(BaseDatabaseWrapper, "_commit", refusing)

    return refuse_commit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [BUSY, FULL])
def test_hand_in_whose_commit_meets_it_is_503_and_not_in(
    post_question, refuse_commit, monkeypatch, words
):
    refuse_commit("submissions_version", words)
    answer = post_question()
    assert answer.status_code == 503
    assert TEXT in answer.content.decode()
    assert "It is not known" not in answer.content.decode()
    assert not Receipt.objects.exists()
    monkeypatch.undo()
    assert post_question().status_code == 303


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [BUSY, FULL])
def test_session_whose_commit_meets_it_was_not_removed_by_somebody(
    client_of, presenter, refuse_commit, words, monkeypatch
):
    client = client_of(presenter)
    client.raise_request_exception = False
    monkeypatch.setattr("courseapp.middleware.KeptMiddleware.process_view", _mark, raising=False)
    refuse_commit("django_session", words)
    answer = client.post("/c/seminar/home/", {"text": TEXT})
    assert answer.status_code == 503
    assert WORDS[words] in answer.content.decode()
    assert TEXT in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [BUSY, FULL])
def test_count_of_attempts_whose_commit_meets_it_is_no_limit(
    client, counts_attempts, refuse_commit, words
):
    refuse_commit('"cache"', words)
    client.raise_request_exception = False
    answer = client.post("/accounts/login/", {"login": "a@mail.example", "password": "x" * 12})
    assert answer.status_code == 503
    assert WORDS[words] in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_connection_is_as_before_once_a_request_is_over(client, refuse_commit):
    with said_plainly(connection), said_plainly(connection):
        client.get("/healthz")
    refuse_commit("courses_heartbeat", FULL)
    with pytest.raises(OperationalError), transaction.atomic():  # as Django says it
        Heartbeat.objects.create(name="x", seen_at=make.BEFORE_CLASS)
    assert not Heartbeat.objects.filter(name="x").exists()


# The same with a real lock and a real end of room, and with a Redis that is not there.

_SITE = """
import itertools, os, sqlite3
os.environ["DJANGO_SETTINGS_MODULE"] = "courseapp.settings"
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
connection.settings_dict["OPTIONS"]["timeout"] = 0.2
call_command("migrate", verbosity=0)
call_command("createcachetable")
from allauth.account.models import EmailAddress
from courses.models import Person
for name in "ab":
    person = Person.objects.create_user(email=f"{name}@mail.example", password="a long password")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)

addresses = itertools.count(1)

def sign_in(who="a", password="a long password"):
    form = {"login": f"{who}@mail.example", "password": password}
    answer = Client(REMOTE_ADDR=f"10.0.0.{next(addresses)}").post("/accounts/login/", form)
    said = ("is busy with", "has no room", "Too many failed")
    words = [answer.status_code, *(one for one in said if one in answer.content.decode())]
    return " ".join(map(str, words))
"""


def run(tmp_path, script: str, **env: str) -> list[str]:
    """What the script prints in a fresh site on SQLite."""
    done = subprocess.run(
        [sys.executable, "-c", _SITE + script],
        cwd=ROOT,
        env=clean_environment(tmp_path)
        | {"LOG_LEVEL": "CRITICAL", "EMAIL_URL": "dummymail://"}
        | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.process
def test_a_real_lock_and_a_full_database_pass_without_a_restart(tmp_path):
    script = """
other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print(sign_in())
other.execute("ROLLBACK")
pragma = connection.cursor().execute
pages = pragma("PRAGMA page_count").fetchone()[0]
pragma(f"PRAGMA max_page_count={pages}")
answers = {sign_in() for _ in range(100)}
print(*sorted(answers))
pragma("PRAGMA max_page_count=1000000")
print(sign_in())
"""
    assert run(tmp_path, script) == ["503 is busy with", "302 503 has no room", "302"]


@pytest.mark.process
def test_sign_in_and_its_limits_need_no_redis(tmp_path):
    script = """
print([sign_in("a", "a wrong password") for _ in range(6)][-1])
print(sign_in("b"))
"""
    said = run(tmp_path, script, REDIS_URL="redis://127.0.0.1:1/0")
    assert said == ["200 Too many failed", "302"]
