"""The log as a file: an entry a line, each with its hash, to be checked without us."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.audit.bundle.file import Malformed, check_depth
from bot.domain.audit.canonical import canonical
from bot.domain.audit.log import Break, Entry, first_break

SUFFIX = ".jsonl.gz"


class Unreadable(ValueError):
    """A line is no entry; `problem` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking a file: the entries that hold, the first that does not, and by hash what was met."""

    first: int | None
    last: Entry | None
    broken: Break | None
    hashes: Mapping[str, int]


def to_line(entry: Entry) -> str:
    """Write an entry as one line of JSON."""
    return f'{{"entry":{entry.content},"hash":"{entry.hash}"}}\n'


def from_line(line: str) -> Entry:
    """Read a line. Raises Unreadable."""
    try:
        check_depth(line.encode())
        found = json.loads(line, object_pairs_hook=_once)
        content, digest = found["entry"], found["hash"]
        text = canonical(content).decode()
        seq = content["seq"]
    except (ValueError, KeyError, TypeError, Malformed) as error:
        raise Unreadable(f"it is no entry ({type(error).__name__})") from None
    if (
        not isinstance(digest, str)
        or isinstance(seq, bool)
        or not isinstance(seq, int)
        or len(found) > len(("entry", "hash"))
    ):
        raise Unreadable("it is no entry")
    return Entry(seq=seq, content=text, hash=digest)


def check(entries: Iterable[Entry], each: Callable[[Entry], None] = lambda _: None) -> Checked:
    """Check a file's entries in order; `each` is given those that hold.

    A file may begin later than the log. Its first entry is then taken as it is, and what follows is checked.
    """
    first: int | None = None
    last: Entry | None = None
    hashes: dict[str, int] = {}
    for entry in entries:
        if entry == last:  # where a file goes on, it begins with the entry that the one before ended with
            continue
        if first is None:
            first = entry.seq
            broken = first_break([entry]) if first == 1 else None
        else:
            broken = first_break([entry], after=last)
        if broken is not None:
            return Checked(first=first, last=last, broken=broken, hashes=hashes)
        last = entry
        hashes[entry.hash] = entry.seq
        each(entry)
    return Checked(first=first, last=last, broken=None, hashes=hashes)


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
