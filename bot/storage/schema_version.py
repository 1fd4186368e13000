"""The version of the database's tables, and the way to the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, column, table, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.engine import for_migrating, for_reading

UNFINISHED = "unfinished move"
"""The version of a database into which another one is being moved: no Folkmoot, of whatever age, works with it."""


class SchemaUnknown(Exception):
    """The database was migrated by a newer Folkmoot, to version `found`, which this one does not know."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the database is at version {found}, which this version of Folkmoot does not know")
        self.found = found


def newest_version() -> str:
    """Return the version that `migrate` leads to."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


async def schema_version(engine: AsyncEngine) -> str | None:
    """Return the version of the database's tables, None if it has none."""
    async with for_reading(engine).connect() as connection:
        return await connection.run_sync(_version)


async def outdated(engine: AsyncEngine) -> str | None:
    """Return the version of tables that `migrate` would change, None if there is nothing to change.

    Raises:
        SchemaUnknown: they are newer than this program.

    """
    found = await schema_version(engine)
    return None if found is None or _is_newest(found) else found


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables to the newest version, in one transaction; nothing to do is no harm.

    Raises:
        SchemaUnknown: they are newer than this program.

    """
    async with for_migrating(engine) as connection:
        await connection.run_sync(_upgrade)


async def mark_version(connection: AsyncConnection, version: str) -> None:
    """Within a transaction that writes: say that the tables, which are there, are at another version."""
    await connection.execute(update(table("alembic_version", column("version_num"))).values(version_num=version))


def _upgrade(connection: Connection) -> None:
    found = _version(connection)
    if found is not None and _is_newest(found):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_newest(version: str) -> bool:
    known = ScriptDirectory.from_config(_config())
    if version == known.get_current_head():
        return True
    try:
        known.get_revision(version)
    except CommandError:
        raise SchemaUnknown(version) from None
    return False


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
