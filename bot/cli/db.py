"""`folkmoot db`: bring the tables up to date, copy the database in use, put a copy back, say where it is."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.app.composition import CannotStart, open_store
from bot.cli.shared.settings_or_exit import settings_or_exit
from bot.settings import StorageSettings
from bot.storage.maintenance.backups import BackupFailed, copy, restore
from bot.storage.maintenance.file_lock import FileLock, lock_file


def main(given: argparse.Namespace) -> int:
    """Do one step of `folkmoot db`."""
    storage = settings_or_exit(given.config).storage
    match given.step:
        case "path":
            print(storage.file.absolute())
            return 0
        case "backup":
            return _backup(storage.file, given.file)
    lock = FileLock(lock_file(storage.file.absolute()))
    if lock.take() is False:
        return _problem(f"the bot works with the database {storage.file.absolute()} — stop it first")
    try:
        return _restore(given.file, storage.file) if given.step == "restore" else asyncio.run(_migrate(storage))
    finally:
        lock.release()


async def _migrate(storage: StorageSettings) -> int:
    try:
        async with open_store(storage):
            print("ok: the tables are up to date")
    except CannotStart as error:
        return _problem(str(error))
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
