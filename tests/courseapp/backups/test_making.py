"""A backup holds all of a site as of one instant, or there is none."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from courseapp.backups import making, sealed, sqlite
from courseapp.backups.errors import BackupFailed
from courseapp.backups.making import complete_backups, make_backup
from courseapp.backups.sqlite import SQLite
from courseapp.backups.state import Site
from tests.courseapp.backups.sites import ROOT, connect
from tests.courseapp.processes import wait_until

AT = datetime(2025, 2, 20, 3, 15, 7, 999_999, tzinfo=UTC)
NAME = "rostrum-2025-02-20-031507Z"
NIGHT = timedelta(days=1)


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".rostrum.lock")


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_backup_holds_the_database_the_files_and_what_they_are(site, target):
    made = make_backup(site.site, target, at=AT)
    assert (made.folder, made.files, made.missing, made.damaged) == (target / NAME, 2, (), ())
    held = contents(made.folder)
    files = {f"media/{path}": content for path, content in site.files().items()}
    database = site.site.database.file
    assert held.keys() == files.keys() | {database, "about.json", "SHA256SUMS"}
    assert held.items() >= files.items()
    about = json.loads(held["about.json"])
    assert about["made_at"] == "2025-02-20T03:15:07+00:00"
    assert about["database"] == site.site.database.engine
    assert ["courses", "0001_initial"] in about["migrations"]


def test_the_sums_are_those_of_the_usual_program(site, target):
    folder = make_backup(site.site, target, at=AT).folder
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.count(": OK\n")) == (0, 4)


def test_nobody_else_can_read_it(site, target):
    old = os.umask(0o022)
    try:
        make_backup(site.site, target, at=AT)
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*") if path.is_file()}
    folders = [target, *(path for path in target.rglob("*") if path.is_dir())]
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_every_night_has_its_own_and_only_the_newest_stay(site, target):
    for night in range(4):
        site.add_person(f"night{night}@example.edu")
        make_backup(site.site, target, at=AT + night * NIGHT, keep=3)
    assert names(target) == [
        "rostrum-2025-02-21-031507Z",
        "rostrum-2025-02-22-031507Z",
        "rostrum-2025-02-23-031507Z",
    ]
    make_backup(site.site, target, at=AT + 4 * NIGHT)
    assert len(complete_backups(target)) == 4


def test_what_is_no_backup_is_not_removed(site, target):
    target.mkdir()
    (target / "rostrum-2020-01-01-000000Z").mkdir()
    (target / "rostrum-notes").mkdir()
    (target / "letter.txt").write_text("mine")
    make_backup(site.site, target, at=AT, keep=1)
    make_backup(site.site, target, at=AT + NIGHT, keep=1)
    assert names(target) == [
        "letter.txt",
        "rostrum-2020-01-01-000000Z",
        "rostrum-2025-02-21-031507Z",
        "rostrum-notes",
    ]


def test_one_that_failed_does_not_cost_an_older_one(site, target, monkeypatch):
    make_backup(site.site, target, at=AT, keep=1)
    monkeypatch.setattr(making, "check_seal", fail_with(BackupFailed("is not whole")))
    with pytest.raises(BackupFailed):
        make_backup(site.site, target, at=AT + NIGHT, keep=1)
    assert names(target) == [NAME]


def test_the_same_second_is_refused(site, target):
    make_backup(site.site, target, at=AT)
    before = contents(target)
    with pytest.raises(BackupFailed, match="is there already"):
        make_backup(site.site, target, at=AT)
    assert contents(target) == before


@pytest.mark.parametrize("prepared", [True, False])
def test_a_site_that_holds_nothing_is_refused(new_site, target, prepared):
    site = new_site("empty", prepared=prepared)
    with pytest.raises(BackupFailed, match="nothing to back up"):
        make_backup(site.site, target, at=AT)
    assert names(target) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path, target):
    missing = SQLite({"NAME": str(tmp_path / "elsewhere.sqlite3")})
    with pytest.raises(BackupFailed, match="no database at"):
        make_backup(Site(missing, tmp_path / "media"), target, at=AT)
    assert not (tmp_path / "elsewhere.sqlite3").exists()


def test_files_that_no_row_names_are_left_out(site, target):
    stray = site.site.media / "incoming" / "half"
    stray.parent.mkdir()
    stray.write_bytes(b"half")
    folder = make_backup(site.site, target, at=AT).folder
    assert "media/incoming/half" not in contents(folder)


def test_a_file_that_is_lost_or_damaged_is_said_and_costs_no_backup(site, target):
    lost = site.add_file(b"lost", on_disk=False)
    damaged = site.add_file(b"whole")
    damaged.write_bytes(b"broken")
    made = make_backup(site.site, target, at=AT)
    media = site.site.media
    assert made.missing == (str(lost.relative_to(media)),)
    assert made.damaged == (str(damaged.relative_to(media)),)
    assert made.files == 3
    about = json.loads((made.folder / "about.json").read_text())
    assert (about["missing"], about["damaged"]) == ([*made.missing], [*made.damaged])


def test_writers_are_neither_stopped_nor_half_there(site, target):
    """Each hand-in puts its file in place and then writes its row, while backups are made."""
    stop, written, errors = threading.Event(), [], []

    def write():
        try:
            while not stop.is_set():
                written.append(site.add_file(os.urandom(2000)))
        except Exception as error:  # noqa: BLE001  # shown below
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = []
        for night in range(4):
            so_far = len(written)
            wait_until(lambda so_far=so_far: len(written) > so_far + 3, "the writer writes")
            made.append((so_far, make_backup(site.site, target, at=AT + night * NIGHT)))
    finally:
        stop.set()
        writer.join()
    assert errors == []
    counts = [backup.files for _, backup in made]
    assert [backup.missing + backup.damaged for _, backup in made] == [()] * 4
    assert all(count >= so_far + 2 for count, (so_far, _) in zip(counts, made, strict=True))
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_killed_one_is_no_backup_and_the_next_tidies_up(site, target):
    """It hangs at a file of which nobody sends the content, and is killed there."""
    pipe = site.add_file(b"never", on_disk=False)
    pipe.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "backup", str(target)],
        cwd=ROOT,
        env=site.environment(),
    )
    try:
        wait_until(
            lambda: target.exists() and any(target.glob(".rostrum-*/database.*")), "it has begun"
        )
        with pytest.raises(BackupFailed, match="Another backup is being made"):
            make_backup(site.site, target, at=AT)
    finally:
        process.kill()
        process.wait()
    assert complete_backups(target) == []
    assert len(names(target)) == 1
    pipe.unlink()
    make_backup(site.site, target, at=AT)
    assert names(target) == [NAME]


def fail_with(error):
    def fail(*args, **options):
        raise error

    return fail


@pytest.mark.parametrize("where", ["copy_file", "write_file", "seal", "_settle"])
def test_a_full_disk_leaves_nothing_and_says_so(site, target, monkeypatch, where):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target / "x"))
    monkeypatch.setattr(making, where, fail_with(full))
    with pytest.raises(BackupFailed, match="No space left on device"):
        make_backup(site.site, target, at=AT)
    assert names(target) == []


def test_what_the_disk_did_not_keep_is_noticed(site, target, monkeypatch):
    """A copy that is not what was read: a bad disk, a bad memory."""

    def bad(source, to):
        digest = sealed.copy_file(source, to)
        to.write_bytes(to.read_bytes()[:-1] + b"?")
        return digest

    monkeypatch.setattr(making, "copy_file", bad)
    with pytest.raises(BackupFailed, match="was changed"):
        make_backup(site.site, target, at=AT)
    assert names(target) == []


def test_among_the_uploads_is_no_place_for_it(site):
    before = site.files()
    with pytest.raises(BackupFailed, match="lies among the uploads"):
        make_backup(site.site, site.site.media / "backups", at=AT)
    assert site.files() == before


def test_a_target_without_its_own_parent_is_a_disk_that_is_not_there(site, tmp_path):
    with pytest.raises(BackupFailed, match="No such file or directory"):
        make_backup(site.site, tmp_path / "mnt" / "disk" / "backups", at=AT)
    assert not (tmp_path / "mnt").exists()


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(site, target):
    if not isinstance(site.site.database, SQLite):
        pytest.skip("PostgreSQL checks its own pages while it dumps")
    site.run("PRAGMA foreign_keys=OFF")
    site.run(
        'INSERT INTO account_emailaddress (id, email, verified, "primary", user_id)'
        " VALUES (1, 'x@example.edu', 0, 0, 4711)"
    )
    with pytest.raises(BackupFailed, match="names one that is not there"):
        make_backup(site.site, target, at=AT)
    assert names(target) == []


def test_a_lock_that_is_never_let_go_ends_it(site, target, monkeypatch):
    database = site.site.database
    if isinstance(database, SQLite):
        monkeypatch.setattr(sqlite, "WAITS_FOR", 0.2)
        holder = connect(database)
        holder.execute("PRAGMA journal_mode=DELETE")
        holder.execute("BEGIN EXCLUSIVE")
    else:
        monkeypatch.setattr("courseapp.backups.postgres.WAITS_FOR", 1)
        holder = connect(database)
        holder.cursor().execute("LOCK TABLE courses_person IN ACCESS EXCLUSIVE MODE")
    try:
        with pytest.raises(BackupFailed, match=r"lock|held|timeout"):
            make_backup(site.site, target, at=AT)
    finally:
        holder.close()
    assert names(target) == []
    make_backup(site.site, target, at=AT)
