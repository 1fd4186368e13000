"""Statements that several repositories share, written once for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.shared.types import GuildId
from bot.storage.driver.writer_thread import AnyConnection
from bot.storage.tables import counters

Stored = Row[*tuple[Any, ...]]
"""A row as it comes back; its columns are those of the statement."""
Insert = sqlite.Insert | postgresql.Insert


def values_of(row: Stored, table: Table) -> dict[str, Any]:
    """Return a row of `select(table)` by the names of its columns."""
    return dict(zip(table.columns.keys(), row, strict=True))


def conflicting_insert(connection: AnyConnection, table: Table) -> Insert:
    """Begin an INSERT that may say ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def insert_new(connection: AnyConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert rows but those whose key is stored already; return how many were, for one row."""
    if not rows:
        return 0
    # One row goes by itself: of many PostgreSQL's driver tells no number.
    given = rows[0] if len(rows) == 1 else rows
    result = await connection.execute(conflicting_insert(connection, table).on_conflict_do_nothing(), given)
    return result.rowcount


async def next_number(connection: AnyConnection, guild: GuildId, name: str) -> int:
    """Count one further in a guild, from 1; a number is given again only if its transaction is undone."""
    mine = (counters.c.guild == guild, counters.c.name == name)
    counted = update(counters).where(*mine).values(last=counters.c.last + 1).returning(counters.c.last)
    last: int | None = await connection.scalar(counted)
    if last is None:
        last = 1
        await connection.execute(insert(counters).values(guild=guild, name=name, last=last))
    return last
