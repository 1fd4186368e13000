"""The pictures that were drawn last, so that the same one is drawn once, however many cards and visitors show it."""

from __future__ import annotations

from collections.abc import Hashable


class KeptPictures:
    """Pictures by what they show, `most` bytes of them at most; the oldest goes first.

    One thread may keep, and others find meanwhile.
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._pictures: dict[Hashable, bytes] = {}

    def find(self, shown: Hashable) -> bytes | None:
        """Return the picture of what is shown; None if it is not kept."""
        try:
            return self._pictures.get(shown)
        except TypeError:  # a list in it, or the like
            return None

    def keep(self, shown: Hashable, picture: bytes) -> None:
        """Keep a picture, unless what it shows cannot be compared."""
        try:
            self._pictures[shown] = picture
        except TypeError:
            return
        self._size += len(picture)
        while self._size > self._most:
            self._size -= len(self._pictures.pop(next(iter(self._pictures))))
