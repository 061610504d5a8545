"""Addresses of what is asked: the same for every work."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from schedule.plan.asks import AskKey


@lru_cache(maxsize=4096)
def work_path(slug: str, key: AskKey, group: int | None = None, *, name: str = "work") -> str:
    """The page on which this is handed in (with `name="withdraw"`: taken back), for this group."""
    work, meeting, reading = key
    where = "on-reading" if reading else "at-meeting" if meeting else "once"
    ids = {"reading": reading} if reading else {"meeting": meeting} if meeting else {}
    path = reverse(f"submissions:{name}-{where}", kwargs={"slug": slug, "work": work, **ids})
    return f"{path}?group={group}" if group else path


def receipt_path(slug: str, receipt: UUID) -> str:
    """The receipt's page."""
    return f"{_receipts(slug)}{receipt}/"


@lru_cache(maxsize=256)
def _receipts(slug: str) -> str:
    some = UUID(int=0)
    path = reverse("submissions:receipt", kwargs={"slug": slug, "receipt": some})
    return path.removesuffix(f"{some}/")


def place_path(slug: str, meeting: int | None) -> str:
    """The page of the meeting; what hangs on none is looked for at home."""
    if meeting:
        return reverse("submissions:meeting", kwargs={"slug": slug, "meeting": meeting})
    return reverse("course-home", kwargs={"slug": slug})


def full(path: str) -> str:
    """The address as a mail has it."""
    return f"{settings.SITE_URL}{path}"
