"""Backups of the SQLite file: consistent, verified, with the file's own permissions, and a limited number."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.shared.types import Timestamp

_log = logging.getLogger(__name__)

BEFORE_MIGRATION = 3
"""Versions of which the last state before a migration is kept."""
_PARTS = ("", "-wal", "-shm")
"""Suffixes of the files of an open SQLite database."""
CUT_OFF = "put the file back beside its log, which has the newest votes, or restore a backup with folkmoot db restore"
"""The remedy when `is_cut_off` is true."""
DOUBT_WHAT_WAITS = "UPDATE outbox SET attempts = 1 WHERE attempts = 0 AND told_at IS NULL"
"""The statement that marks waiting announcements as attempted, so that each is looked for before it is posted."""
_UNFINISHED = ".unfinished"
_MOMENT = "%Y-%m-%dT%H%M%SZ"
_DAILY, _FROM = "daily", "from-"
_HEADER, _NUMBER, _NUMBER_END = 100, 60, 64
"""The length of a SQLite file's header, and where in it the user's number stands."""


class BackupFailed(Exception):
    """No backup was made. `problem` says why, `remedy` what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} — {remedy}")
        self.problem, self.remedy = problem, remedy


class Backups:
    """Backups of one SQLite file in one folder; the last `daily` of those made each day are kept (0: none are made).

    Each has a number, one above those before it, as user version in SQLite's header: no clock tells which is newer.
    """

    def __init__(self, file: Path, folder: Path, daily: int) -> None:
        self._file, self._folder, self._daily = file, folder, daily
        self._failing = False

    @property
    def file(self) -> Path:
        """The database file."""
        return self._file

    def make_daily(self, now: Timestamp) -> Path | None:
        """Make today's backup (UTC), unless it exists. A failure is logged once until a backup succeeds."""
        if not self._daily:
            return None
        today = datetime.fromtimestamp(now, UTC).date().isoformat()
        if any(today in path.name for path in self._of(_DAILY)):
            return None
        try:
            made = self._make(_DAILY, now)
        except BackupFailed as error:
            if not self._failing:
                _log.error("today's backup was not made: %s", error)
            self._failing = True
            return None
        if self._failing:
            _log.warning("backups are made again")
        self._failing = False
        self._rotate(_DAILY, self._daily, made)
        return made

    def make_before_migration(self, version: str, now: Timestamp) -> Path:
        """Back up the database as `version` left it, replacing an older backup of that version. Raises BackupFailed."""
        made = self._make(_FROM + version, now)
        self._rotate(_FROM + version, 1, made)
        self._rotate(_FROM + "*", BEFORE_MIGRATION, made)
        return made

    def newest(self) -> Path | None:
        """Return the backup that was made last, whatever date it has; None if there is none.

        Backups of earlier versions have no number; among these, any dated later than now counts as oldest.
        """
        return max(self._of_all(), key=self._age(datetime.now(UTC).strftime(_MOMENT)), default=None)

    def _make(self, kind: str, now: Timestamp) -> Path:
        moment = datetime.fromtimestamp(now, UTC).strftime(_MOMENT)
        target = self._folder / f"{self._file.name}.{moment}.{kind}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
        except OSError as error:
            raise BackupFailed(
                f"the folder {self._folder} cannot be written ({error.strerror})", "give the bot's user the right to"
            ) from None
        copy(self._file, target, max(map(_number, self._of_all()), default=0) + 1)
        return target

    def _rotate(self, kind: str, kept: int, made: Path) -> None:
        """Remove the oldest ones; of those without a number, any dated later than `made` go first."""
        for old in sorted(self._of(kind), key=self._age(made.name.removeprefix(f"{self._file.name}.")))[:-kept]:
            with suppress(OSError):
                old.unlink()

    def _age(self, now: str) -> Callable[[Path], tuple[int, bool, str]]:
        """Return a sort key that puts older backups first; `now` is a time as file names write it."""

        def key(path: Path) -> tuple[int, bool, str]:
            dated = path.name.removeprefix(f"{self._file.name}.")
            return _number(path), dated <= now, dated

        return key

    def _of_all(self) -> list[Path]:
        return [*self._of(_DAILY), *self._of(_FROM + "*")]

    def _of(self, kind: str) -> list[Path]:
        return list(self._folder.glob(f"{_escaped(self._file.name)}.*Z.{kind}"))


