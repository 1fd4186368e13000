"""Whether the database works: the operator is told once when it fails, and once when it works again.

Part of it is whether a database's file is still the one that was opened: what is written to a deleted file is lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.storage.maintenance.database_faults import FileReplaced, fault_of, waited_in_vain

_log = logging.getLogger(__name__)

CALM = 30.0
"""Seconds without a failure after which a success ends an outage; on a nearly full disk small writes still succeed."""
_REMEDIES = {
    StorageFault.FULL: "free space on it; the bot goes on by itself",
    StorageFault.READ_ONLY: "let the bot's user write the file and its folder, on a disk that is mounted for writing; "
    "the bot goes on by itself",
    StorageFault.LOCKED: "end what holds it, another bot or a tool with an open transaction; the bot goes on by itself",
    StorageFault.DAMAGED: "stop the bot, look after the disk, and restore a backup with folkmoot db restore",
    StorageFault.UNREACHABLE: "check that the disk, or the server, is there and sound; the bot goes on by itself",
    StorageFault.REPLACED: "put the file back, and the bot goes on by itself; or stop the bot, and restore a backup "
    "with folkmoot db restore",
    StorageFault.TAKEN_OVER: "nothing: this process stops",
    StorageFault.IN_DOUBT: "look after the server and the network to it; the bot goes on by itself",
}


def remedy(fault: StorageFault) -> str:
    """Return what an operator should do about a fault."""
    return _REMEDIES[fault]


class Health:
    """The state of one database. `name` is what the operator calls it; `clock` is a monotonic clock in seconds."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._clock = name, clock
        self._told: set[StorageFault] = set()
        self._since = self._last = 0.0
        self._failures = self._vain = 0
        self._vainly = StorageFault.LOCKED
        self.fault: StorageFault | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Record an error of the database, and raise it as StorageUnavailable; other errors pass unchanged."""
        try:
            yield
        except Exception as error:
            told = self.told(error)
            if told is error:
                raise
            raise told from None

    def told(self, error: Exception) -> Exception:
        """Record an error of the database, and return it as StorageUnavailable; return other errors unchanged."""
        fault = fault_of(error)
        if fault is None:
            return error
        self.failed(fault, in_vain=waited_in_vain(error))
        return StorageUnavailable(fault)

    def waiting(self) -> Waiting:
        """Return a writer's place in the queue."""
        return Waiting(self, self._vain)

    def failed(self, fault: StorageFault, *, in_vain: bool = False) -> None:
        """Record a failure (`in_vain`: after the full waiting time). Each kind is logged once in an outage."""
        now = self._clock()
        if self.fault is None:
            self._since, self._failures = now, 0
        self._last = now
        self._failures += 1
        if in_vain:
            self._vain, self._vainly = self._vain + 1, fault
        if self.fault is not StorageFault.DAMAGED:
            self.fault = fault
        if fault not in self._told:
            self._told.add(fault)
            _log.error("the database %s cannot be used: %s — %s", self._name, fault.value, remedy(fault))

    def worked(self) -> None:
        """Record that something became durable. Damage stays recorded until the database is replaced."""
        if self.fault is None or self.fault is StorageFault.DAMAGED or self._clock() - self._last < CALM:
            return
        seconds = round(self._clock() - self._since)
        _log.warning(
            "the database %s works again after %s s; %s attempts had failed meanwhile",
            self._name,
            seconds,
            self._failures,
        )
        self.fault, self._told = None, set()

    @property
    def vain(self) -> tuple[int, StorageFault]:
        """How many writers waited in vain, and what was wrong the last time."""
        return self._vain, self._vainly


class Waiting:
    """A writer's place in the queue. If a writer ahead timed out, those behind fail without waiting as long again."""

    def __init__(self, health: Health, vain: int) -> None:
        self._health, self._vain = health, vain

    def check(self) -> None:
        """Raise StorageUnavailable if trying is pointless: somebody waited in vain before, or the file is damaged."""
        if self._health.fault is StorageFault.DAMAGED:
            raise StorageUnavailable(StorageFault.DAMAGED)
        times, fault = self._health.vain
        if times != self._vain:
            raise StorageUnavailable(fault)


class OpenedFile:
    """A database's file as it was when opened. It is the same file as long as its path leads to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = self._look()

    def check(self) -> None:
        """Raise FileReplaced if the path leads to no file, or to another; do nothing if it can't be examined."""
        try:
            here = self._look()
        except FileNotFoundError:
            raise FileReplaced from None
        except OSError:
            return
        if here != self._identity:
            raise FileReplaced

    def _look(self) -> tuple[int, int]:
        found = self._path.stat()
        return found.st_dev, found.st_ino
