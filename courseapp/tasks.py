"""What the worker runs by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from courseapp.sweep import sweep_once


@shared_task(name="courseapp.tasks.sweep")
def sweep() -> None:
    """Sweep once, now."""
    sweep_once(at=timezone.now())
