"""Reading the files that are to be verified, from a path or standard input, with bounds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.cli._rpc import Unusable
from bot.domain.audit.bundle.file import MAX_CONTENT, unpacked
from bot.domain.audit.bundle.pieces import joined

INPUT = "-"


def read_file(name: str) -> bytes:
    """Return the content of a file, unpacked if it is gzip; `-` is standard input. Raises Unusable, Malformed."""
    return unpacked(_raw(name))


def read_bundle(names: Sequence[str]) -> bytes:
    """Return the content of a bundle: of one file, or of its parts in any order. Raises Unusable, Malformed."""
    return joined([_raw(name) for name in names])


def _raw(name: str) -> bytes:
    try:
        if name == INPUT:
            return sys.stdin.buffer.read(MAX_CONTENT + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_CONTENT + 1)
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror}") from None
