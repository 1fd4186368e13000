"""A lock on a file beside the database, which the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def lock_file(database: Path) -> Path:
    """Return the path of the lock file beside a database. Its content means nothing."""
    return database.with_name(database.name + ".lock")


def kernel() -> str:
    """Return an id of the running kernel, empty if unknown: only its own processes see each other's locks."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


class FileLock:
    """An exclusive lock among the processes of one kernel."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: int | None = None

    def take(self) -> bool | None:
        """Take it, without waiting. False: another process holds it. None: no file can be locked there."""
        if self._opened is not None:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        except OSError:
            os.close(opened)
            return None
        self._opened = opened
        return True

    @property
    def name(self) -> str:
        """Return an id of the locked file that does not depend on its path; empty if none is locked."""
        if self._opened is None:
            return ""
        found = os.fstat(self._opened)
        return f"{found.st_dev}:{found.st_ino}"

    def release(self) -> None:
        """Release it. The file stays: whoever removed it could remove one that somebody has just locked."""
        if self._opened is not None:
            with suppress(OSError):
                os.close(self._opened)
            self._opened = None
