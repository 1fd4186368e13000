"""Collects what is wrong with the fields of one form, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.shared.errors.refused import InvalidInput


class Collected:
    """Takes every InvalidInput of several checks, and raises them as one."""

    def __init__(self) -> None:
        self._found: list[InvalidInput] = []

    @contextmanager
    def check(self) -> Iterator[None]:
        """Note the InvalidInput that the block raises, and go on after the block."""
        try:
            yield
        except InvalidInput as error:
            self._found += error.every

    def finish(self) -> None:
        """Raise InvalidInput with all that was noted; do nothing if nothing was."""
        if self._found:
            first, *also = self._found
            raise InvalidInput(first.field, first.fault, also)
