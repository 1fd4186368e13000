"""The command lines of PostgreSQL's own tools that copy a database and put the copy back."""

from __future__ import annotations

import shlex
from pathlib import Path

from bot.storage.driver.engine import libpq_url
from bot.storage.maintenance.backups import DOUBT_WHAT_WAITS

_RESTORED = "_restored"


def dump_command(address: str, file: Path) -> str:
    """Return what copies the database at an address into a file, also while the bot runs. No password is in it."""
    return shlex.join(["pg_dump", "--format=custom", f"--file={file}", f"--dbname={libpq_url(address)}"])


def restore_commands(address: str, file: Path) -> str:
    """Return what puts such a file into a new database beside that at an address. No password is in it.

    The last command marks waiting announcements to be looked for before they are posted: they may have been posted
    since the copy was made.
    """
    here = libpq_url(address)
    name = f"{here.database}{_RESTORED}"
    there = here.set(database=name).render_as_string()
    commands = [
        ["createdb", f"--maintenance-db={here}", "--template=template0", "--encoding=UTF8", name],
        ["pg_restore", f"--dbname={there}", "--single-transaction", "--no-owner", str(file)],
        ["psql", f"--dbname={there}", f"--command={DOUBT_WHAT_WAITS}"],
    ]
    return " && ".join(map(shlex.join, commands))
