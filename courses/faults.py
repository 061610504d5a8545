"""Why the database or the disk did not do something, and whether it may have done it."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, Error, InterfaceError, OperationalError, connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
# PostgreSQL: a lock waited for too long, deadlock, conflict, cancelled, a standby that only reads.
_BUSY_STATES = {"55P03", "40P01", "40001", "57014", "25006"}
_SQLITE_ERROR = 1
_SQLITE_BUSY = {5, 6, 8}  # busy, locked, read-only
_SQLITE_FULL = 13


class Fault(Enum):
    """What is the matter, where it is nobody's mistake and passes.

    Of BUSY and FULL the database or the disk itself says that it did not do what was asked for
    last. After LOST nobody knows: the answer, also that to a COMMIT, never came.
    """

    BUSY = auto()
    FULL = auto()
    LOST = auto()


class NotNow(Exception):
    """The database cannot do it just now, and has not done it: `fault` is BUSY or FULL.

    No DatabaseError, which caches, sessions and throttles take for something else and hide.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.name.lower())


@contextmanager
def said_plainly(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within it a statement or COMMIT of `connection` that meets BUSY or FULL raises NotNow.

    SQLite hears of a full disk at COMMIT as often as before it. Such a transaction is rolled
    back here: Django does so for a DatabaseError alone.
    """
    real = connections[connection.alias]
    if "commit" not in vars(real):  # there it stands before the method of its class
        vars(real)["commit"] = partial(_commit_plainly, real)
    with connection.execute_wrapper(_execute_plainly):
        yield


def _commit_plainly(connection: BaseDatabaseWrapper) -> None:
    commit = partial(type(connection).commit, connection)
    if _execute_plainly not in connection.execute_wrappers:
        return commit()
    try:
        with _plainly():
            return commit()
    except NotNow:
        _roll_back(connection)
        raise


def _execute_plainly(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    with _plainly():
        return execute(sql, params, many, context)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except Error as error:
        fault = fault_of(error)
        if fault in (Fault.BUSY, Fault.FULL):
            raise NotNow(fault) from error
        raise


def _roll_back(connection: BaseDatabaseWrapper) -> None:
    try:
        connection.rollback()
    except Error:
        connection.close()


def fault_of(error: BaseException | None) -> Fault | None:
    """The fault that `error` tells of, itself or as its cause; None for any other error."""
    return next((fault for one in _chain(error) if (fault := _fault(one))), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it: a session that cannot be saved says so in other words."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _fault(error: BaseException) -> Fault | None:
    if isinstance(error, NotNow):
        return error.fault
    if isinstance(error, OSError):
        return Fault.FULL if error.errno in NO_ROOM else None
    if not isinstance(error, Error):
        return None
    said = str(error).lower()
    state = getattr(error.__cause__, "pgcode", None) or ""
    number = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    if number == _SQLITE_FULL or state == "53100" or _tells_of_no_room(said):
        return Fault.FULL
    if number in _SQLITE_BUSY or state in _BUSY_STATES or state[:2] == "53":
        return Fault.BUSY
    if " is locked" in said or "too many clients" in said or "connection slots" in said:
        return Fault.BUSY
    if isinstance(error, OperationalError | InterfaceError):
        return None if number == _SQLITE_ERROR else Fault.LOST
    # What libpq says of an answer that it cannot read is of no finer kind.
    is_libpqs = type(error) is DatabaseError and hasattr(error.__cause__, "pgcode") and not state
    return Fault.LOST if is_libpqs else None


def _tells_of_no_room(said: str) -> bool:
    return "is full" in said or "no space left" in said or "quota exceeded" in said
