"""Rows of many servers read together: one that this version cannot read stops nobody else's sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.domain.shared.errors import FolkmootError
from bot.storage.driver.statements import Stored

T = TypeVar("T")
_log = logging.getLogger(__name__)
TOLD: set[tuple[str, int]] = set()
"""Tables and ids of the rows that the operator has been told of."""


def readable(rows: Iterable[Stored], read: Callable[[Stored], T], table: str) -> list[T]:
    """Return what `read` makes of each row; a row that it refuses is left out, and logged once per process.

    Such a row was written by another version, which knew a strategy or a form of it that this one does not.
    """
    found: list[T] = []
    for row in rows:
        try:
            found.append(read(row))
        except (FolkmootError, ArithmeticError, LookupError, TypeError, ValueError):
            if (table, row.id) not in TOLD:
                TOLD.add((table, row.id))
                _log.exception(
                    "row %s of %s cannot be read by this version, and is left out of all sweeps", row.id, table
                )
    return found
