"""Collecting static files beside a server that serves the ones of before."""

from __future__ import annotations

import filecmp
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.files.storage import storages
from django.core.management import call_command

MANIFEST = "staticfiles.json"


def collect(*, verbosity: int = 1) -> None:
    """Collect static files into STATIC_ROOT, each whole at every instant, their list last.

    Nothing is removed: pages that were opened before, and processes that have read the list of
    before, ask for the files that it names.
    """
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".static-") as beside:
        command = collectstatic.Command()
        backend = settings.STORAGES["staticfiles"]["BACKEND"]
        command.storage = storages.create_storage(
            {"BACKEND": backend, "OPTIONS": {"location": beside}}
        )
        call_command(command, interactive=False, verbosity=verbosity)
        made = [path for path in Path(beside).rglob("*") if path.is_file()]
        for path in sorted(made, key=lambda path: path.name == MANIFEST):
            _put(path, root / path.relative_to(beside))


def _put(new: Path, final: Path) -> None:
    if final.is_file() and filecmp.cmp(new, final, shallow=False):
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    new.replace(final)
