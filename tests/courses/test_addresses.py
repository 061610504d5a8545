"""Whose address an address is: whole strings, and one entry for each."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.addresses import Clash, clashes, derived, holders, in_words, own, plain

NAMES = st.sampled_from("abcd")
ROSTERS = st.dictionaries(NAMES, st.frozensets(st.sampled_from("uvwxyz"), max_size=3))


@dataclass(frozen=True)
class Who:
    netid: str = ""
    name: str = ""
    email: str = ""
    label: str = "unnamed"


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        (" Ann@Mail.Example ", "ann@mail.example"),
        ("re\u0301mi@mail.example", "r\u00e9mi@mail.example"),
        ("ann+tag@mail.example", "ann+tag@mail.example"),
        ("a.nn@mail.example", "a.nn@mail.example"),
        ("", ""),
    ],
)
def test_addresses_are_compared_as_whole_strings_without_regard_to_capitals(typed, compared):
    assert plain(typed) == compared


@pytest.mark.parametrize(
    ("netid", "domain", "address"),
    [
        ("Ann7", " Uni.Example ", "ann7@uni.example"),
        ("ann.o-k_7", "uni.example", "ann.o-k_7@uni.example"),
        ("Ann Seven", "uni.example", ""),
        ("sean.o'brien", "uni.example", ""),
        ("ann7@uni.example", "uni.example", ""),
        ("", "uni.example", ""),
        ("ann7", "", ""),
        ("ann7", "x@uni.example", ""),
    ],
)
def test_a_netid_is_an_address_at_the_domain_where_it_can_be_one(netid, domain, address):
    assert derived(netid, domain) == address


def test_an_entrys_own_addresses_are_the_rosters_the_netids_and_the_accounts():
    assert own(
        netid="Ann7", email="Ann@Mail.Example", domain="uni.example", account={"a@b.example"}
    ) == {"ann7@uni.example", "ann@mail.example", "a@b.example"}
    assert own(netid="", email="", domain="uni.example", account=()) == frozenset()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Who("zza1", "Zoe Alpha", "z@b.example"), "zza1 (Zoe Alpha)"),
        (Who("zza1"), "zza1"),
        (Who("", "Zoe Alpha", "z@b.example"), "Zoe Alpha"),
        (Who("", "", "z@b.example"), "z@b.example"),
        (Who(), "unnamed"),
    ],
)
def test_somebody_is_named_so_that_staff_find_them(who, words):
    assert in_words(who) == words


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {"a": "x", "b": "y"}, []),
        ({}, {"a": "x", "b": "x"}, [Clash("x", "a", "b")]),
        ({"b": "x"}, {"a": "x", "b": "x"}, [Clash("x", "b", "a")]),
        ({"a": "x", "b": "x"}, {"a": "x", "b": "x"}, []),
        ({"a": "x", "b": "x"}, {"a": "x", "b": "x", "c": "x"}, [Clash("x", "a", "c")]),
        ({"a": "x", "b": "x", "c": "x"}, {"b": "x", "c": "x"}, []),
        ({"a": "x", "b": "y"}, {"a": "y", "b": "x"}, []),
        ({"a": "x", "b": "y"}, {"a": "y", "b": "y"}, [Clash("y", "b", "a")]),
        ({"a": "x"}, {"a": "x", "b": "x", "c": "x"}, [Clash("x", "a", "b"), Clash("x", "a", "c")]),
    ],
)
def test_a_clash_is_an_address_that_comes_to_a_second_entry(before, after, found):
    assert list(clashes(after, before)) == found


@given(ROSTERS, ROSTERS)
def test_without_clashes_no_address_has_come_to_stand_on_two(before, after):
    came = {
        address
        for address, those in holders(after).items()
        if len(those) > 1 and not all(address in before.get(who, ()) for who in those)
    }
    found = list(clashes(after, before))
    assert {clash.address for clash in found} == came
    assert all(clash.first != clash.second for clash in found)
    assert all(clash.address not in before.get(clash.second, ()) for clash in found)


@given(ROSTERS)
def test_a_roster_that_does_not_change_has_no_new_clash(roster):
    assert list(clashes(roster, roster)) == []
