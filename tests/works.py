"""The seed's three works as tests look at them: rows with the names of what was asked there.

`Question` has the newest version of each piece, the others have every version; all are versions,
and `.objects` is asked as a manager is. What is not named here is an attribute of the version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from schedule.plan.seed import SUMMARY
from submissions.models import Version

FIELDS = SUMMARY
_COLUMNS = {
    "author": "piece__enrolment", "question__author": "piece__enrolment", "group": "piece__group",
    "meeting": "piece__meeting", "reading": "piece__reading", "version": "number",
    "text": "answers__text", "withdrawn_at": "piece__withdrawn_at", "file": "files__stored",
}  # fmt: skip


class Seen:
    """One version, with its texts and files as attributes."""

    def __init__(self, version: Version) -> None:
        self.row = version

    def __getattr__(self, name: str) -> Any:
        version, piece = self.row, self.row.piece
        if name in {"group", "meeting", "reading", "withdrawn_at"}:
            return getattr(piece, name)
        if name == "author":
            return piece.enrolment
        if name == "version":
            return version.number
        if name == "text":
            return next(iter(version.texts.values()), "")
        if name in dict(SUMMARY):
            return version.texts.get(name, "")
        if name == "file":
            return next(iter(version.stored_files.values()), None)
        return getattr(version, name)

    def __eq__(self, other: object) -> bool:
        return getattr(other, "pk", None) == self.row.pk

    def __hash__(self) -> int:
        return hash(self.row.pk)

    def refresh_from_db(self) -> None:
        self.row = Version.objects.get(pk=self.row.pk)


@dataclass(frozen=True)
class Handed:
    """The versions of one work."""

    work: str
    is_newest_alone: bool = False
    found: QuerySet[Version] | None = None
    FIELDS = SUMMARY

    @property
    def objects(self) -> Handed:
        rows = Version.objects.filter(piece__work__key=self.work)
        if self.is_newest_alone:
            rows = rows.filter(number=F("piece__newest"))
        return Handed(self.work, self.is_newest_alone, rows.order_by("piece", "number"))

    def _named(self, about: dict[str, Any]) -> dict[str, Any]:
        named = {}
        for name, value in about.items():
            head, _, rest = name.partition("__")
            if name in _COLUMNS:
                named[_COLUMNS[name]] = value
            else:
                named["__".join(filter(None, (_COLUMNS.get(head, head), rest)))] = value
        return {name: getattr(value, "row", value) for name, value in named.items()}

    def filter(self, **about: Any) -> Handed:
        return Handed(self.work, self.is_newest_alone, self._rows.filter(**self._named(about)))

    def exclude(self, **about: Any) -> Handed:
        return Handed(self.work, self.is_newest_alone, self._rows.exclude(**self._named(about)))

    def order_by(self, *names: str) -> Handed:
        return self

    def all(self) -> Handed:
        return self

    @property
    def _rows(self) -> QuerySet[Version]:
        return self.objects._rows if self.found is None else self.found

    def __iter__(self) -> Any:
        return (Seen(one) for one in self._rows)

    def get(self, **about: Any) -> Any:
        return Seen(self._rows.get(**self._named(about)))

    def first(self) -> Any:
        return next(iter(self), None)

    def exists(self) -> bool:
        return self._rows.exists()

    def count(self) -> int:
        return self._rows.count()

    def values_list(self, *names: str, flat: bool = False) -> list[Any]:
        rows = [tuple(_walk(one, name) for name in names) for one in self]
        return [row[0] for row in rows] if flat else rows


def _walk(thing: Any, name: str) -> Any:
    for part in name.split("__"):
        thing = getattr(thing, part) if thing is not None else None
    return getattr(thing, "pk", thing) if name == "receipt" else thing


Question = Handed("question", is_newest_alone=True)
QuestionVersion = Handed("question")
Slides = Handed("slides")
Summary = Handed("summary")
