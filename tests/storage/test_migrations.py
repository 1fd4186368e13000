"""Every released version of the tables, with rows in them, becomes the newest one, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.engine import for_migrating, for_writing
from bot.storage.moving.database_move import count_on
from bot.storage.schema_version import _config, migrate, newest_version, schema_version
from bot.storage.tables import metadata
from tests.storage.conftest import upgrade_to
from tests.storage.moving.rows import fill_within

VERSIONS = [step.revision for step in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))]
ERASED = {"powers", "votable"}
"""Tables of which a step takes rows away."""
CHANGED = {"spaces": {"public"}}
"""Columns of which a step changes what stood in them: nobody had chosen it."""
_CATALOG = """
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, collation_name, is_identity)
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL SELECT concat_ws(' ', sequencename, data_type, increment_by, max_value) FROM pg_sequences ORDER BY 1
"""
_MASTER = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version' ORDER BY name"


async def schema(connection: AsyncConnection) -> list[str]:
    """Return everything that the database itself says of its tables."""
    asked = _CATALOG if connection.dialect.name == "postgresql" else _MASTER
    return [" ".join(said.split()) for said in await connection.scalars(text(asked))]


def reflected(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


async def described(bare: AsyncEngine) -> list[str]:
    """What the database says of tables that are made as the code describes them; it is without tables again then."""
    async with for_writing(bare).connect() as connection:
        await connection.begin()
        await connection.run_sync(metadata.create_all)
        found = await schema(connection)
        await connection.rollback()
    assert len(found) > len(metadata.tables)
    return found


async def test_from_every_released_version_with_rows_in_it_the_steps_lead_to_the_tables_that_the_code_describes(
    bare: AsyncEngine,
) -> None:
    wanted = await described(bare)
    stored: dict[str, list[dict[str, Any]]] = {}
    for number, version in enumerate(VERSIONS):
        async with for_migrating(bare) as connection:
            await connection.run_sync(upgrade_to, version)
            tables = await connection.run_sync(reflected)
            for name, rows in (await fill_within(connection, 2, number, tables, ["[]"])).items():
                stored.setdefault(name, []).extend(rows)
            for table in tables:
                await count_on(connection, table)
            from_here = await connection.begin_nested()  # all further steps at once, and back
            await connection.run_sync(upgrade_to, "head")
            assert await schema(connection) == wanted, version
            await from_here.rollback()
    assert await schema_version(bare) == newest_version()
    async with bare.connect() as connection:
        assert await schema(connection) == wanted
        for table in metadata.sorted_tables:
            key = [column.name for column in table.primary_key]
            found = {
                tuple(row[name] for name in key): row for row in (await connection.execute(select(table))).mappings()
            }
            for row in stored[table.name]:
                now = found.get(tuple(row[name] for name in key))
                if now is None:
                    assert table.name in ERASED
                else:
                    same = row.keys() & now.keys() - CHANGED.get(table.name, set())
                    assert {name: row[name] for name in same} == {name: now[name] for name in same}


async def test_a_step_that_is_cut_short_leaves_the_version_before_it(
    bare: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with for_migrating(bare) as connection:
        await connection.run_sync(upgrade_to, VERSIONS[3])
        before = await schema(connection)

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", fail)
        with pytest.raises(KeyboardInterrupt):
            await migrate(bare)
    async with bare.connect() as connection:
        assert await schema(connection) == before
    assert await schema_version(bare) == VERSIONS[3]
    await migrate(bare)
    async with bare.connect() as connection:
        assert set(await connection.run_sync(lambda sync: inspect(sync).get_table_names())) >= metadata.tables.keys()
