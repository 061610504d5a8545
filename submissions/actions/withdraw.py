"""Taking back what was handed in, while it can still be handed in anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from schedule.plan.asks import Owner
from submissions.actions.asked import asked_of
from submissions.actions.receipts import in_line
from submissions.errors import CannotWithdraw, NothingHandedIn
from submissions.queries import piece_of

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Enrolment
    from schedule.plan.asks import AskKey
    from submissions.models import Piece


@transaction.atomic
def withdraw(*, thing: AskKey, by: Enrolment, at: datetime, group: int | None = None) -> Piece:
    """Withdraw what `by`, or the group, handed in, until it is due; its versions are kept.

    Withdrawing what is withdrawn changes nothing. Raises NotAsked, NotYourDuty, CannotWithdraw
    where the work is not taken back, DeadlinePassed, NothingHandedIn.
    """
    by = in_line(by, group)
    owner = Owner(group=group) if group is not None else Owner(person=by.pk)
    asked = asked_of(thing, owner, by, at)
    if not asked.ask.work.can_withdraw:
        raise CannotWithdraw(asked.ask.work.name)
    asked.deadline.in_time(at)
    piece = piece_of(asked.ask, owner)
    if piece is None:
        raise NothingHandedIn
    if piece.withdrawn_at is None:
        piece.withdrawn_at = at
        piece.save(update_fields=("withdrawn_at",))
    return piece
