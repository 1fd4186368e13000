"""Looks at the database without changing it: is it there, writable, of this version, and which guilds it serves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.cli.checks.findings import Finding, ok, problem
from bot.domain.funding import Campaign
from bot.domain.space import Space
from bot.settings import StorageSettings
from bot.storage.engine import close_engine, open_engine, unwritable
from bot.storage.schema import newest_version, schema_version
from bot.storage.store import SqlStore

_RIGHTS = "give the bot's user the right to write the file and its folder, and check the space left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the database stands, and what the rest of the check wants from it."""

    finding: Finding
    spaces: tuple[Space, ...] = ()
    campaigns: tuple[Campaign, ...] = ()


async def check_database(storage: StorageSettings) -> Kept:
    """Look at the database; one that is not there yet is not made."""
    file = storage.file.absolute()
    if not file.exists():
        folder = _nearest_folder(file)
        if not os.access(folder, os.W_OK | os.X_OK):
            return Kept(finding=problem(f"the database {file} cannot be made: {folder} is not writable", _RIGHTS))
        return Kept(finding=ok(f"the database {file} will be made at the first start"))
    try:
        engine = open_engine(storage.url)
    except OSError as error:
        return Kept(finding=problem(f"the database {file} cannot be opened ({error.strerror})", _RIGHTS))
    try:
        if refused := await unwritable(engine):
            return Kept(finding=problem(f"the database {file} cannot be written ({refused})", _RIGHTS))
        version = await schema_version(engine)
        if version != newest_version():
            return Kept(
                finding=problem(
                    f"the database {file} is at version {version or 'none'}, not {newest_version()}",
                    "stop the bot and run folkmoot db migrate; a later version needs a later Folkmoot",
                )
            )
        async with SqlStore(engine).read() as books:
            return Kept(
                finding=ok(f"the database {file} is writable and at version {version}"),
                spaces=tuple(await books.spaces.all()),
                campaigns=tuple(await books.funding.open_campaigns()),
            )
    finally:
        await close_engine(engine)


def _nearest_folder(file: Path) -> Path:
    return next(folder for folder in file.parents if folder.exists())
