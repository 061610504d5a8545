"""The people whom the demo introduces: who they are, kept beside the demo's database."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from courses.models import Person

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

PASSWORD = "rostrum-demo"  # nosec B105 # the demo's people are invented, and it says so


@dataclass(frozen=True, slots=True)
class Featured:
    """Somebody to sign in as; `label` says what they are, such as “presenter on Fri, Feb 28”."""

    pk: int
    email: str
    name: str
    label: str


def _file() -> Path:
    return settings.DATA_DIR / "demo.json"


def remember(people: list[Featured], *, course: str, laid_at: datetime) -> None:
    """Keep who is introduced, in which course (its slug), and when the term was laid."""
    _file().write_text(
        json.dumps(
            {
                "course": course,
                "laid_at": laid_at.isoformat(),
                "people": [asdict(one) for one in people],
            }
        )
    )


def remembered() -> dict[str, Any] | None:
    """What `remember` kept, or None."""
    try:
        kept = json.loads(_file().read_text())
    except (FileNotFoundError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None


def featured() -> list[Featured]:
    """The people to sign in as, of those who are in the database; empty outside the demo."""
    kept = remembered() if settings.DEMO else None
    if kept is None:
        return []
    people = [Featured(**one) for one in kept["people"]]
    there = set(Person.objects.filter(pk__in=[one.pk for one in people]).values_list("pk", "email"))
    return [one for one in people if (one.pk, one.email) in there]
