"""Whether a database's file is still the one that was opened: what is written to a file that was deleted is lost."""

from __future__ import annotations

from pathlib import Path


class Moved(Exception):
    """The file was deleted, or another one stands in its place."""


class Place:
    """Where a file was found. It is the same file for as long as that name leads to it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._found = self._look()

    def check(self) -> None:
        """Raise Moved if the name leads to no file or to another one; that it can't be looked at says nothing."""
        try:
            here = self._look()
        except FileNotFoundError:
            raise Moved from None
        except OSError:
            return
        if here != self._found:
            raise Moved

    def _look(self) -> tuple[int, int]:
        found = self._file.stat()
        return found.st_dev, found.st_ino
