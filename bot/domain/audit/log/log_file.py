"""The log as a file: an entry a line, each with its hash, to be checked without us."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.domain.audit.bundle.reading.bundle_file import Malformed, parsed
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.hash_chain import Entry, first_break
from bot.domain.audit.log.log_problem import Break

SUFFIX = ".jsonl.gz"
_MOST_AGAIN = 1_000
"""How often an entry may be repeated: as often as files go on from it, and no small file packs more of them."""
_HASH = re.compile(r"[0-9a-f]{64}")


class Unreadable(ValueError):
    """A line is no entry; `problem` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking a file: the entries that hold, the first that does not, and by hash what was met.

    `unproven` is the hash that the first entry states for itself, where the entry before it is not in the file: then
    nobody can compute it, so it is not among `hashes`, and nothing that the entry says is known.
    """

    first: int | None
    last: Entry | None
    broken: Break | None
    hashes: Mapping[str, int]
    unproven: str | None = None


def to_line(entry: Entry) -> str:
    """Write an entry as one line of JSON."""
    return f'{{"entry":{entry.content},"hash":"{entry.hash}"}}\n'


def from_line(line: bytes | str) -> Entry:
    """Read a line. Raises Unreadable."""
    try:
        found = parsed(line.encode() if isinstance(line, str) else line)
        text = canonical(found.get("entry")).decode()
    except (Malformed, ValueError) as error:
        raise Unreadable(f"it is no entry: {error}") from None
    content, digest = found.get("entry"), found.get("hash")
    if found.keys() != {"entry", "hash"} or not isinstance(content, dict):
        raise Unreadable("it is no entry: it has to hold “entry”, an object, and “hash”")
    if not isinstance(digest, str) or _HASH.fullmatch(digest) is None:
        raise Unreadable("it is no entry: its hash is not 64 hexadecimal digits in lower case")
    if type(content.get("seq")) is not int:
        raise Unreadable("it is no entry: it has no whole number “seq”")
    return Entry(seq=content["seq"], content=text, hash=digest)


def check(entries: Iterable[Entry], each: Callable[[Entry], None] = lambda _: None) -> Checked:
    """Check a file's entries in order; `each` is given those that hold.

    A file may begin later than the log. Its first entry then says only which hash the second one follows.
    """
    first: int | None = None
    last: Entry | None = None
    unproven: str | None = None
    hashes: dict[str, int] = {}
    again = 0
    for entry in entries:
        if entry == last and again < _MOST_AGAIN:  # a file that goes on begins with the entry at the end of another
            again += 1
            continue
        again = 0
        if last is None and entry.seq > 1:
            first, last, unproven = entry.seq, entry, entry.hash
            continue
        broken = first_break([entry], after=last)
        if broken is not None:
            return Checked(first=first, last=last, broken=broken, hashes=hashes, unproven=unproven)
        first, last = first or entry.seq, entry
        hashes[entry.hash] = entry.seq
        each(entry)
    return Checked(first=first, last=last, broken=None, hashes=hashes, unproven=unproven)
