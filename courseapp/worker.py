"""The worker: Celery with its clock (beat) in one process, so that neither lives without the other.

All its work is found in the database, so nothing is lost with the process, and without Redis
the messages between the two need no place but memory.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import warnings
from typing import Any

from celery import signals
from celery.beat import EmbeddedService, Scheduler
from django.conf import settings

from courseapp.celery import app
from courseapp.pulse import Pulse, end_with_supervisor
from courseapp.tasks import sweep
from courses.tasks import beat_heart

logger = logging.getLogger(__name__)


def work() -> int:
    """Sweep at once and then by the clock, one task at a time, until SIGTERM or SIGINT.

    Returns the exit status: 0, or 1 when the clock has stopped by itself.
    """
    end_with_supervisor()
    pulse = Pulse()
    # Messages are JSON, so what Celery has against root (pickle) does not apply.
    warnings.filterwarnings("ignore", "You're running the worker with superuser")
    # The schedule is kept in memory: what it would remember is when it last swept.
    clock = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)

    def watch() -> None:
        clock.join()  # nobody stops it: it ends with the process, or by a fault
        logger.critical("The worker's clock has stopped, so the worker ends")
        os.kill(os.getpid(), signal.SIGTERM)

    @signals.worker_ready.connect(weak=False)
    def begin(**_: Any) -> None:
        beat_heart.delay()
        sweep.delay()
        clock.start()
        threading.Thread(target=watch, name="clock's end", daemon=True).start()
        pulse()

    @signals.task_postrun.connect(weak=False)
    def done(**_: Any) -> None:
        pulse()

    worker = app.Worker(
        pool="solo",
        loglevel=settings.LOG_LEVEL,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    has_stopped = clock.ident is not None and not clock.is_alive()
    return 1 if has_stopped else (worker.exitcode or 0)
