"""What the worker runs by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from courseapp.sweep import sweep_once
from courseapp.tidying import tidy
from courses.actions.outbox import beat


@shared_task(name="courseapp.tasks.sweep")
def sweep() -> None:
    """Sweep once, now, tidy when it is time, and say that it was done when nothing failed."""
    sweep_once(at=timezone.now())
    tidy(at=timezone.now())
    beat(name="sweep", at=timezone.now())
