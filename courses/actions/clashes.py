"""What holds of a whole roster: changes wait for each other, and no address is two entries' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from courses.actions.locks import hold_course
from courses.addresses import clashes, in_words
from courses.errors import AddressTaken, Refused
from courses.queries import addresses_in


@contextmanager
def no_new_clash(course_id: int) -> Iterator[None]:
    """Hold the roster and let nothing that is stored within put an address on a second entry.

    Every action that changes entries, domains or claims does so in here. Raises `AddressTaken`,
    whereupon the action's transaction takes everything back. A clash that stood before stays.
    """
    hold_course(course_id)
    before = addresses_in(course_id)
    yield
    for clash in clashes(addresses_in(course_id), before):
        raise AddressTaken(clash.address, in_words(clash.first), in_words(clash.second))


def refusal_of(course_id: int, change: Callable[[], object]) -> Refused | None:
    """What this change of the roster would be refused for; it is tried and taken back.

    For forms, which say beforehand what the action says. In a transaction: the roster is held
    until it ends, so that what was found out holds when the change is made.
    """
    hold_course(course_id)
    try:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)
    except Refused as refusal:
        return refusal
    return None
