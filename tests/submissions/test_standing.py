"""Which version counts, and who has a part in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.standing import counting, counts, has_part, receipts_with


@dataclass(frozen=True)
class Version:
    version: int
    verdict: str = "on_time"


@pytest.mark.parametrize(
    ("verdicts", "version"),
    [
        ([], None),
        (["on_time"], 1),
        (["on_time", "on_time"], 2),
        (["on_time", "late"], 2),
        (["on_time", "late_not_counted"], 1),
        (["late_not_counted", "late_not_counted"], 2),
    ],
)
def test_the_newest_that_counts_is_the_one(verdicts, version):
    versions = [Version(number, verdict) for number, verdict in enumerate(verdicts, start=1)]
    for order in (versions, versions[::-1]):
        found = counting(order)
        assert (found and found.version) == version


ON_TIME, LATE, NOT_COUNTED = (Version(1, name) for name in ("on_time", "late", "late_not_counted"))


@pytest.mark.parametrize(
    ("own", "handed_in", "parts"),
    [
        # The last pair: has a part though they do not owe it, and has one because they do.
        (None, [], (False, True)),
        (ON_TIME, [ON_TIME], (True, True)),
        (LATE, [LATE], (True, True)),
        (NOT_COUNTED, [NOT_COUNTED], (False, True)),
        (NOT_COUNTED, [ON_TIME, NOT_COUNTED], (False, False)),
        (None, [ON_TIME], (False, False)),
        (None, [LATE], (False, True)),
        (None, [NOT_COUNTED], (False, True)),
    ],
)
def test_who_has_a_part_in_the_groups_work(own, handed_in, parts):
    assert tuple(has_part(own, handed_in, owes=owes) for owes in (False, True)) == parts


@given(
    st.lists(st.sampled_from(["on_time", "late", "late_not_counted"]), max_size=4), st.booleans()
)
def test_who_is_credited_with_what_counts_keeps_it(verdicts, owes):
    versions = [Version(number, verdict) for number, verdict in enumerate(verdicts, start=1)]
    own = counting(versions)
    if own is not None and counts(own):
        assert has_part(own, versions, owes=owes)


def test_a_number_names_the_receipts_that_have_it():
    receipt = UUID("90df42e2-7711-4a4b-8c8d-000000000001")
    first, last = receipts_with(" 90DF42E277 ")
    assert first <= receipt <= last
    assert not first <= UUID("90df42e2-7811-4a4b-8c8d-000000000001") <= last
    assert receipts_with(str(receipt)) == (receipt, receipt)
    for other in ("", "90DF42E27", "90DF42E27Z", "Presa Holt"):
        assert receipts_with(other) is None
