"""Runs `folkmoot verify` as an outsider does: in another process, with only files and a node's address."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import which

FAILS = "FAILS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of a check: the exit code, and the printed lines."""

    code: int
    lines: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """The lines about what does not hold."""
        return tuple(line for line in self.lines if line.startswith(FAILS))


def program() -> str:
    """Return the command that calls `folkmoot` from the installation this process runs from."""
    started = sys.argv[0]
    return "folkmoot" if which("folkmoot") or Path(started).name != "folkmoot" else started


async def verify(folder: Path, *arguments: str) -> Checked:
    """Run `folkmoot verify` in a folder, without the bot's database and settings."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "verify", *arguments),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return Checked(code=process.returncode or 0, lines=tuple(said.decode().splitlines()))
