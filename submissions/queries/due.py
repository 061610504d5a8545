"""Which versions are due, as a filter: by the rules of their works, on their meetings' times."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from schedule.deadlines import wall_clock

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from schedule.models import Work

NONE = Q(pk__in=())


def once_due(works: QuerySet[Work], at: datetime) -> Q | None:
    """The filter for versions of these works that are due at `at`; None: no works. One query."""
    found: Q | None = None
    for work in works.select_related("course", "due_date"):
        is_due = Q(piece__work=work.pk) & _is_due(work, at)
        found = is_due if found is None else found | is_due
    return found


def _is_due(work: Work, at: datetime) -> Q:
    """That a piece of this work is due at `at`, as `schedule.plan.moments.instant_of` says."""
    if work.due_from == "date":
        is_due = work.due_date is not None and work.due_date.due_at <= at
        return Q() if is_due else NONE
    if work.due_from == "clock":
        clock = work.due_clock
        assert clock is not None  # nosec B101 # a constraint of the table
        last = at.astimezone(work.course.zone).date()
        if wall_clock(last, clock, work.course.zone) > at.astimezone(UTC):
            last -= timedelta(days=1)
        on = last - timedelta(days=work.due_days or 0)
        return Q(piece__meeting__starts_at__isnull=False, piece__meeting__on__lte=on)
    field = "starts_at" if work.due_from == "start" else "ends_at"
    begun = at - timedelta(minutes=work.due_minutes or 0)
    return Q(**{f"piece__meeting__{field}__lte": begun})
