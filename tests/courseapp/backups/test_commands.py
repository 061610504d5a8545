"""The two commands, as an operator runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = [pytest.mark.process, pytest.mark.django_db]


def test_nights_then_a_newer_version_then_back(site, new_site, target):
    """Two nights; the newer version failed; its tables are there; back to the second night."""
    first = site.command("backup", str(target), "--keep", "1")
    assert first.returncode == 0, first.stderr
    Path(first.stdout.strip()).rename(target / "rostrum-2025-02-19-031507Z")  # last night
    site.add_person("second@example.edu")
    second = site.command("backup", str(target), "--keep", "1")
    assert second.returncode == 0, second.stderr
    backup = Path(second.stdout.strip())
    assert [path for path in target.iterdir() if path.is_dir()] == [backup]

    refused = site.command("restore", str(backup))
    assert refused.returncode == 1
    assert "The site is not empty: courses_person, submissions_storedfile" in refused.stderr

    newer = new_site("newer")
    newer.run("CREATE TABLE courses_rule (id integer PRIMARY KEY)")
    restored = newer.command("restore", str(backup), "--verbosity", "0")
    assert restored.returncode == 0, restored.stderr
    assert newer.people() == ["ada@example.edu", "second@example.edu"]
    assert newer.files() == site.files()
    assert "courses_rule" not in newer.tables()
    upgraded = newer.command("migrate", "--check")
    assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr


def test_an_older_backup_is_brought_up_to_this_version(site, new_site, target):
    """The last migration had not been done when it was made."""
    undone = site.command("migrate", "sessions", "zero", "--verbosity", "0")
    assert undone.returncode == 0, undone.stderr
    assert "django_session" not in site.tables()
    backup = Path(site.command("backup", str(target)).stdout.strip())
    other = new_site("other", prepared=False)
    restored = other.command("restore", str(backup), "--verbosity", "0")
    assert restored.returncode == 0, restored.stderr
    assert "django_session" in other.tables()
    assert other.people() == ["ada@example.edu"]


def test_what_went_wrong_is_one_line_and_an_exit_with_1(new_site, target):
    done = new_site("empty").command("backup", str(target))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("CommandError: The database holds no person and no course")
    assert "Traceback" not in done.stderr


def test_a_lost_file_is_said_where_nightly_jobs_look(site, target):
    lost = site.add_file(on_disk=False)
    done = site.command("backup", str(target))
    assert done.returncode == 0
    assert str(lost.relative_to(site.site.media)) in done.stderr


@pytest.mark.parametrize("keep", ["0", "-1"])
def test_keeping_none_is_refused(target, keep):
    with pytest.raises(CommandError, match="--keep must be 1 or more"):
        call_command("backup", str(target), f"--keep={keep}")
    assert not target.exists()


def test_a_program_that_is_not_there_is_named(site, target, monkeypatch):
    if site.site.database.engine == "sqlite":
        pytest.skip("SQLite needs no program")
    monkeypatch.setenv("PATH", str(target))
    done = site.command("backup", str(target))
    assert done.returncode == 1
    assert "pg_dump is not installed here" in done.stderr
