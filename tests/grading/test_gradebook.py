"""The fold of the ledger: what one student's cells and totals say, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.gradebook import (
    Entry,
    HandedIn,
    Owed,
    State,
    fold_cell,
    fold_piece,
    newest,
    totals,
    two_decimals,
)

NOON = datetime(2025, 2, 19, 18, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SUMMARY, MEMBER = 3, 7
THING = ("summary", 11)


def owed(handed_in=HandedIn.IN, *, number=11) -> Owed:
    things = () if handed_in is HandedIn.MISSING else (("summary", number),)
    return Owed(
        SUMMARY, "Paging Attention", date(2025, 2, 19), handed_in, things, ("meeting", number)
    )


def entry(score=None, *, at=NOON, number=1, thing=THING, enrolment=None, state="scored") -> Entry:
    return Entry(
        id=number,
        component=SUMMARY,
        thing=thing,
        enrolment=enrolment,
        state=state,
        score=None if score is None else Decimal(score),
        out_of=None if score is None else Decimal(10),
        comment="",
        by="Tamsel Ardo",
        at=at,
    )


def state_of(piece: Owed, *entries: Entry) -> State:
    return fold_piece(piece, MEMBER, newest(entries)).state


def cell_of(pieces, *entries, direct=False):
    return fold_cell(SUMMARY, MEMBER, pieces, newest(entries), direct=direct)


class TestPiece:
    """Excused, missing, zero and late-not-counted are four states."""

    def test_waits_for_a_grade(self):
        assert state_of(owed()) is State.NOT_GRADED

    def test_graded_zero_is_graded(self):
        piece = fold_piece(owed(), MEMBER, newest([entry(0)]))
        assert (piece.state, piece.percent) == (State.GRADED, 0)

    def test_missing(self):
        assert state_of(owed(HandedIn.MISSING)) is State.MISSING

    def test_late_not_counted(self):
        assert state_of(owed(HandedIn.LATE_NOT_COUNTED)) is State.LATE_NOT_COUNTED

    def test_late_is_not_graded_whatever_the_ledger_says(self):
        assert state_of(owed(HandedIn.LATE_NOT_COUNTED), entry(9)) is State.LATE_NOT_COUNTED

    @pytest.mark.parametrize("handed_in", list(HandedIn))
    def test_a_student_excused_from_the_duty_is_excused(self, handed_in):
        excused = entry(state="excused", thing=("meeting", 11), enrolment=MEMBER)
        assert state_of(owed(handed_in), excused) is State.EXCUSED

    def test_of_two_entries_the_later_holds(self):
        later = entry(9, at=NOON + MICROSECOND, number=1)
        piece = fold_piece(owed(), MEMBER, newest([later, entry(5, number=2)]))
        assert piece.entry == later

    def test_of_two_entries_at_one_instant_the_higher_id_holds(self):
        piece = fold_piece(owed(), MEMBER, newest([entry(9, number=2), entry(5, number=1)]))
        assert piece.percent == 90

    def test_a_members_own_entry_goes_before_a_later_one_of_the_group(self):
        own = entry(4, enrolment=MEMBER)
        group = entry(9, at=NOON + MICROSECOND, number=2)
        assert fold_piece(owed(), MEMBER, newest([own, group])).entry == own

    def test_another_members_own_entry_changes_nothing(self):
        group = entry(9)
        another = entry(4, enrolment=MEMBER + 1, number=2)
        assert fold_piece(owed(), MEMBER, newest([group, another])).entry == group

    def test_clearing_the_own_entry_gives_the_groups_back(self):
        group = entry(9)
        own = entry(4, enrolment=MEMBER, number=2)
        cleared = entry(state="cleared", enrolment=MEMBER, at=NOON + MICROSECOND, number=3)
        assert fold_piece(owed(), MEMBER, newest([group, own, cleared])).entry == group

    def test_a_cleared_grade_waits_again(self):
        cleared = entry(state="cleared", at=NOON + MICROSECOND, number=2)
        assert state_of(owed(), entry(9), cleared) is State.NOT_GRADED


class TestCell:
    def test_current_leaves_out_what_waits_and_final_counts_it_as_zero(self):
        cell = cell_of([owed(), owed(number=12)], entry(8))
        assert (cell.state, cell.current, cell.final) == (State.NOT_GRADED, 80, 40)

    def test_missing_counts_as_zero_in_both(self):
        cell = cell_of([owed(), owed(HandedIn.MISSING, number=12)], entry(8))
        assert (cell.state, cell.current, cell.final, cell.missing) == (State.GRADED, 40, 40, 1)

    def test_late_not_counted_counts_as_zero_in_both(self):
        cell = cell_of([owed(), owed(HandedIn.LATE_NOT_COUNTED, number=12)], entry(8))
        assert (cell.current, cell.final, cell.late) == (40, 40, 1)

    def test_excused_counts_in_neither(self):
        excused = entry(state="excused", thing=("meeting", 12), enrolment=MEMBER, number=2)
        cell = cell_of([owed(), owed(HandedIn.MISSING, number=12)], entry(8), excused)
        assert (cell.current, cell.final, cell.missing) == (80, 80, 0)

    def test_all_excused_leaves_the_weights(self):
        cell = cell_of([owed()], entry(state="excused"))
        assert (cell.state, cell.current, cell.final) == (State.EXCUSED, None, None)

    def test_nothing_due_yet(self):
        cell = cell_of([])
        assert (cell.state, cell.current, cell.final) == (State.NOT_DUE, None, 0)

    def test_direct_component_waits_for_its_entry(self):
        cell = cell_of([], direct=True)
        assert (cell.state, cell.current, cell.final) == (State.NOT_GRADED, None, 0)

    def test_an_entry_on_the_whole_goes_before_the_pieces(self):
        whole = entry(7, thing=None, enrolment=MEMBER, number=2)
        cell = cell_of([owed(HandedIn.MISSING)], whole)
        assert (cell.state, cell.current, cell.final, cell.missing) == (State.GRADED, 70, 70, 0)

    def test_excused_from_the_whole(self):
        whole = entry(state="excused", thing=None, enrolment=MEMBER)
        cell = cell_of([owed(HandedIn.MISSING)], whole)
        assert (cell.state, cell.current, cell.final) == (State.EXCUSED, None, None)

    def test_clearing_the_whole_gives_the_pieces_back(self):
        whole = entry(7, thing=None, enrolment=MEMBER, number=2)
        cleared = entry(
            thing=None, enrolment=MEMBER, number=3, state="cleared", at=NOON + MICROSECOND
        )
        assert cell_of([owed()], entry(9), whole, cleared).current == 90

    def test_points_of_different_scales_count_alike(self):
        half = entry(1)._replace(out_of=Decimal(2))
        full = entry(10, thing=("summary", 12), number=2)
        assert cell_of([owed(), owed(number=12)], half, full).current == 75


def graded(score: str, out_of: str, number: int) -> Entry:
    return entry(score, number=number, thing=("summary", number))._replace(out_of=Decimal(out_of))


def mean_of(*scores: tuple[str, str]):
    """The cell of pieces with these (score, out of)."""
    numbers = range(1, len(scores) + 1)
    entries = [graded(*score, number) for score, number in zip(scores, numbers, strict=True)]
    return cell_of([owed(number=number) for number in numbers], *entries)


class TestExactness:
    """Fractions inside, and one rounding, half up, at the end."""

    def test_a_mean_of_thirds_that_ends_on_a_half_goes_up(self):
        # 19.5 of 48 points.
        cell = mean_of(*[("1", "3")] * 9, *[("3", "3")] * 3, ("1.5", "3"), *[("0", "3")] * 3)
        assert cell.current == Fraction("40.625")
        assert two_decimals(cell.current) == "40.63"

    def test_a_total_that_ends_on_a_half_goes_up(self):
        # A third and two thirds, weighed alike, and 0.01: exactly 33.335.
        scores = {1: ("1", "3"), 2: ("2", "3"), 3: ("0.01", "200")}
        cells = [
            fold_cell(one, MEMBER, [], newest([whole_of(*score, one)]), direct=True)
            for one, score in scores.items()
        ]
        total = totals(cells, dict.fromkeys(scores, 10)).current
        assert total == Fraction("33.335")
        assert two_decimals(total) == "33.34"

    @pytest.mark.parametrize("pieces", [3, 6, 7, 9, 11, 13])
    def test_what_makes_up_the_whole_makes_100(self, pieces):
        scores = [("1", str(pieces))] * pieces
        cell = mean_of(*scores)
        assert cell.current * pieces == 100
        cells = [
            fold_cell(n, MEMBER, [], newest([whole_of("0.07", "0.07", n)]), direct=True)
            for n in range(pieces)
        ]
        assert totals(cells, dict.fromkeys(range(pieces), 33)).current == 100

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Fraction(0), "0.00"),
            (Fraction(100), "100.00"),
            (Fraction("66.665"), "66.67"),
            (Fraction("0.005"), "0.01"),
            (Fraction("0.0049999999999999999999999999999999999"), "0.00"),
            (Fraction("99.995"), "100.00"),
            (Fraction(200, 3), "66.67"),
            (Fraction(100, 3), "33.33"),
        ],
    )
    def test_has_two_decimals_and_halves_go_up(self, value, text):
        assert two_decimals(value) == text


def whole_of(score: str, out_of: str, component: int) -> Entry:
    """One student's grade of a whole component."""
    one = entry(score, thing=None, enrolment=MEMBER, number=component)
    return one._replace(component=component, out_of=Decimal(out_of))


