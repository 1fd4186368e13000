"""Reading the files that are to be verified, from a path or standard input, with bounds."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.cli._rpc import Unusable
from bot.domain.audit.bundle.file import MAX_CONTENT, unpacked

INPUT = "-"


def read_file(name: str) -> bytes:
    """Return the content of a file, unpacked if it is gzip; `-` is standard input. Raises Unusable, Malformed."""
    try:
        if name == INPUT:
            raw = sys.stdin.buffer.read(MAX_CONTENT + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(MAX_CONTENT + 1)
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror}") from None
    return unpacked(raw)
