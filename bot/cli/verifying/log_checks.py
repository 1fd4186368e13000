"""Checks an exported audit log line by line, from its files alone."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bot.cli.shared.rpc_options import Unusable
from bot.cli.verifying.read_files import INPUT, standard_input
from bot.domain.audit.bundle.checking.findings import Finding, State, judged, unchecked
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.audit.log.log_file import Checked, Unreadable, check, from_line
from bot.presentation.audit.log_problems import log_problem_words

_LINE = 64_000_000
"""The most characters read of a line: more than any entry has."""
_GZIP = b"\x1f\x8b"
_START = (
    "the file begins with entry {seq}: without the one before it nobody can compute its hash, so that nothing "
    "of what it says is believed"
)


class _Stopped(Exception):
    """A line could not be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Whether a log holds; `pinned` is the number of its newest entry under a given head, None if there is no head.

    `behind` says that there is one, and that entries follow it.
    """

    holds: bool
    pinned: int | None
    behind: bool = False


def check_log(
    names: Sequence[str], heads: Sequence[str], each: Callable[[Entry], None] = lambda _: None
) -> Generator[Finding, None, Held]:
    """Yield whether the entries of the files follow from each other, in order, and lead to the given heads.

    The entries that hold are passed to `each`. `heads` are hexadecimal hashes in lower case. Raises Unusable if a file
    cannot be read, after yielding what is false in those that can.
    """
    if unread := [why for name in names if (why := _unreadable(name))]:
        yield from _false_in_runs(names)
        raise Unusable("; ".join(unread))
    problem, checked = _checked(names, each)
    if problem or checked.hashes:
        yield from judged("log", problem, _holds(checked))
    if checked.unproven is not None:
        yield unchecked("log start", _START.format(seq=checked.first))
    for head in heads:
        yield _head(head, checked)
    if not heads:
        yield unchecked("head", "that the log was not written anew as a whole shows against a head posted: --head HASH")
    pinned = [checked.hashes[head] for head in heads if head in checked.hashes]
    newest = max(pinned, default=0)
    behind = 0 < newest < max(checked.hashes.values(), default=0)
    return Held(holds=not problem, pinned=newest if heads else None, behind=behind)


def _false_in_runs(names: Sequence[str]) -> Iterator[Finding]:
    """Yield what is false in each run of readable files; an unreadable file between two runs is no missing entry."""
    for readable, run in groupby(names, key=lambda name: not _unreadable(name)):
        problem, checked = _checked(list(run), lambda _: None) if readable else ([], None)
        if problem and checked is not None:
            yield from judged("log", problem, _holds(checked))


def _checked(names: Sequence[str], each: Callable[[Entry], None]) -> tuple[list[str], Checked]:
    """Return what is wrong with the entries of files, and what came of checking them. Raises Unusable."""
    problem: list[str] = []

    def entries() -> Iterator[Entry]:
        for name in names:
            try:
                yield from _entries(name)
            except _Stopped as error:
                problem.append(str(error))
                return

    checked = check(entries(), each)
    return problem or list(_broken(checked)), checked


def _unreadable(name: str) -> str:
    """Return why a file cannot be opened, in words; empty if it can."""
    try:
        if name == INPUT:
            standard_input()
        else:
            Path(name).open("rb").close()
    except Unusable as error:
        return str(error)
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    return ""


def _head(head: str, checked: Checked) -> Finding:
    name = f"head {head[:16]}"
    if (met := checked.hashes.get(head)) is not None:
        return Finding(state=State.HOLDS, check=name, detail=f"it is the hash of entry {met}")
    if head == checked.unproven:
        return unchecked(name, f"entry {checked.first} states it, and only the entry before that can show it")
    return Finding(
        state=State.FAILS, check=name, detail="no entry has this hash: the log was written anew, or is another"
    )


def _broken(checked: Checked) -> Iterator[str]:
    if checked.broken is not None:
        yield log_problem_words(checked.broken)
    elif checked.last is None:
        yield "it holds no entry"


def _holds(checked: Checked) -> str:
    if checked.last is None:
        return ""
    first = min(checked.hashes.values(), default=checked.last.seq)
    return f"entries {first} to {checked.last.seq}; the hash of the last is {checked.last.hash}"


def _entries(name: str) -> Iterator[Entry]:
    try:
        if name == INPUT:
            yield from _read(name, standard_input())
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
            yield from_line(line)
    except Unreadable as error:
        raise _Stopped(f"{name}, line {number}: {error}") from None
    except (EOFError, zlib.error) as error:
        raise _Stopped(f"{name} is damaged behind line {number}: {error}") from None
