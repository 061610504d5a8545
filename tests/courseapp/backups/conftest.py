"""Sites of the database that the tests run on."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.courseapp.backups.sites import OwnSite, PostgreSQLSites, SQLiteSites


@pytest.fixture(scope="session")
def sites(django_db_setup, django_db_blocker, tmp_path_factory):
    kind = SQLiteSites if connection.vendor == "sqlite" else PostgreSQLSites
    with django_db_blocker.unblock():
        made = kind(tmp_path_factory.mktemp("template"))
        yield made
        made.close()


@pytest.fixture
def new_site(db, sites, tmp_path):
    """`new_site(name)`: a site on which nobody has done anything yet; with `prepared=False`, one
    whose database has no tables."""
    return lambda name, **options: sites.make(tmp_path / name, **options)


@pytest.fixture
def site(new_site) -> OwnSite:
    """A site with one person and two files."""
    made: OwnSite = new_site("site")
    made.add_person()
    made.add_file(b"slides")
    made.add_file(b"summary")
    return made


@pytest.fixture
def target(tmp_path):
    return tmp_path / "backups"
