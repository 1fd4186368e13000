"""What tests have drawn in the process for pictures: functions that tell of it, hold it, and have it killed."""

from __future__ import annotations

import gc
import io
import os
import pickle
import re
import signal
import sys
import time
from pathlib import Path

STDERR = 2


def process_id() -> bytes:
    """Return which process draws."""
    return str(os.getpid()).encode()


def imported() -> bytes:
    """Return the packages that the process has imported."""
    return " ".join(sorted({name.partition(".")[0] for name in sys.modules})).encode()


def most_memory() -> bytes:
    """Return the most kibibytes that the process has had of the machine's memory so far."""
    [peak] = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return str(peak).encode()


def settings_given() -> bytes:
    """Return the names of the bot's settings that the process can read."""
    return " ".join(name for name in os.environ if name.startswith("FOLKMOOT_")).encode()


def printing() -> bytes:
    """Print, as a library might."""
    print("a warning")
    return process_id()


def held(pipe: Path) -> bytes:
    """Draw until somebody opens the named pipe for writing and closes it."""
    return pipe.read_bytes() or b"released"


def never() -> bytes:
    """Draw for ever."""
    while True:
        time.sleep(3600)


def killed_at_first(tried: Path) -> bytes:
    """Be killed at the first time, return the process at any later one."""
    _once(tried)
    return process_id()


def killed_amid_the_answer(tried: Path) -> bytes:
    """Be killed at the first time when half of an answer is sent."""
    if not tried.exists():
        [pipe] = [file for file in gc.get_objects() if isinstance(file, io.BufferedWriter) and file.fileno() > STDERR]
        os.write(pipe.fileno(), pickle.dumps(bytes(1000))[:500])
    _once(tried)
    return process_id()


def always_killed() -> bytes:
    """Be killed each time."""
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _once(tried: Path) -> None:
    if not tried.exists():
        tried.touch()
        os.kill(os.getpid(), signal.SIGKILL)


class Unbuildable(Exception):
    """An error that cannot be built from its arguments, as many cannot."""

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


def failing(kind: str) -> bytes:
    """Raise."""
    if kind == "unbuildable":
        raise Unbuildable(what="ink", why="dry")
    raise FileNotFoundError(kind)