def _number(backup: Path) -> int:
    """Return the number of a backup; 0 for one that has none, or cannot be read."""
    try:
        with backup.open("rb") as file:
            return max(0, int.from_bytes(file.read(_HEADER)[_NUMBER:_NUMBER_END], "big", signed=True))
    except OSError:
        return 0


def copy(source: Path, target: Path, number: int = 0) -> None:
    """Copy a consistent state of a database, also while it is in use, and check the copy; a bad one is deleted.

    The header of the copy has `number` as its user version.

    SQLite makes the copy itself, so what is still in its write-ahead log is included. The copy is one file with the
    permissions of the source.

    Raises:
        BackupFailed: there is nothing to copy, it is no database of ours, the target is there, it can't be written, or
            the copy is damaged.

    """
    if not source.exists():
        raise BackupFailed(f"{source} does not exist", "there is nothing to copy yet")
    if is_cut_off(source):
        raise BackupFailed(f"{source} is empty, and its log {log_of(source).name} is not", CUT_OFF)
    if target.exists():
        raise BackupFailed(f"{target} exists", "choose a new name; a backup never overwrites")
    unfinished = target.with_name(target.name + _UNFINISHED)
    with _words(), _private(unfinished, source):
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(unfinished)) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
            there.execute(f"PRAGMA user_version={number:d}")
            (verdict,) = there.execute("PRAGMA integrity_check(1)").fetchone()
            ours = there.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        if verdict != "ok":
            raise BackupFailed(f"the copy is damaged ({verdict})", "check the disk, and the database itself")
        if ours is None:
            raise BackupFailed(f"{source} holds no tables of Folkmoot", "check the path")
        _to_disk(unfinished)
        unfinished.rename(target)
        _to_disk(target.parent)


def restore(backup: Path, file: Path) -> Path | None:
    """Replace a database that nobody uses by a copy of a backup; return where the old one is now, None if none was.

    Raises:
        BackupFailed: the backup is not there or is damaged, or the folder cannot be written. The database is as it was.

    """
    moment = datetime.now(UTC).strftime(_MOMENT)
    aside = file.with_name(f"{file.name}.replaced-{moment}")
    fresh = file.with_name(f"{file.name}.restored-{moment}")
    copy(backup, fresh)
    moved = []
    with _words():
        try:
            _doubt_what_waits(fresh)
            for end in _PARTS:
                part = file.with_name(file.name + end)
                if part.exists():
                    moved.append((part, part.rename(aside.with_name(aside.name + end))))
            fresh.rename(file)
        except OSError:
            for before, after in moved:
                after.rename(before)
            raise
        finally:
            fresh.unlink(missing_ok=True)
        _to_disk(file.parent)
    return aside if moved else None


def _doubt_what_waits(file: Path) -> None:
    """Mark waiting announcements to be looked for before they are posted: they may have been since the backup."""
    with closing(sqlite3.connect(file)) as raw, raw:
        if raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
            raw.execute(DOUBT_WHAT_WAITS)


@contextmanager
def _words() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(
            f"it could not be copied ({error})", "check the folder, its permissions and the space left"
        ) from None


@contextmanager
def _private(path: Path, like: Path) -> Iterator[None]:
    """Create a file with the permissions of another, and delete it at the end if it is still there."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        rights = like.stat()
        with suppress(PermissionError):
            shutil.chown(path, rights.st_uid, rights.st_gid)
        path.chmod(rights.st_mode & 0o777)
        yield
    finally:
        for end in (*_PARTS, "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def log_of(file: Path) -> Path:
    """Return the path of SQLite's write-ahead log."""
    return file.with_name(file.name + "-wal")


def is_cut_off(file: Path) -> bool:
    """Return whether a database is missing or empty but its log exists: opening it would make SQLite delete the log."""
    log = log_of(file)
    return log.exists() and log.stat().st_size > 0 and not (file.exists() and file.stat().st_size > 0)


def cut_short(file: Path) -> Path | None:
    """Return the copy that was to replace a missing database when a restore was interrupted; None if there is none."""
    left = [] if file.exists() else sorted(file.parent.glob(f"{_escaped(file.name)}.restored-*Z"))
    return left[-1] if left else None


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