class TestTotals:
    def test_weighted_mean_of_what_counts(self):
        graded = cell_of([owed()], entry(8))
        waiting = fold_cell(4, MEMBER, [], {}, direct=True)
        result = totals([graded, waiting], {SUMMARY: 10, 4: 30})
        assert (result.current, result.final) == (80, 20)

    def test_an_excused_component_leaves_the_weights(self):
        graded = cell_of([owed()], entry(8))
        excused = entry(state="excused", thing=None, enrolment=MEMBER)._replace(component=4)
        other = fold_cell(4, MEMBER, [], newest([excused]), direct=True)
        result = totals([graded, other], {SUMMARY: 10, 4: 90})
        assert (result.current, result.final) == (80, 80)

    def test_nothing_to_divide_by(self):
        result = totals([], {})
        assert (result.current, result.final) == (None, None)


# Whatever happens in a term.

instants = st.integers(0, 5).map(lambda n: NOON + n * MICROSECOND)
numbers = st.integers(1, 4)


@st.composite
def ledgers(draw):
    """Entries on up to four summaries, some for one member, in any order."""
    entries = []
    for number in range(draw(st.integers(0, 12))):
        state = draw(st.sampled_from(["scored", "scored", "excused", "cleared"]))
        thing = draw(
            st.one_of(
                numbers.map(lambda n: ("summary", n)),
                numbers.map(lambda n: ("meeting", n)),
                st.none(),
            )
        )
        own = thing is None or thing[0] == "meeting" or draw(st.booleans())
        entries.append(
            entry(
                draw(st.integers(0, 10)) if state == "scored" else None,
                at=draw(instants),
                number=number,
                thing=thing,
                enrolment=MEMBER if own else None,
                state=state,
            )
        )
    return draw(st.permutations(entries))


