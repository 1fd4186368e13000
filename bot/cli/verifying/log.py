"""Checking an audit log that was exported: line by line, with nothing but the file."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from bot.cli._rpc import Unusable
from bot.cli.verifying.reading import INPUT
from bot.domain.audit.bundle.findings import Finding, State, judged, unchecked
from bot.domain.audit.export import Checked, Unreadable, check, from_line
from bot.domain.audit.log import Entry

_LINE = 64_000_000
"""Signs of a line: more than any entry has."""
_GZIP = b"\x1f\x8b"


class _Stopped(Exception):
    """A line could not be read."""


def check_log(names: Sequence[str], heads: Sequence[str]) -> Iterator[Finding]:
    """Say whether the entries of files, one after the other, follow from each other and lead to the heads given.

    Raises Unusable.
    """
    problem: list[str] = []

    def entries() -> Iterator[Entry]:
        for name in names:
            try:
                yield from _entries(name)
            except _Stopped as error:
                problem.append(str(error))
                return

    checked = check(entries())
    yield from judged("log", problem or list(_broken(checked)), _holds(checked))
    if checked.first is not None and checked.first > 1:
        yield unchecked("log start", f"the file begins with entry {checked.first}, which is taken as it is")
    for head in heads:
        met = head.lower() in checked.hashes
        words = (
            "it is the hash of an entry" if met else "no entry has this hash: the log was written anew, or is another"
        )
        yield Finding(state=State.HOLDS if met else State.FAILS, check=f"head {head[:16]}", detail=words)
    if not heads:
        yield unchecked("head", "that the log was not written anew as a whole shows against a head posted: --head HASH")


def _broken(checked: Checked) -> Iterator[str]:
    if checked.broken is not None:
        yield f"entry {checked.broken.seq}: {checked.broken.problem}"
    elif checked.last is None:
        yield "it holds no entry"


def _holds(checked: Checked) -> str:
    if checked.last is None:
        return ""
    return f"entries {checked.first} to {checked.last.seq}; the hash of the last is {checked.last.hash}"


def _entries(name: str) -> Iterator[Entry]:
    try:
        if name == INPUT:
            yield from _read(name, cast("io.BufferedReader", sys.stdin.buffer))
        else:
            with Path(name).open("rb") as raw:
                yield from _read(name, raw)
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise _Stopped(f"{name} is damaged: {error}") from None
        raise Unusable(f"{name} cannot be read: {error.strerror}") from None


def _read(name: str, raw: io.BufferedReader) -> Iterator[Entry]:
    lines: io.BufferedReader | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == _GZIP else raw
    number = 0
    try:
        while line := lines.readline(_LINE + 1):
            number += 1
            if len(line) > _LINE:
                raise _Stopped(f"{name}, line {number}: it is too long")
            yield from_line(line.decode())
    except (UnicodeDecodeError, Unreadable) as error:
        raise _Stopped(f"{name}, line {number}: {error}") from None
    except (EOFError, zlib.error) as error:
        raise _Stopped(f"{name} is damaged behind line {number}: {error}") from None
