"""Checks a whole database without changing it: tables, indexes, each row and what it refers to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, cast, func, select, text
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import SchemaItem

from bot.storage.driver.engine import for_reading, name_of
from bot.storage.rows.ordered_rows import count, parts
from bot.storage.rows.unfit_rows import MOST_NAMED, orphans, unfit_rows
from bot.storage.tables import metadata

_INVALID = text(
    "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
    " WHERE NOT (indisvalid AND indisready) AND relnamespace = current_schema()::regnamespace ORDER BY 1"
)


async def faults(engine: AsyncEngine) -> AsyncIterator[str]:
    """Yield what is wrong with a database of the newest version, at most `MOST_NAMED` of a kind."""
    async with for_reading(engine).connect() as connection:
        for difference in await connection.run_sync(_differences):
            yield f"the tables are not those of its version (it lacks: {difference})"
    for damage in await _damage(engine):
        yield damage
    for table in metadata.sorted_tables:
        async with for_reading(engine).connect() as connection:
            try:
                for fault in await _faults_of(connection, table):
                    yield fault
                if engine.dialect.name == "sqlite":
                    for fault in await asyncio.to_thread(_unfit, Path(name_of(engine)), table):
                        yield fault
            except DBAPIError as error:
                yield f"{table.name} cannot be read ({error.orig})"


def _unfit(file: Path, table: Table) -> list[str]:
    return _first(unfit_rows(file, [table]))


async def _faults_of(connection: AsyncConnection, table: Table) -> list[str]:
    """Read all rows of a table, and compare what is stored twice."""
    rows = 0
    async for part in parts(connection, table):
        rows += len(part)
    found = _first(await orphans(connection, [table]))
    if rows != (counted := await count(connection, table)):
        found.append(f"{table.name} has {rows} rows in order, and {counted} by count")
    if connection.dialect.name == "postgresql" and (number := table.autoincrement_column) is not None:
        sequence = cast(func.pg_get_serial_sequence(table.name, number.name), REGCLASS)
        given = await connection.scalar(select(func.pg_sequence_last_value(sequence))) or 0
        last = await connection.scalar(select(func.max(number))) or 0
        if last > given:
            found.append(f"{table.name} has a row {last}, and counts on from {given}")
    return found


async def _damage(engine: AsyncEngine) -> list[str]:
    async with for_reading(engine).connect() as connection:
        if engine.dialect.name == "postgresql":
            return [f"the index {name} is not valid" for (name,) in await connection.execute(_INVALID)]
        verdict = await connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_NAMED})")
        return [" ".join(str(line).split()) for (line,) in verdict if line != "ok"]


def _differences(connection: Connection) -> list[str]:
    """Return what a migration would have to change. Tables of other programs are ignored."""
    options = {"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    steps = [step for each in found for step in (each if isinstance(each, list) else [each])]
    return [
        " ".join([step[0].replace("_", " "), *(_named(part) for part in step[1:] if part is not None)])
        for step in steps
    ]


def _is_ours(_: SchemaItem, _name: str | None, kind: str, reflected: bool, compared: SchemaItem | None) -> bool:
    return not (kind == "table" and reflected and compared is None)


def _named(part: Any) -> str:  # noqa: ANN401 - whatever Alembic says of a difference
    return str(part.name) if isinstance(part, SchemaItem) and hasattr(part, "name") else str(part)


def _first(found: Iterable[str]) -> list[str]:
    named = list(islice(rest := iter(found), MOST_NAMED))
    more = sum(1 for _ in rest)
    return [*named, f"and {more} more"] if more else named
