"""Background tasks of `courses`."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from courses.actions.outbox import beat


@shared_task(name="courses.tasks.beat_heart")
def beat_heart() -> None:
    """Say that the worker is alive."""
    beat(name="worker", at=timezone.now())
