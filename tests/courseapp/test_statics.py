"""Static files are collected beside a running server: whole at every instant, none taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from courseapp import statics

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"


@pytest.fixture
def source(settings, tmp_path) -> Path:
    """A folder with one stylesheet; what is collected goes to STATIC_ROOT."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.css").write_text("body { color: red }")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}
    return folder


def named(root: Path) -> str:
    """The name under which pages ask for the stylesheet."""
    paths = json.loads((root / statics.MANIFEST).read_text())["paths"]
    return str(paths["page.css"])


def test_all_is_there_with_its_list_and_nothing_beside(source, settings, tmp_path):
    statics.collect(verbosity=0)
    root = settings.STATIC_ROOT
    assert (root / named(root)).read_text() == "body { color: red }"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "media") == [
        "source",
        "static",
    ]


def test_what_pages_of_before_ask_for_stays(source, settings):
    root = settings.STATIC_ROOT
    statics.collect(verbosity=0)
    before = named(root)
    (source / "page.css").write_text("body { color: blue }")
    statics.collect(verbosity=0)
    assert named(root) != before
    assert (root / before).read_text() == "body { color: red }"
    assert (root / named(root)).read_text() == "body { color: blue }"


def test_the_list_comes_last_and_every_file_is_whole_when_it_comes(source, settings, monkeypatch):
    """At no step is a file half there, or named before it is there."""
    put, seen = statics._put, []

    def watched(new, final):
        put(new, final)
        seen.append(final.name)
        assert final.stat().st_size > 0

    monkeypatch.setattr(statics, "_put", watched)
    statics.collect(verbosity=0)
    assert seen[-1] == statics.MANIFEST
    assert named(settings.STATIC_ROOT) in seen[:-1]


def test_what_has_not_changed_is_not_written_again(source, settings):
    statics.collect(verbosity=0)
    before = {path: path.stat().st_ino for path in settings.STATIC_ROOT.rglob("*.css")}
    statics.collect(verbosity=0)
    assert {path: path.stat().st_ino for path in settings.STATIC_ROOT.rglob("*.css")} == before
