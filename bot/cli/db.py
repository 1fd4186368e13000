"""`folkmoot db`: bring the tables up to date, copy the database, put a copy back, move all of it, check it."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from pathlib import Path

from bot.app.composition import CannotStart, open_store
from bot.cli.checks.findings import Level
from bot.cli.checks.stored_rows import check_rows
from bot.cli.shared.secret_redaction import Redactor
from bot.cli.shared.settings_or_exit import settings_or_exit
from bot.settings import SecretStr, Settings, StorageSettings
from bot.settings.setting_checks import valid_database_url
from bot.storage.driver.engine import address_of
from bot.storage.maintenance.backups import BackupFailed, copy, restore
from bot.storage.maintenance.file_lock import FileLock, lock_file
from bot.storage.maintenance.postgresql_tools import dump_command, restore_commands
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.moving.database_move import MovedTable, move

_ADDRESSES = "write sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def main(given: argparse.Namespace) -> int:
    """Run one step of `folkmoot db`; return its exit code."""
    if given.step == "move":
        return asyncio.run(_move(given.source, given.target))
    settings = settings_or_exit(given.config)
    if given.step == "check":
        return asyncio.run(_check(settings))
    if settings.storage.file is None:
        return _on_postgres(given, settings)
    return _on_file(given, settings, settings.storage.file.absolute())


def _on_file(given: argparse.Namespace, settings: Settings, file: Path) -> int:
    match given.step:
        case "path":
            print(file)
            return 0
        case "backup":
            return _backup(file, given.file)
    lock = FileLock(lock_file(file))
    if lock.take() is False:
        return _problem(f"the bot works with the database {file} — stop it first")
    try:
        return _restore(given.file, file) if given.step == "restore" else asyncio.run(_migrate(settings.storage, None))
    finally:
        lock.release()


def _on_postgres(given: argparse.Namespace, settings: Settings) -> int:
    address = settings.storage.url.get_secret_value()
    name = address_of(address)
    match given.step:
        case "path":
            print(name)
            return 0
        case "migrate":
            # The migration takes the same lease as the bot: the tables must not change under a running bot.
            token = settings.discord.token or SecretStr(secrets.token_hex())
            return asyncio.run(_migrate(settings.storage, token))
        case "backup":
            tool = f"even while the bot runs: {dump_command(address, given.file)}"
        case _:
            tool = f"stop the bot, and: {restore_commands(address, given.file)} — then name the new one in storage.url"
    return _problem(f"{name} is PostgreSQL, which its own tools copy — {tool}")


async def _check(settings: Settings) -> int:
    redact, problems = Redactor(settings.secrets()), 0
    async for finding in check_rows(settings.storage):
        print(redact(str(finding)), flush=True)
        problems += finding.level is Level.PROBLEM
    return 1 if problems else 0


async def _migrate(storage: StorageSettings, token: SecretStr | None) -> int:
    try:
        async with open_store(storage, token):
            print("ok: the tables are up to date")
    except CannotStart as error:
        return _problem(str(error))
    return 0


async def _move(source: str, target: str) -> int:
    def told(table: MovedTable) -> None:
        print(f"ok: {table.name}: {table.rows} rows, the same on both sides ({table.digest[:16]})", flush=True)

    for option, address in (("--from", source), ("--to", target)):
        try:
            valid_database_url(SecretStr(address))
        except ValueError as error:
            return _problem(f"what stands behind {option} {error} — {_ADDRESSES}")
    try:
        logs = await move(source, target, told)
    except Unusable as error:
        return _problem(str(error))
    print(f"ok: the heads of the log: {logs} servers, the same on both sides")
    print(
        f"ok: all of it is in {address_of(target)} — write that to storage.url, and do not run the bot on the old one"
    )
    return 0


def _backup(source: Path, target: Path) -> int:
    try:
        copy(source, target)
    except BackupFailed as error:
        return _problem(str(error))
    print(f"ok: {target.absolute()}")
    return 0


def _restore(backup: Path, file: Path) -> int:
    try:
        aside = restore(backup, file)
    except BackupFailed as error:
        return _problem(str(error))
    print(f"ok: {file.absolute()} is what {backup} was" + (f"; what stood there is {aside}" if aside else ""))
    return 0


def _problem(text: str) -> int:
    print(f"problem: {text}", file=sys.stderr)
    return 1
