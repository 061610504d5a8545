"""What the database and the disk hold, beside what people were told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.faults.hand_ins import Told


@dataclass(frozen=True)
class Count:
    """`missing`: acknowledged, and no row; `doubled`: rows more than works; `half`: rows whose
    file is not there or not whole; `strays`: files that no row names, of which `kept` are still
    there when the worker has tidied up two days later; `met`: second attempts that met the row of
    the first."""

    acknowledged: int
    refused: int
    retries: int
    met: int
    missing: int
    doubled: int
    half: int
    strays: int
    kept: int

    @property
    def holds(self) -> bool:
        return not (self.missing or self.doubled or self.half or self.kept or self.refused)

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in vars(self).items())


def count(told: list[Told], *, receipts_before: int) -> Count:
    """Compare what was told with what there is."""
    from django.conf import settings
    from django.utils import timezone

    from submissions.models import Receipt, StoredFile, Version
    from submissions.sweeps import remove_leftovers

    rows = {(one.handed_in_by_id, one.key): one for one in Receipt.objects.all()}
    with_work = set(Version.objects.values_list("receipt", flat=True))
    keys = {(one.work.by, one.work.key) for one in told}
    stored = {key: row for key, row in rows.items() if key in keys and row.pk in with_work}
    acknowledged = {(one.work.by, one.work.key) for one in told if one.receipt}
    met = 0
    for one in (one for one in told if one.receipt):
        row = stored.get((one.work.by, one.work.key))
        met += bool(row and one.before and one.began and row.at < one.began)

    media = Path(settings.MEDIA_ROOT)
    named = dict(StoredFile.objects.values_list("path", "sha256"))
    half = sum(
        not (media / path).is_file()
        or hashlib.sha256((media / path).read_bytes()).hexdigest() != sha256
        for path, sha256 in named.items()
    )

    def strays() -> int:
        there = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
        return len(there - named.keys())

    found = strays()
    remove_leftovers(at=timezone.now() + timedelta(days=2))
    return Count(
        acknowledged=len(acknowledged),
        refused=len(keys - acknowledged),
        retries=sum(len(one.before) for one in told),
        met=met,
        missing=len(acknowledged - stored.keys()),
        doubled=len(rows) - receipts_before - len(stored),
        half=half,
        strays=found,
        kept=strays(),
    )
