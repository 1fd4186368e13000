"""Rows in an order that is the same on SQLite and PostgreSQL, and digests of them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Table, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.driver.statements import Stored, values_of
from bot.storage.tables import log

MOST_ROWS, MOST_BYTES = 1_000, 4 * 2**20
"""What is in memory at a time; a row that is larger by itself comes alone."""
_FIRST_ROWS = 16


def key_of(table: Table) -> list[Column[Any]]:
    """Return the columns whose values name a row and put all rows in order: numbers by value, texts by their bytes."""
    return list(table.primary_key.columns)


async def parts(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Stored]]:
    """Return all rows in order. How many come at a time is fitted to how large those before were."""
    key = key_of(table)
    asked, last, rows = select(table).order_by(*key), None, _FIRST_ROWS
    while True:
        further = asked if last is None else asked.where(tuple_(*key) > tuple_(*last))
        part = (await connection.execute(further.limit(rows))).all()
        if part:
            yield part
        if len(part) < rows:
            return
        last = [values_of(part[-1], table)[column.name] for column in key]
        rows = max(1, min(MOST_ROWS, 2 * rows, MOST_BYTES // max(map(_size, part))))


class Digest:
    """Counts rows, and takes one hash over all their values, each with its type and length."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.rows = 0

    def add(self, part: Iterable[Stored]) -> None:
        """Take in the next rows in order."""
        for row in part:
            self.rows += 1
            self._hash.update(b"".join(map(_spelled, row)))

    @property
    def hex(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


async def count(connection: AsyncConnection, table: Table) -> int:
    """Return how many rows a table has, as the database itself counts them."""
    return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def log_heads(connection: AsyncConnection) -> dict[int, tuple[int, str]]:
    """Return of each server's log the number and the hash of its last entry."""
    newest = select(log.c.guild, func.max(log.c.seq).label("seq")).group_by(log.c.guild).subquery()
    asked = select(log.c.guild, log.c.seq, log.c.hash).join(
        newest, (log.c.guild == newest.c.guild) & (log.c.seq == newest.c.seq)
    )
    return {row.guild: (row.seq, row.hash) for row in await connection.execute(asked)}


def _size(row: Stored) -> int:
    return sum(len(value) if isinstance(value, str | bytes) else 8 for value in row)


def _spelled(value: object) -> bytes:
    match value:
        case None:
            return b"-"
        case bool():
            return b"b1" if value else b"b0"
        case int():
            kind, content = b"i", str(value).encode()
        case str():
            kind, content = b"t", value.encode()
        case bytes():
            kind, content = b"y", value
        case _:
            raise TypeError(f"no table holds values of the type {type(value).__name__}")
    return b"%b%d:%b" % (kind, len(content), content)
