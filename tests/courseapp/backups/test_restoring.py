"""A backup goes back on an empty site, all of it or nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
from datetime import UTC, datetime

import pytest

from courseapp.backups import restoring
from courseapp.backups.errors import BackupFailed
from courseapp.backups.making import make_backup
from courseapp.backups.restoring import put_back
from courseapp.backups.sealed import SUMS, hash_of
from courseapp.backups.sqlite import SQLite
from tests.courseapp.backups.sites import connect, known_migrations

AT = datetime(2025, 2, 20, 3, 15, 7, tzinfo=UTC)


@pytest.fixture
def backup(site, target):
    return make_backup(site.site, target, at=AT).folder


@pytest.fixture(params=[True, False], ids=["prepared", "bare"])
def empty(request, new_site):
    """A site that nobody has used: with its tables, and without any."""
    return new_site("empty", prepared=request.param)


def reseal(backup):
    """What somebody does who changes a backup on purpose."""
    lines = (backup / SUMS).read_text().splitlines()
    named = [line.partition("  ")[2] for line in lines]
    (backup / SUMS).write_text("".join(f"{hash_of(backup / name)}  {name}\n" for name in named))


def about_of(backup, **changes):
    path = backup / "about.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    reseal(backup)


def test_a_site_comes_back_as_it_was(site, backup, empty):
    restored = empty.restore(backup)
    assert (restored.made_at, restored.files) == ("2025-02-20T03:15:07+00:00", 2)
    assert empty.people() == site.people() == ["ada@example.edu"]
    assert empty.files() == site.files()
    assert empty.tables() == site.tables()
    with empty.site.database.live() as now, site.site.database.live() as then:
        assert now.migrations() == then.migrations() == known_migrations()


def test_what_comes_back_can_be_written_to_and_backed_up_again(
    site, backup, empty, target, new_site
):
    empty.restore(backup)
    empty.add_person("grace@example.edu")
    empty.add_file(b"later")
    again = make_backup(empty.site, target, at=AT.replace(day=21)).folder
    third = new_site("third")
    third.restore(again)
    assert third.people() == ["ada@example.edu", "grace@example.edu"]
    assert third.files() == empty.files()


def test_ids_go_on_after_the_last(site, backup, new_site):
    """A sequence that began anew would give a number twice."""
    empty = new_site("empty")
    empty.restore(backup)
    if isinstance(empty.site.database, SQLite):
        (following,) = empty.run(
            "SELECT seq FROM sqlite_sequence WHERE name = %s", "courses_person"
        )[0]
        assert following >= 1
    else:
        there = site.run("SELECT last_value FROM courses_person_id_seq")
        assert empty.run("SELECT last_value FROM courses_person_id_seq") == there


def test_tables_of_a_newer_version_are_gone_afterwards(site, backup, new_site):
    """Left behind, they would stop the next upgrade, which makes them."""
    newer = new_site("newer")
    newer.run("CREATE TABLE courses_rule (id integer PRIMARY KEY, person_id bigint)")
    newer.run("ALTER TABLE courses_person ADD COLUMN pronouns varchar(20)")
    newer.run(
        "INSERT INTO django_migrations (id, app, name, applied)"
        " VALUES (9999, 'courses', '0999_rule', CURRENT_TIMESTAMP)"
    )
    newer.restore(backup)
    assert newer.tables() == site.tables()
    assert newer.people() == ["ada@example.edu"]
    with newer.site.database.live() as state:
        assert ("courses", "0999_rule") not in state.migrations()
    with pytest.raises(Exception, match="pronouns"):
        newer.run("SELECT pronouns FROM courses_person")


@pytest.mark.parametrize("what", ["person", "file row", "file", "row of an unknown table"])
def test_a_site_that_holds_something_is_refused_and_stays(backup, new_site, what):
    other = new_site("other")
    if what == "person":
        other.add_person("other@example.edu")
    elif what == "file row":
        other.add_file(on_disk=False)
    elif what == "file":
        path = other.site.media / "work" / "ab" / "abcd"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"somebody's")
    else:
        other.run("CREATE TABLE another_site (id integer PRIMARY KEY)")
        other.run("INSERT INTO another_site VALUES (1)")
    people, files, tables = other.people(), other.files(), other.tables()
    with pytest.raises(BackupFailed, match="The site is not empty"):
        other.restore(backup)
    assert (other.people(), other.files(), other.tables()) == (people, files, tables)


def spoil_file(backup):
    next((backup / "media").rglob("??/*")).write_bytes(b"other")


def spoil_database(backup):
    path = next(backup.glob("database.*"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def shorten_database(backup):
    path = next(backup.glob("database.*"))
    path.write_bytes(path.read_bytes()[:-2000])


def lose_file(backup):
    next((backup / "media").rglob("??/*")).unlink()


def add_file(backup):
    (backup / "media" / "work" / "more").write_bytes(b"x")


def shorten_sums(backup):
    lines = (backup / SUMS).read_text().splitlines(keepends=True)
    (backup / SUMS).write_text("".join(lines[:-1]))


def lose_sums(backup):
    (backup / SUMS).unlink()


def empty_sums(backup):
    for path in backup.rglob("*"):
        if path.is_file():
            path.unlink()
    (backup / SUMS).write_text("")


def change_about(backup):
    (backup / "about.json").write_text("{}")


def link_out(backup):
    path = next((backup / "media").rglob("??/*"))
    path.unlink()
    path.symlink_to("/etc/passwd")


def empty_about(backup):
    (backup / "about.json").write_text("[]"[:1])
    reseal(backup)


def other_format(backup):
    about_of(backup, format=2)


def other_engine(backup):
    about_of(backup, database="oracle")


def newer_version(backup):
    path = backup / "about.json"
    done = json.loads(path.read_text())["migrations"]
    about_of(backup, migrations=[*done, ["courses", "0999_rule"]])


DAMAGES = {
    spoil_file: "was changed",
    spoil_database: "was changed",
    shorten_database: "was changed",
    lose_file: "is missing",
    add_file: "is not named by",
    shorten_sums: "is not named by",
    lose_sums: "no readable SHA256SUMS",
    empty_sums: "names nothing",
    change_about: "was changed",
    link_out: "neither a file nor a folder",
    empty_about: "no readable about.json",
    other_format: "another version of this command",
    other_engine: "kind of database",
    newer_version: r"newer Rostrum \(this one does not know courses.0999_rule\)",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_a_backup_that_cannot_be_trusted_changes_nothing(backup, new_site, damage):
    other = new_site("other")
    tables = other.tables()
    damage(backup)
    with pytest.raises(BackupFailed, match=DAMAGES[damage]):
        other.restore(backup)
    assert (other.people(), other.files(), other.tables()) == ([], {}, tables)


@pytest.mark.parametrize("damage", [spoil_database, shorten_database], ids=lambda one: one.__name__)
def test_a_database_that_is_not_whole_is_noticed_with_right_sums_too(backup, new_site, damage):
    other = new_site("other")
    tables = other.tables()
    if damage is spoil_database:
        path = next(backup.glob("database.*"))
        content = bytearray(path.read_bytes())
        half = len(content) // 2
        content[half : half + 8000] = b"nonsense; " * 800
        path.write_bytes(content)
    else:
        damage(backup)
    reseal(backup)
    with pytest.raises(BackupFailed):
        other.restore(backup)
    assert (other.people(), other.files(), other.tables()) == ([], {}, tables)


def test_what_is_no_folder_is_no_backup(new_site, tmp_path):
    with pytest.raises(BackupFailed, match="is no backup"):
        new_site("other").restore(tmp_path / "nowhere")


def test_a_restore_that_fails_at_the_database_takes_its_files_away(backup, empty, monkeypatch):
    def fail(file):
        assert len(empty.files()) == 2
        raise BackupFailed("psql failed")

    monkeypatch.setattr(empty.site.database, "put_back", fail)
    with pytest.raises(BackupFailed, match="psql failed"):
        empty.restore(backup)
    assert empty.files() == {}
    assert sorted(path.name for path in empty.site.media.iterdir()) == []


def test_a_full_disk_leaves_the_site_as_it_was(backup, empty, monkeypatch):
    def full(source, to):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(to))

    tables = empty.tables()
    monkeypatch.setattr(restoring, "copy_file", full)
    with pytest.raises(BackupFailed, match="No space left on device"):
        empty.restore(backup)
    assert (empty.files(), empty.tables()) == ({}, tables)


def test_one_that_was_killed_can_be_begun_again(backup, new_site):
    """Its files are in their place, the database is not."""
    other = new_site("other")
    (other.site.media / ".rostrum-restoring").mkdir(parents=True)
    shutil.copytree(backup / "media" / "work", other.site.media / "work")
    other.restore(backup)
    assert other.people() == ["ada@example.edu"]
    assert len(other.files()) == 2
    assert not (other.site.media / ".rostrum-restoring").exists()


def test_what_was_missing_then_is_said_again(site, target, new_site):
    lost = site.add_file(on_disk=False)
    backup = make_backup(site.site, target, at=AT).folder
    restored = new_site("other").restore(backup)
    assert restored.missing == (str(lost.relative_to(site.site.media)),)


def test_somebody_who_holds_the_database_is_not_run_over(backup, new_site, monkeypatch):
    other = new_site("other")
    tables = other.tables()
    holder = connect(other.site.database)
    if isinstance(other.site.database, SQLite):
        monkeypatch.setattr("courseapp.backups.sqlite.WAITS_FOR", 0.2)
        holder.execute("BEGIN IMMEDIATE")
    else:
        monkeypatch.setattr("courseapp.backups.postgres.WAITS_FOR", 1)
        holder.cursor().execute("SELECT * FROM courses_person")
    try:
        with pytest.raises(BackupFailed, match=r"lock|held"):
            other.restore(backup)
    finally:
        holder.close()
    assert (other.people(), other.files(), other.tables()) == ([], {}, tables)
    put_back(backup, other.site, known=known_migrations())
    assert other.people() == ["ada@example.edu"]
