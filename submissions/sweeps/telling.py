"""One pass over the courses: what has to be told of each, and which can be passed over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from courses.actions.outbox import NoticeDraft, post_notices
from courses.models import Course
from schedule.models import Meeting, Milestone
from schedule.queries import kept
from submissions.sweeps.board import STALE_AFTER, Board

logger = logging.getLogger(__name__)

Drafts = Callable[[Board], Iterable[NoticeDraft]]

AROUND = STALE_AFTER + timedelta(days=30)
"""How far from class a deadline may lie, so that its course is looked at."""

_done: dict[tuple[str, int], tuple[int, datetime, datetime]] = {}
"""By kind of notice and course: the revision that was told of, from when until when nothing comes.

In this process's memory: a sweep that begins anew looks at everything, and tells nothing twice.
"""


def tell(drafts: Drafts, *, at: datetime) -> int:
    """Post what `drafts` says of each course in which something may have come since it was last
    asked; returns how many notices were new.

    A course is passed over, without reading more of it than its revision, until its plan changes
    or the next instant comes at which anything is told. So what somebody takes back meanwhile is
    met by the next reminder. A course that fails keeps no other from its notices; the first
    failure is raised after.
    """
    posted = 0
    failures: list[Exception] = []
    for course in _courses(at):
        if _is_quiet(drafts, course, at):
            continue
        try:
            board = Board(course, at)
            if board.asks:
                posted += post_notices(drafts=list(drafts(board)), at=at)
        except Exception as error:
            logger.exception("The notices of course %s (%s) failed", course.pk, course.slug)
            failures.append(error)
        else:
            _note(drafts, board)
    if failures:
        raise failures[0]
    return posted


def forget() -> None:
    """Look at every course again, for tests."""
    _done.clear()


def _courses(at: datetime) -> Iterable[Course]:
    near = Meeting.objects.filter(
        course=OuterRef("pk"), starts_at__gte=at - AROUND, starts_at__lte=at + AROUND
    )
    dates = Milestone.objects.filter(
        course=OuterRef("pk"), due_at__gte=at - AROUND, due_at__lte=at + AROUND
    )
    return Course.objects.filter(Exists(near) | Exists(dates)).order_by("pk")


def _is_quiet(drafts: Drafts, course: Course, at: datetime) -> bool:
    revision, since, until = _done.get((drafts.__module__, course.pk), (-1, at, at))
    return revision == course.revision and since <= at < until


def _note(drafts: Drafts, board: Board) -> None:
    if kept.is_settled():  # else what was posted may be taken back
        at = board.at
        until = board.plan.next_instant(at) or at + AROUND
        _done[drafts.__module__, board.course.pk] = board.course.revision, at, until
