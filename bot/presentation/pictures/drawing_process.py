"""Draws pictures in a separate process, one after another, so that nothing else waits for a picture.

The process starts with the first picture, imports only what pictures need, gets none of the bot's settings, and ends
with the bot, however the bot ends. A thread talks to it, because starting it and waiting for it block. Two pipes
connect them, and each side holds only its own ends: if one side is killed, even within a message, the other reads the
end of the pipe.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVarTuple

from bot.presentation.pictures import drawing_worker

MOST_WAITING: Final = 64
"""The most pictures that may wait; any more are refused, since they would come too late."""
PATIENCE: Final = 30.0
"""Seconds that one picture may take, including the start of the process. Most take a few hundredths."""
_TRIES: Final = 2

Ts = TypeVarTuple("Ts")


class NotDrawn(Exception):
    """A picture cannot be drawn now. Its content is also shown in words, so the caller goes on without it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the picture is not drawn: {why}")


class DrawingProcess:
    """The process that draws; may be used from any event loop."""

    def __init__(self, *, most_waiting: int = MOST_WAITING, patience: float = PATIENCE) -> None:
        self._most_waiting, self._patience = most_waiting, patience
        self._line = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self._asked = 0
        self._turn = threading.Lock()  # held while the process is started or ended
        self._worker: _Worker | None = None
        self._closed = False

    async def draw(self, function: Callable[[*Ts], bytes], *arguments: *Ts) -> bytes:
        """Call a function of a module in the process, and return what it returns or raise what it raises.

        If the process is killed meanwhile, another one is started and draws again.

        Raises:
            NotDrawn: too many wait, it takes too long, the second process was killed as well, or this is closed.

        """
        if self._closed:
            raise NotDrawn("the bot stops")
        if self._asked > self._most_waiting:
            raise NotDrawn(f"{self._most_waiting} others wait")
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._line, self._drawn, function, arguments)
        finally:
            self._asked -= 1

    async def close(self) -> None:
        """End the process at once; pictures being drawn or waiting are not drawn."""
        await asyncio.to_thread(self._close)

    def _drawn(self, function: Callable[..., bytes], arguments: tuple[Any, ...]) -> bytes:
        asked = pickle.dumps(pickle.dumps((function, arguments)))  # the outer one is read whatever the inner one holds
        for _try in range(_TRIES):
            worker = self._begun()
            try:
                answer = worker.draw(asked, self._patience)
            except TimeoutError:
                self._end()
                raise NotDrawn(f"it takes more than {self._patience:g} seconds") from None
            except EOFError:
                self._end()
                continue
            if isinstance(answer, bytes):
                return answer
            raise answer
        raise NotDrawn("the process that draws was killed, and so was the next")

    def _begun(self) -> _Worker:
        with self._turn:
            if self._closed:
                raise NotDrawn("the bot stops")
            if self._worker is None:
                try:
                    self._worker = _Worker()
                except OSError as error:
                    raise NotDrawn(f"the process that draws cannot be started ({error})") from error
            return self._worker

    def _end(self) -> None:
        with self._turn:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _close(self) -> None:
        with self._turn:
            self._closed = True
        self._end()
        self._line.shutdown()


class _Worker:
    """A process that draws. Raises OSError if the system cannot start one."""

    def __init__(self) -> None:
        # Not by multiprocessing: it imports the main module again, which runs scripts that are not written for that.
        self._process = subprocess.Popen(  # noqa: S603 - this Python, and a module of ours
            [sys.executable, "-P", "-m", drawing_worker.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.upper().startswith("FOLKMOOT_")}
            | {"PYTHONPATH": os.pathsep.join(sys.path)},
            process_group=0,  # Ctrl-C must reach the bot alone
        )

    def draw(self, asked: bytes, patience: float) -> drawing_worker.Answer:
        """Return a picture. Raises TimeoutError after `patience` seconds, EOFError if the process has ended."""
        given, drawn = self._process.stdin, self._process.stdout
        if given is None or drawn is None:
            raise EOFError
        late = threading.Event()
        timer = threading.Timer(patience, self._give_up, (late,))
        timer.start()
        try:
            given.write(asked)
            given.flush()
            answer: drawing_worker.Answer = pickle.load(drawn)  # noqa: S301 - from the process that this one started
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):  # the pipe has ended, or was closed by `end`
            raise (TimeoutError if late.is_set() else EOFError) from None
        finally:
            timer.cancel()
        return answer

    def _give_up(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def end(self) -> None:
        """End the process; a thread that waits for its answer then reads the end of the pipe."""
        self._process.kill()
        self._process.communicate()
