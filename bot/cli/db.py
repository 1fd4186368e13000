"""`folkmoot db`: bring the tables up to date, copy the database while it is in use, say where it is."""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bot.app import CannotStart, open_store
from bot.cli._config import settings_or_exit
from bot.settings import StorageSettings


def main(given: argparse.Namespace) -> int:
    """Do one step of `folkmoot db`."""
    storage = settings_or_exit(given.config).storage
    match given.step:
        case "path":
            print(storage.file.absolute())
            return 0
        case "backup":
            return _backup(storage.file, given.file)
        case _:
            return asyncio.run(_migrate(storage))


async def _migrate(storage: StorageSettings) -> int:
    try:
        async with open_store(storage):
            print("ok: the tables are up to date")
    except CannotStart as error:
        return _problem(str(error))
    return 0


def _backup(source: Path, target: Path) -> int:
    """Copy a consistent state through SQLite itself, which knows what is still in its log; then check the copy."""
    if not source.exists():
        return _problem(f"{source} does not exist — there is nothing to copy yet")
    if target.exists():
        return _problem(f"{target} exists — choose a new name; a backup never overwrites")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(unfinished)) as there:
                here.backup(there)
                (verdict,) = there.execute("PRAGMA integrity_check").fetchone()
            if verdict != "ok":
                return _problem(f"the copy is damaged ({verdict}) — check the disk, and the database itself")
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        return _problem(f"it could not be copied ({error}) — check the folder, its permissions and the space left")
    print(f"ok: {target.absolute()}")
    return 0


def _problem(text: str) -> int:
    print(f"problem: {text}", file=sys.stderr)
    return 1
