"""Which errors mean that the database itself does not work, rather than that a statement is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.domain.shared.errors import StorageFault
from bot.storage.driver.postgres import CannotConnect

_PRIMARY = 0xFF
"""SQLite's extended result codes have the primary one in their lowest byte."""
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: StorageFault.FULL,
    sqlite3.SQLITE_READONLY: StorageFault.READ_ONLY,
    sqlite3.SQLITE_PERM: StorageFault.READ_ONLY,
    sqlite3.SQLITE_BUSY: StorageFault.LOCKED,
    sqlite3.SQLITE_LOCKED: StorageFault.LOCKED,
    sqlite3.SQLITE_PROTOCOL: StorageFault.LOCKED,
    sqlite3.SQLITE_CORRUPT: StorageFault.DAMAGED,
    sqlite3.SQLITE_NOTADB: StorageFault.DAMAGED,
    sqlite3.SQLITE_IOERR: StorageFault.UNREACHABLE,
    sqlite3.SQLITE_CANTOPEN: StorageFault.UNREACHABLE,
    sqlite3.SQLITE_NOLFS: StorageFault.UNREACHABLE,
    sqlite3.SQLITE_AUTH: StorageFault.UNREACHABLE,
}
_OF_POSTGRES = {
    "53100": StorageFault.FULL,
    "25006": StorageFault.READ_ONLY,
    "42501": StorageFault.READ_ONLY,
    "55P03": StorageFault.LOCKED,
    "40P01": StorageFault.LOCKED,
    "XX001": StorageFault.DAMAGED,
    "XX002": StorageFault.DAMAGED,
}
_CLASSES_OF_POSTGRES = {
    "08": StorageFault.UNREACHABLE,
    "53": StorageFault.UNREACHABLE,
    "25": StorageFault.UNREACHABLE,
    "57": StorageFault.UNREACHABLE,
    "58": StorageFault.UNREACHABLE,
}
"""Classes of SQLSTATE: connection lost, no resources, transaction ended by the server, operator intervention, system
error."""


class CommitInDoubt(Exception):
    """The connection was lost after the server was told to commit, so it is unknown whether it did.

    `waited`: the full waiting time had passed without an answer.
    """

    def __init__(self, *, waited: bool) -> None:
        super().__init__("the server did not say whether it committed")
        self.waited = waited


class FileReplaced(Exception):
    """The database's file was deleted, or replaced by another one."""


_OF_PYTHON: Mapping[type[BaseException], StorageFault] = {
    FileReplaced: StorageFault.REPLACED,
    NoConnection: StorageFault.LOCKED,
    CommitInDoubt: StorageFault.IN_DOUBT,
    TimeoutError: StorageFault.UNREACHABLE,
}


def fault_of(error: BaseException) -> StorageFault | None:
    """Return what is wrong with the database, None if the error does not come from the database itself."""
    own = next((fault for kind, fault in _OF_PYTHON.items() if isinstance(error, kind)), None)
    if own is not None:
        return own
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return StorageFault.UNREACHABLE
        return fault_of(error.orig) if error.orig is not None else None
    if isinstance(error, sqlite3.Error):
        code: int | None = getattr(error, "sqlite_errorcode", None)
        return None if code is None else _OF_SQLITE.get(code & _PRIMARY)
    state = getattr(error, "sqlstate", None)
    known = _OF_POSTGRES.get(state) or _CLASSES_OF_POSTGRES.get(state[:2]) if isinstance(state, str) else None
    return StorageFault.UNREACHABLE if isinstance(error, CannotConnect) else known


def waited_in_vain(error: BaseException) -> bool:
    """Return whether the error came after the full waiting time, so that the next in the queue would wait too."""
    if isinstance(error, CommitInDoubt):
        return error.waited
    if isinstance(error, CannotConnect):
        return error.silent
    return isinstance(error, TimeoutError) or fault_of(error) is StorageFault.LOCKED