duties = st.lists(st.tuples(numbers, st.sampled_from(list(HandedIn))), unique_by=lambda d: d[0])


@given(ledgers(), duties, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(entries, pieces, random):
    asked = [owed(handed_in, number=number) for number, handed_in in pieces]
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert cell_of(asked, *entries) == cell_of(asked, *shuffled)


@given(ledgers(), duties)
def test_percentages_stay_within_bounds_and_final_never_exceeds_current(entries, pieces):
    cell = cell_of([owed(handed_in, number=number) for number, handed_in in pieces], *entries)
    assert cell.final is None or 0 <= cell.final <= 100
    assert cell.current is None or (cell.final is not None and cell.final <= cell.current <= 100)


@given(ledgers(), duties)
def test_every_number_has_an_entry_or_a_reason(entries, pieces):
    cell = cell_of([owed(handed_in, number=number) for number, handed_in in pieces], *entries)
    for piece in cell.pieces:
        assert (piece.entry in entries) == (piece.state in (State.GRADED, State.EXCUSED))


@given(st.lists(st.tuples(st.integers(0, 10) | st.none(), st.integers(1, 50)), max_size=6))
def test_totals_do_not_depend_on_the_scale_of_the_weights(parts):
    cells, weights = [], {}
    for number, (score, weight) in enumerate(parts):
        whole = entry(score, thing=None, enrolment=MEMBER)._replace(component=number)
        entries = [whole] if score is not None else []
        cells.append(fold_cell(number, MEMBER, [], newest(entries), direct=True))
        weights[number] = weight
    plain = totals(cells, weights)
    doubled = totals(cells, {key: 2 * weight for key, weight in weights.items()})
    assert (plain.current, plain.final) == (doubled.current, doubled.final)
    assert plain.current is None or plain.final <= plain.current


# Points as graders type them: two decimals, any scale.

hundredths = st.integers(0, 99_999).map(lambda n: Decimal(n).scaleb(-2))
scales = st.one_of(st.sampled_from([2, 3, 6, 7, 10, 100]).map(Decimal), hundredths.filter(bool))
scores = scales.flatmap(
    lambda out_of: st.tuples(
        st.one_of(
            st.integers(0, int(out_of)).map(Decimal),
            st.integers(0, int(out_of * 100)).map(lambda n: Decimal(n).scaleb(-2)),
        ),
        st.just(out_of),
    )
)


def rounded_half_up(exact: Fraction) -> str:
    """Two decimals, said in another way than the code says it: the nearer, of two the upper."""
    below = exact * 100 // 1
    cents = below if exact * 100 - below < Fraction(1, 2) else below + 1
    return f"{Decimal(int(cents)).scaleb(-2):.2f}"


@given(
    st.lists(
        st.tuples(st.lists(scores, min_size=1, max_size=18), st.integers(0, 10_000)),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_printed_is_the_exact_number_rounded_once(components):
    cells, weights, means = [], {}, []
    for component, (pieces, weight) in enumerate(components):
        numbers = range(1, len(pieces) + 1)
        asked = [owed(number=number) for number in numbers]
        entries = [
            graded(*piece, number)._replace(component=SUMMARY)
            for piece, number in zip(pieces, numbers, strict=True)
        ]
        cell = replace(cell_of(asked, *entries), component=component)
        exact = sum(Fraction(s) / Fraction(o) for s, o in pieces) * 100 / len(pieces)
        assert two_decimals(cell.current) == two_decimals(cell.final) == rounded_half_up(exact)
        cells.append(cell)
        means.append(exact)
        weights[component] = weight
    total = totals(cells, weights)
    if not sum(weights.values()):
        assert total.current is None
    else:
        exact = sum(m * w for m, w in zip(means, weights.values(), strict=True))
        exact /= sum(weights.values())
        assert two_decimals(total.current) == rounded_half_up(exact)
