"""Whose address an address is, on one roster. Pure: no Django, no clock.

An entry's own addresses are the roster's, its NetID at the course's domain, and those of the
account that has claimed it. They are compared as whole strings, without regard to capitals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from courses.texts import nfc

# A NetID that can stand before an @; a name with spaces never becomes an address.
_NETID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Somebody(Protocol):
    """An entry of a roster, or a row of a file that would become one."""

    @property
    def netid(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def label(self) -> str: ...


Who = TypeVar("Who", bound=Somebody)


def plain(address: str) -> str:
    """The address as it is compared."""
    return nfc(address.strip()).lower()


def derived(netid: str, domain: str) -> str:
    """NetID@domain as it is compared; empty where the two make no address."""
    domain = plain(domain)
    if not domain or "@" in domain or not _NETID.fullmatch(netid):
        return ""
    return f"{netid.lower()}@{domain}"


def own(*, netid: str, email: str, domain: str, account: Collection[str]) -> frozenset[str]:
    """All addresses of an entry; `account` are those of whoever has claimed it."""
    return frozenset({derived(netid, domain), plain(email), *account} - {""})


def holders(addresses: Mapping[Who, Collection[str]]) -> dict[str, list[Who]]:
    """Address -> whose own it is, in the order of the mapping."""
    found: dict[str, list[Who]] = defaultdict(list)
    for who, some in addresses.items():
        for address in some:
            found[address].append(who)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Clash(Generic[Who]):
    """One address on two entries: the one that had it, and the one that would have it too."""

    address: str
    first: Who
    second: Who

    def __str__(self) -> str:
        first, second = in_words(self.first), in_words(self.second)
        return f"{self.address} is the address of {first} and of {second}."


def clashes(
    after: Mapping[Who, Collection[str]], before: Mapping[Who, Collection[str]] | None = None
) -> Iterator[Clash[Who]]:
    """Each address that stands on two in `after`, once for each who has come by it since `before`.

    What stood on two already is no clash: it must not stop changes that leave it as it is.
    """
    before = before or {}
    for address, all_ in sorted(holders(after).items()):
        if len(all_) < 2:
            continue
        had = [who for who in all_ if address in before.get(who, ())]
        new = [who for who in all_ if who not in had]
        first, *others = [*had, *new]
        yield from (Clash(address, first, who) for who in others if who in new)


def in_words(who: Somebody) -> str:
    """How to name somebody so that staff find them: “zza1 (Zoe Alpha)”."""
    if who.netid and who.name:
        return f"{who.netid} ({who.name})"
    return who.netid or who.name or who.email or who.label
