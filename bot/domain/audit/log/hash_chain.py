"""The log as a hash chain: every decision is an entry, and each entry's hash covers the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from json import JSONDecoder
from typing import Any

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.entry_kinds import AHEAD, Facts
from bot.domain.audit.log.log_problem import Break, ChainFlaw
from bot.domain.shared.types import Timestamp

_READER = JSONDecoder()

START = bytes(32).hex()
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision. `content` is its canonical form as stored; `hash` is sha256(hash before, content), in hexadecimal.

    The content is an object with at least `seq` (from 1), `kind` and `at` (seconds).
    """

    seq: int
    content: str
    hash: str


def entry(before: Entry | None, content: Mapping[str, Any]) -> Entry:
    """Return the entry that follows `before`; `seq` is added to its content."""
    seq = 1 if before is None else before.seq + 1
    text = canonical({**content, "seq": seq}).decode()
    return Entry(seq=seq, content=text, hash=link(START if before is None else before.hash, text))


def link(before: str, content: str) -> str:
    """Return the hash of the entry that has `content` and follows the one whose hash is `before`."""
    return sha256(bytes.fromhex(before) + content.encode()).hexdigest()


def reference(salt: str, person: int | str) -> str:
    """Return the pseudonym of a person in entries, or of what only that person knows: 32 hex digits of HMAC-SHA256.

    Once the salt is erased, nobody can tell who it is.
    """
    return digest(bytes.fromhex(salt), str(person).encode(), "sha256").hex()[:32]


def first_break(entries: Iterable[Entry], *, after: Entry | None = None) -> Break | None:
    """Return the first entry that does not follow from those before it, None if all do."""
    last = after
    for found in entries:
        expected = 1 if last is None else last.seq + 1
        if found.seq != expected:
            return Break(seq=expected, flaw=ChainFlaw.MISSING, number=str(found.seq))
        if found.hash != link(START if last is None else last.hash, found.content):
            return Break(seq=found.seq, flaw=ChainFlaw.WRONG_HASH)
        last = found
    return None


def clock_lead(before: Entry | None, at: Timestamp, facts: Facts) -> Facts:
    """Return `{AHEAD: seconds}` if the latest logged time is ahead of `at`, else nothing.

    `facts` may state by how much the machine's clock is ahead. `before` carries the lead of all entries before it,
    exactly, so that a clock which was put back is not forgotten, in however many small steps that was.
    """
    said = {} if before is None else _fields_up_to_at(before.content)
    mine = facts.get(AHEAD, 0)
    ahead = max(mine if isinstance(mine, int) else 0, said.get("at", at) + said.get(AHEAD, 0) - at)
    return {AHEAD: ahead} if ahead > 0 else {}


def _fields_up_to_at(content: str) -> dict[str, Any]:
    """Return an entry's fields up to `at` without parsing the rest: canonical JSON is ordered by key."""
    found: dict[str, Any] = {}
    place, last = 1, ""
    while last < "at":
        last, place = _READER.raw_decode(content, place)
        found[last], place = _READER.raw_decode(content, place + 1)
        place += 1
    return found
