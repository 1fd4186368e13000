"""Reads the files to be verified, from a path or standard input, within limits of size."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from bot.cli.shared.rpc_options import Unusable
from bot.domain.audit.bundle.reading.bundle_file import MOST_BYTES, unpacked
from bot.domain.audit.bundle.writing.split_files import joined

INPUT = "-"


def read_file(name: str) -> bytes:
    """Return the content of a file, unpacked if it is gzip; `-` is standard input. Raises Unusable, Malformed."""
    return unpacked(_raw(name))


def read_bundle(names: Sequence[str]) -> bytes:
    """Return the content of a bundle: of one file, or of its parts in any order. Raises Unusable, Malformed."""
    return joined([_raw(name) for name in names])


def standard_input() -> io.BufferedReader:
    """Return standard input as bytes. Raises Unusable where it is closed."""
    if sys.stdin is None:  # None, against its type, if it was closed before Python started
        raise Unusable("standard input is closed: name a file, or give one with <")
    return cast("io.BufferedReader", sys.stdin.buffer)


def _raw(name: str) -> bytes:
    try:
        if name == INPUT:
            return standard_input().read(MOST_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror}") from None
