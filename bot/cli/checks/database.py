"""Checks that the database exists, is writable and is of this version, without changing it, and reads its spaces."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app.composition import backups_of
from bot.cli.checks.findings import Finding, ok, problem, warning
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign
from bot.settings import StorageSettings
from bot.storage.driver.engine import Database, close_engine, name_of, open_engine
from bot.storage.maintenance.opening import cut_off, flaw_of
from bot.storage.schema_version import newest_version, schema_version
from bot.storage.unit_of_work import SqlStore

_RIGHTS = "give the bot's user the right to write the file and its folder, and check the space left"

_LITTLE = 100 * 2**20
"""Free bytes below which an operator is warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCheck:
    """The finding about the database, and what the other checks need of its content; empty if it is not usable."""

    finding: Finding
    spaces: tuple[Space, ...] = ()
    campaigns: tuple[Campaign, ...] = ()


async def check_database(storage: StorageSettings) -> DatabaseCheck:
    """Check the database; one that does not exist yet is not created."""
    async with opened(storage) as (engine, finding):
        if engine is None:
            return DatabaseCheck(finding=finding)
        async with SqlStore(engine).read() as repos:
            return DatabaseCheck(
                finding=finding,
                spaces=tuple(await repos.spaces.all()),
                campaigns=tuple(await repos.treasury.open_campaigns()),
            )


@asynccontextmanager
async def opened(storage: StorageSettings) -> AsyncIterator[tuple[Database | None, Finding]]:
    """Open the database and give it with a finding; None in its place if it cannot be used or does not exist yet."""
    file = storage.file and storage.file.absolute()
    if file and (finding := _missing(file)):
        yield None, finding
        return
    try:
        engine = open_engine(storage.url.get_secret_value())
    except OSError as error:
        yield None, problem(f"the database {file} cannot be opened ({error.strerror})", _RIGHTS)
        return
    try:
        fit, finding = await _state(engine, storage, file)
        yield engine if fit else None, finding
    finally:
        await close_engine(engine)


async def _state(engine: Database, storage: StorageSettings, file: Path | None) -> tuple[bool, Finding]:
    """Return whether the tables exist and are of this version, and the finding about the database."""
    name = name_of(engine)
    if flaw := await flaw_of(engine, backups_of(storage)):
        return False, problem(flaw.problem, flaw.remedy)
    version = await schema_version(engine)
    if version is None and file is None:
        return False, ok(f"the tables of the database {name} will be made at the first start")
    if version != newest_version():
        return False, problem(
            f"the database {name} is at version {version or 'none'}, not {newest_version()}",
            "stop the bot and run folkmoot db migrate; a later version needs a later Folkmoot",
        )
    sound = ok(f"the database {name} is sound, is writable and at version {version}")
    return True, (_room(file) if file else None) or sound


def _missing(file: Path) -> Finding | None:
    if flaw := cut_off(file):
        return problem(flaw.problem, flaw.remedy)
    if file.exists():
        return None
    folder = _nearest_folder(file)
    if not os.access(folder, os.W_OK | os.X_OK):
        return problem(f"the database {file} cannot be made: {folder} is not writable", _RIGHTS)
    return ok(f"the database {file} will be made at the first start")


def _room(file: Path) -> Finding | None:
    """Return a warning if less than `_LITTLE` bytes are free on the database's disk, else None."""
    free = shutil.disk_usage(file.parent).free
    if free >= _LITTLE:
        return None
    return warning(
        f"only {free // 2**20} MiB are free for the database {file}", "free space before nothing is recorded"
    )


def _nearest_folder(file: Path) -> Path:
    return next(folder for folder in file.parents if folder.exists())
