"""Rows for every table there is, of values that its columns may hold; those that refer to others refer to such rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Boolean, Integer, LargeBinary, Table, UniqueConstraint, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.engine import for_reading, for_writing
from bot.storage.moving.database_move import moved_tables
from bot.storage.tables import metadata

WORDS = (
    "",
    "VITA",
    "Ä",
    "ä",
    "a\nb\t'\"\\",
    "\U0001d510oot 🗳️",
    "z" * 300,
    "null",
    "\ufeff",
    "-",
    "\u0085",
    "%s ?",
    "{}",
)
LARGEST = 2**63 - 1


async def fill(engine: AsyncEngine, rows: int, seed: int) -> None:
    """Put so many rows into each table that is moved."""
    async with for_writing(engine).begin() as connection:
        await fill_within(connection, rows, seed)


async def fill_within(
    connection: AsyncConnection, rows: int, seed: int, tables: Sequence[Table] = (), words: Sequence[str] = WORDS
) -> dict[str, list[dict[str, Any]]]:
    """Put so many rows into each of `tables`, which stand in the order of their references; return them."""
    dice, numbers = Random(seed), count(1 + seed * 10_000)  # noqa: S311 - the same rows for the same seed
    kept: dict[str, list[dict[str, Any]]] = {}
    for table in tables or moved_tables():
        made = kept[table.name] = [_row(table, kept, dice, next(numbers), words) for _ in range(rows)]
        for row in made:  # one by one, as their columns may be left out
            await connection.execute(insert(table), row)
    return kept


async def contents(engine: AsyncEngine) -> dict[str, set[Any]]:
    """Return what every table holds."""
    async with for_reading(engine).connect() as connection:
        return {
            table.name: {tuple(row) for row in await connection.execute(select(table))}
            for table in metadata.sorted_tables
        }


def _row(
    table: Table, kept: dict[str, list[dict[str, Any]]], dice: Random, number: int, words: Sequence[str]
) -> dict[str, Any]:
    row = {column.name: _value(column, dice, number, words) for column in table.columns}
    for constraint in table.foreign_key_constraints:
        parents = kept[constraint.referred_table.name]
        parent = parents[number % len(parents)]
        for element in constraint.elements:
            if row[element.parent.name] is not None:
                row[element.parent.name] = parent[element.column.name]
    return row


def _value(column: Any, dice: Random, number: int, words: Sequence[str]) -> Any:
    """A value that no other row has, where it could be what tells rows apart."""
    if column.nullable and dice.random() < 0.3:
        return None
    match column.type:
        case Boolean():
            return dice.random() < 0.5
        case Integer() if column.table.autoincrement_column is column:
            return number * 3
        case Integer():
            return dice.choice((number, -number, LARGEST - number, -LARGEST - 1 + number))
        case LargeBinary():
            return dice.choice((b"", b"\0\xff", dice.randbytes(3_000))) + b"%d" % number
    unique = [one for one in column.table.constraints if isinstance(one, UniqueConstraint)]
    key = column.primary_key or any(column.name in one.columns for one in unique)
    return (f"{number}" if key else "") + dice.choice(words)
