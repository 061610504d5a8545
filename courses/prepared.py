"""Queries that nearly every request asks: their SQL is made once.

Django makes a query's SQL anew each time, which takes several times as long as the database needs
to answer it from an index. A `Prepared` query is written as any other; what it finds is the same.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    Value = int | str | None

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class _Made:
    """A queryset and its SQL; `places` are those among `params` at which the values stand."""

    queryset: Any
    compiler: Any
    sql: str
    params: Sequence[Any]
    places: Sequence[tuple[int, int]]


class Prepared(Generic[Row]):
    """The query that `build` makes of ids, texts and None, to be called with such values.

    SQL is kept for each combination of kinds of values, so that None may ask for NULL, and a
    query may be given any (small) number of them. `build` must put each value into the query as
    it is, at one place. Not for querysets that prefetch.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._made: dict[tuple[type, ...], _Made | None] = {}

    def __call__(self, *values: Value) -> list[Row]:
        """The rows; one query. Raises TypeError where `build` hides a value from the SQL."""
        kinds = tuple(type(one) for one in values)
        if kinds not in self._made:
            self._made[kinds] = self._make(kinds)
        made = self._made[kinds]
        if made is None:
            return []
        connection = connections[DEFAULT_DB_ALIAS]  # that of this thread
        if made.queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked in a transaction alone.")
        params = list(made.params)
        for place, number in made.places:
            params[place] = values[number]
        compiler = copy(made.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (made.sql, params)
        queryset = made.queryset.all()
        queryset.query.get_compiler = lambda *_, **__: compiler
        return list(queryset)

    def first(self, *values: Value) -> Row | None:
        """The first row, or None; for queries that find one at most."""
        return next(iter(self(*values)), None)

    def _make(self, kinds: tuple[type, ...]) -> _Made | None:
        """None for what can find nothing, whatever the values are."""
        marks = [_mark(kind, number) for number, kind in enumerate(kinds)]
        queryset = self._build(*marks)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        places = [
            (place, number)
            for number, mark in enumerate(marks)
            for place, param in enumerate(params)
            if mark is not None and type(param) is type(mark) and param == mark
        ]
        if [number for _, number in places] != [
            number for number, mark in enumerate(marks) if mark is not None
        ]:
            raise TypeError("Each value must stand in the SQL once, as it is given.")
        return _Made(queryset, compiler, sql, params, places)


def _mark(kind: type, number: int) -> Value:
    """Something that stands for the value and is found again among the parameters."""
    if kind is int:
        return 7_310_000_000 + number
    if kind is str:
        return f"value {number} of a prepared query"
    if kind is type(None):
        return None
    raise TypeError(f"A prepared query takes ids, texts and None, not {kind.__name__}.")
