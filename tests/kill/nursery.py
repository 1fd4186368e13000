"""Starts the bot's process many times a test: from one that has loaded every module, by fork."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]


class Nursery:
    """A parent whose children run `folkmoot run`; one child at a time. Their output is `log`."""

    def __init__(self, config: Path, log: Path) -> None:
        self._config, self.log = config, log
        self._child: int | None = None

    async def __aenter__(self) -> Self:
        self._parent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.kill.nursery", str(self._config), str(self.log)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.running:
            await self.kill()
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        await self._parent.wait()

    @property
    def running(self) -> bool:
        return self._child is not None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child

    async def start(self) -> None:
        assert not self.running
        self._child = int(await self._ask("start"))

    async def kill(self) -> None:
        """End it as the kernel does, and return when it is gone. It must have run until now."""
        assert self._child is not None
        answer = await self._ask(f"kill {self._child}")
        self._child = None
        assert answer == str(int(signal.SIGKILL)), f"it had ended by itself: {answer}\n{self.log.read_text()}"

    async def _ask(self, words: str) -> str:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(words.encode() + b"\n")
        await self._parent.stdin.drain()
        return (await self._parent.stdout.readline()).decode().strip()


def _serve(config: str, log: str) -> None:
    """Start and kill children as standard input says, until it ends."""
    for module in ("bot.cli.run", *importlib.import_module("bot.client.discord_client").extensions()):
        importlib.import_module(module)
    children: set[int] = set()
    for line in sys.stdin:
        match line.split():
            case ["start"]:
                children.add(child := os.fork() or _child(config, log))
                print(child, flush=True)
            case ["kill", pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
                print(-os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1]), flush=True)
                children.discard(int(pid))
    for child in children:
        os.kill(child, signal.SIGKILL)


def _child(config: str, log: str) -> int:
    """Be the bot."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    code = 1
    try:
        code = importlib.import_module("bot.__main__").main(["run", "--config", config])
    except BaseException:  # noqa: BLE001 - it would be lost with the process
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2])
