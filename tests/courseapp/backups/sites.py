"""Sites of their own for the tests of backups: a database and a folder, filled by hand."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from courseapp.backups.postgres import PostgreSQL
from courseapp.backups.restoring import put_back
from courseapp.backups.sqlite import SQLite
from courseapp.backups.state import Site
from courses.models import Person
from submissions.models import StoredFile
from tests.courseapp.processes import clean_environment
from tests.factories import BEFORE_CLASS as AT

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class OwnSite:
    """A site that a test may break: `site` is what the code under test is given."""

    site: Site
    folder: Path
    address: str
    """Of the database, as DATABASE_URL has it."""

    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement (with %s for values), commit, and give its rows."""
        database = self.site.database
        with closing(connect(database)) as db:
            cursor = db.cursor()
            if isinstance(database, SQLite):
                sql = sql.replace("%s", "?")
            cursor.execute(sql, values)
            rows = cursor.fetchall() if cursor.description else []
            db.commit()
            return rows

    def insert(self, row: Any) -> None:
        """Write a model's instance as a row of this site's database."""
        fields = row._meta.concrete_fields
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
        ]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        self.run(f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({marks})', *values)

    def add_person(self, address: str = "ada@example.edu") -> None:
        self.insert(Person(pk=len(self.people()) + 1, email=address, joined_at=AT))

    def add_file(self, content: bytes = b"%PDF", *, on_disk: bool = True) -> Path:
        """A file that a row names, first on the disk and then in the database."""
        name = uuid.uuid4().hex
        path = f"work/{name[:2]}/{name}"
        where = self.site.media / path
        if on_disk:
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(content)
        self.insert(
            StoredFile(
                pk=uuid.uuid4().int % 10**15,
                path=path,
                name="slides.pdf",
                content_type="application/pdf",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                stored_at=AT,
            )
        )
        return where

    def people(self) -> list[str]:
        return [address for (address,) in self.run("SELECT email FROM courses_person ORDER BY id")]

    def files(self) -> dict[str, bytes]:
        """All that lies below MEDIA_ROOT, by path."""
        media = self.site.media
        return {str(p.relative_to(media)): p.read_bytes() for p in media.rglob("*") if p.is_file()}

    def tables(self) -> set[str]:
        with self.site.database.live() as state:
            return set(state.tables)

    def environment(self) -> dict[str, str]:
        return clean_environment(self.folder) | {"DATABASE_URL": self.address}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What `manage.py` does on this site."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def restore(self, backup: Path) -> Any:
        """Put the backup back here, by the code that knows the migrations that it has had."""
        return put_back(backup, self.site, known=known_migrations())


def connect(database: Any) -> Any:
    """A plain connection to it."""
    if isinstance(database, SQLite):
        return sqlite3.connect(database.path, timeout=30)
    return psycopg2.connect(**DatabaseWrapper(database.settings).get_connection_params())


def known_migrations() -> set[tuple[str, str]]:
    """Those of the tests' own database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


class SQLiteSites:
    """Makes sites on copies of the tests' own database, as it is when no test has filled it."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite3"
        with closing(sqlite3.connect(self.template)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")

    def make(self, folder: Path, *, prepared: bool = True) -> OwnSite:
        folder.mkdir()
        path = folder / "rostrum.sqlite3"
        if prepared:
            path.write_bytes(self.template.read_bytes())
        settings = connection.settings_dict | {"NAME": str(path)}
        return OwnSite(Site(SQLite(settings), folder / "media"), folder, f"sqlite:///{path}")

    def close(self) -> None:
        """The folder goes by itself."""


class PostgreSQLSites:
    """The same, with databases that are dropped in the end."""

    def __init__(self, folder: Path) -> None:
        self.template = self._created("template0")
        ours = PostgreSQL(connection.settings_dict)
        ours._run("pg_dump", "--no-owner", f"--file={folder / 'template.sql'}")
        theirs = PostgreSQL(connection.settings_dict | {"NAME": self.template})
        theirs.put_back(folder / "template.sql")

    def make(self, folder: Path, *, prepared: bool = True) -> OwnSite:
        folder.mkdir()
        name = self._created(self.template if prepared else "template0")
        settings = connection.settings_dict | {"NAME": name}
        word = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
        address = (
            f"postgres://{settings['USER']}{word}@{settings['HOST']}:{settings['PORT']}/{name}"
        )
        return OwnSite(Site(PostgreSQL(settings), folder / "media"), folder, address)

    def close(self) -> None:
        for name in self.created:
            self._maintain(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    created: list[str]

    def _created(self, template: str) -> str:
        name = f"rostrum_backups_{uuid.uuid4().hex[:12]}"
        self.created = [*getattr(self, "created", []), name]
        self._maintain(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _maintain(self, sql: str) -> None:
        settings = connection.settings_dict | {"NAME": "postgres"}
        with closing(psycopg2.connect(**DatabaseWrapper(settings).get_connection_params())) as db:
            db.autocommit = True
            db.cursor().execute(sql)
