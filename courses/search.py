"""Searching as people read: whatever the capitals, and however a letter is stored.

`name__holds="ÅSA"` finds "åsa", composed or not, on either database; nothing in the term is a
pattern. Every list of the admin searches this way.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import CharField, Lookup, TextField
from django.dispatch import receiver

from courses.texts import folded


@CharField.register_lookup
@TextField.register_lookup
class Holds(Lookup):
    """Whether the text contains the other one, both folded."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """On SQLite, with our own function of that name."""
        return self._found("instr(folded({}), folded({})) > 0", compiler, connection)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """On PostgreSQL, whose letters depend on how it was set up unless a collation is named."""
        fold = 'normalize(upper(normalize({}::text, NFKC) COLLATE "und-x-icu"), NFC)'
        return self._found(f"strpos({fold}, {fold}) > 0", compiler, connection)

    def _found(self, sql: str, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        term, term_params = self.process_rhs(compiler, connection)
        return sql.format(column, term), (*column_params, *term_params)


@receiver(connection_created, dispatch_uid="folded on SQLite")
def teach_sqlite_to_fold(connection: Any, **kwargs: Any) -> None:
    """SQLite itself knows the capitals of ASCII alone."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("folded", 1, _folded, deterministic=True)


def _folded(text: str | None) -> str | None:
    return None if text is None else folded(text)
