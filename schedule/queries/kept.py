"""Plans that this process has read, kept by course and revision."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING

from django.db import connection

from courses.faults import Fault, NotNow
from courses.models import Course
from schedule.queries.plan import read_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule.deadlines import Deadline
    from schedule.models import Meeting
    from schedule.plan.plan import Plan

MOST = 64
"""How many plans a process keeps; the one that was not asked for longest goes first."""
_TRIES = 10
_kept: OrderedDict[tuple[int, int], Plan] = OrderedDict()
_lock = Lock()
_of_transaction: ContextVar[dict[tuple[int, int], Plan] | None] = ContextVar("plans", default=None)


def plan_of(course: Course) -> Plan:
    """The course's plan as of its revision; no query where this process has read it already.

    `course.revision` is what the plan is asked for: read the course in the request, and under its
    lock after a change. A plan that changes while it is read, which takes several statements, is
    read again, so that it is that of one revision. Raises `NotNow` where it never stands still.
    """
    own = _of_transaction.get()
    if own is not None:
        key = (course.pk, course.revision)
        if key not in own:
            own[key] = read_plan(course)
        return own[key]
    for _ in range(_TRIES):
        kept = _take(course)
        if kept is not None:
            return kept
        plan = read_plan(course)
        stored = Course.objects.get(pk=course.pk)
        if stored.revision == course.revision:
            # Within a transaction there may be what is taken back later: it is kept by nobody.
            if is_settled():
                _keep(course, plan)
            return plan
        course = stored
    raise NotNow(Fault.BUSY)


@contextmanager
def plans_of_one_transaction() -> Iterator[None]:
    """Within it each plan is read once for its revision, and forgotten at the end.

    For one transaction that does much to a course, such as laying the demo.
    """
    token = _of_transaction.set({})
    try:
        yield
    finally:
        _of_transaction.reset(token)


def effective_deadline(*, work: str, meeting: Meeting) -> Deadline | None:
    """The deadline in force for `work` (a key) at `meeting`: the course's rule on its times.

    None when the class does not meet, so that nothing is due, or the course has no such work.
    `meeting.course` is read.
    """
    return plan_of(meeting.course).deadline(work, meeting)


def forget_plans() -> None:
    """Keep none, for tests: they count ids anew."""
    with _lock:
        _kept.clear()


def is_settled() -> bool:
    """Whether what is read now is committed."""
    return not connection.in_atomic_block


def _take(course: Course) -> Plan | None:
    with _lock:
        found = _kept.get((course.pk, course.revision))
        if found is not None:
            _kept.move_to_end((course.pk, course.revision))
        return found


def _keep(course: Course, plan: Plan) -> None:
    with _lock:
        _kept[course.pk, course.revision] = plan
        while len(_kept) > MOST:
            _kept.popitem(last=False)
