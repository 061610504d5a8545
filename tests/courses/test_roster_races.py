"""Two changes of a roster at once: PostgreSQL's row locks put them in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.roster import amend, drop
from courses.errors import Refused
from courses.models import Enrolment
from tests import factories as make


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite is in memory, for one thread"
)
@pytest.mark.parametrize("way", ["drop", "amend"])
def test_two_instructors_who_leave_at_once_leave_one(seminar, instructor, way):
    second = make.claimed(seminar, "second", role=Enrolment.Role.INSTRUCTOR)
    together = Barrier(2)

    def leave(entry):
        together.wait()
        try:
            if way == "drop":
                drop(enrolment=entry, at=make.BEFORE_CLASS)
            else:
                amend(enrolment=entry, role=Enrolment.Role.TA, at=make.BEFORE_CLASS)
        except Refused:
            return "refused"
        else:
            return "left"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, (instructor, second))) == ["left", "refused"]
