"""Background tasks of `courses`."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from courses.actions.outbox import beat


@shared_task(name="courses.tasks.beat_heart")
def beat_heart() -> None:
    """Say that the worker is alive."""
    beat(name="worker", at=timezone.now())


@worker_ready.connect
def beat_heart_at_once(**_: Any) -> None:
    """The first beat, so that health does not have to wait for the clock's."""
    beat_heart()
