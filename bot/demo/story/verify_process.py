"""`folkmoot verify` as somebody else runs it: another process that has a folder with files, and an address."""

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
    """How a check ended: the exit code, and what it printed."""

    code: int
    lines: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """The lines that say what does not hold."""
        return tuple(line for line in self.lines if line.startswith(FAILS))


def program() -> str:
    """Return how `folkmoot` is called from where this one was started."""
    started = sys.argv[0]
    return "folkmoot" if which("folkmoot") or Path(started).name != "folkmoot" else started


async def verify(folder: Path, *arguments: str) -> Checked:
    """Run `folkmoot verify` in a folder, with nothing of ours: no database, no settings."""
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
