"""Opens the database: checks that it is writable, sound and of this version, and gives the remedy if it is not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.shared.errors import StorageFault
from bot.domain.shared.types import Timestamp
from bot.storage.driver.engine import close_engine, name_of, open_engine, unwritable
from bot.storage.maintenance.backups import CUT_OFF, BackupFailed, Backups, cut_short, is_cut_off, log_of
from bot.storage.maintenance.database_faults import fault_of
from bot.storage.maintenance.unusable_database import Flaw, Unusable
from bot.storage.schema_version import UNFINISHED, SchemaUnknown, migrate, outdated, schema_version

_log = logging.getLogger(__name__)

_RIGHTS = "check the path in storage.url, the rights of the file and its folder, and the space left"
_START = {
    StorageFault.FULL: "free space on it",
    StorageFault.READ_ONLY: "let the bot's user write the file and its folder, on a disk that is mounted for writing",
    StorageFault.LOCKED: "end what holds it: another bot, or a tool with an open transaction",
}

_SERVER = "check that the server runs, and the address, user, password and database in storage.url"
_SERVER_START = {
    StorageFault.FULL: "free space on the server's disk",
    StorageFault.READ_ONLY: "let the user in storage.url write and make tables, on a server that is no copy of another",
    StorageFault.LOCKED: "end what holds it: another bot, or a tool with an open transaction",
}


async def open_database(
    address: str,
    backups: Backups | None,
    now: Timestamp,
    alone: Callable[[AsyncEngine], Awaitable[object]] | None = None,
) -> AsyncEngine:
    """Open the database, check that it is sound, and migrate it if it is outdated, after making a backup.

    `alone` is called before anything is changed, and makes sure that no other process works with the database.

    Raises:
        Unusable: with the remedy.

    """
    if backups is not None and (flaw := cut_off(backups.file)):
        raise Unusable(flaw)
    if backups is not None and not backups.file.exists() and (newest := backups.newest()):
        _log.warning(
            "the database %s was not there and begins anew; a backup of an earlier one: %s", backups.file, newest
        )
    try:
        engine = open_engine(address)
    except OSError as error:
        raise Unusable(Flaw(f"the database cannot be made ({error.strerror})", _RIGHTS)) from None
    try:
        await _check(engine, backups)
        if alone is not None:
            await alone(engine)
        await _update(engine, backups, now)
    except BaseException:
        await close_engine(engine)
        raise
    return engine


async def _check(engine: AsyncEngine, backups: Backups | None) -> None:
    if flaw := await flaw_of(engine, backups):
        raise Unusable(flaw)


async def flaw_of(engine: AsyncEngine, backups: Backups | None) -> Flaw | None:
    """Return what keeps a database from being used, None if it is writable and its file is sound."""
    name = name_of(engine)
    if error := await unwritable(engine):
        if fault_of(error) is StorageFault.DAMAGED:
            return Flaw(f"the database {name} is damaged ({_detail(error)})", _restore(backups))
        return what_failed(engine, error, "written")
    if encoding := await _unfit_encoding(engine):
        return Flaw(
            f"the database {name} keeps text as {encoding}, which has no place for every letter",
            "make it anew with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
        )
    if damage := await damage_of(engine):
        return Flaw(f"the database {name} is damaged ({damage})", _restore(backups))
    return unfinished_move(name) if await schema_version(engine) == UNFINISHED else None


def unfinished_move(name: str) -> Flaw:
    """Say that moving the rows of another database into this one was interrupted."""
    return Flaw(
        f"the database {name} has not all rows of the one that was to be moved there",
        "start the same folkmoot db move again, which begins anew; until it ends the other database holds everything",
    )


def cut_off(file: Path) -> Flaw | None:
    """Say that a database is half restored, or missing or empty while its log exists, which opening would delete."""
    if (copy := cut_short(file)) is not None:
        problem = f"the database {file} is missing: putting a backup in its place was cut short, at {copy.name}"
        return Flaw(problem, "restore the backup once more with folkmoot db restore; it is begun anew")
    if not is_cut_off(file):
        return None
    problem = (
        f"the database {file} is {'empty' if file.exists() else 'missing'}, and its log {log_of(file).name} is not"
    )
    return Flaw(problem, CUT_OFF)


def what_failed(engine: AsyncEngine, error: Exception, doing: str = "used") -> Flaw:
    """Say that a database failed, and what its operator does about it."""
    return Flaw(f"the database {name_of(engine)} cannot be {doing} ({_detail(error)})", _start(engine, fault_of(error)))


def _detail(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DBAPIError) else getattr(error, "strerror", None) or str(error)


def _start(engine: AsyncEngine, fault: StorageFault | None) -> str:
    remedies, otherwise = (_START, _RIGHTS) if engine.dialect.name == "sqlite" else (_SERVER_START, _SERVER)
    return otherwise if fault is None else remedies.get(fault, otherwise)


async def _unfit_encoding(engine: AsyncEngine) -> str | None:
    """Return PostgreSQL's encoding if it can't hold all of Unicode, else None. SQLite's encodings always can."""
    if engine.dialect.name == "sqlite":
        return None
    async with engine.connect() as connection:
        encoding = str((await connection.exec_driver_sql("SHOW server_encoding")).scalar_one())
    return None if encoding == "UTF8" else encoding


async def damage_of(engine: AsyncEngine) -> str | None:
    """Return damage found in the whole SQLite file, except its indexes' contents. PostgreSQL checks its own files."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        async with engine.connect() as connection:
            verdict = str((await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one())
    except DBAPIError as error:
        return str(error.orig)
    return None if verdict == "ok" else " ".join(verdict.split())


async def _update(engine: AsyncEngine, backups: Backups | None, now: Timestamp) -> None:
    try:
        version = await outdated(engine)
        if backups is not None and version is not None:
            await asyncio.to_thread(backups.make_before_migration, version, now)
        await migrate(engine)
    except SchemaUnknown as error:
        remedy = "install that newer version, or go back to a backup made before it"
        raise Unusable(Flaw(str(error), remedy)) from None
    except BackupFailed as error:
        problem = f"no backup could be made before the tables are changed: {error.problem}"
        raise Unusable(Flaw(problem, error.remedy)) from None
    except DBAPIError as error:
        if (fault := fault_of(error)) is None:
            raise
        problem = f"the tables of {name_of(engine)} could not be brought up to date: {fault.value}"
        raise Unusable(Flaw(problem, _start(engine, fault))) from None


def _restore(backups: Backups | None) -> str:
    newest = backups.newest() if backups else None
    if newest is None:
        return "look after the disk; folkmoot db restore puts a backup in its place, if you have one elsewhere"
    return f"look after the disk, and restore the newest backup: folkmoot db restore {newest}"
