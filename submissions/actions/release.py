"""Showing work to everybody who sees the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from submissions.errors import CannotRelease
from submissions.models import Version

if TYPE_CHECKING:
    from datetime import datetime

MAY_BE = "public_when_released"


@transaction.atomic
def release(*, version: Version, at: datetime) -> None:
    """Show this version to everybody who sees the course; again changes nothing.

    Raises CannotRelease where its work is for fewer eyes.
    """
    if version.piece.work.seen_by != MAY_BE:
        raise CannotRelease(version.piece.work.name)
    Version.objects.filter(pk=version.pk, released_at=None).update(released_at=at)
    version.refresh_from_db(fields=["released_at"])


@transaction.atomic
def unrelease(*, version: Version) -> None:
    """Show this version to the class alone again."""
    Version.objects.filter(pk=version.pk).update(released_at=None)
    version.refresh_from_db(fields=["released_at"])
