"""The log: every decision is an entry, and each entry's hash covers the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Any

from bot.domain.audit.hashing.canonical_json import canonical

START = bytes(32).hex()
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision. `content` is its canonical form as stored; `hash` is sha256(hash before, content), in hexadecimal.

    The content is an object with at least `seq` (from 1), `kind` and `at` (seconds).
    """

    seq: int
    content: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first entry that does not hold, and why in words: "its hash is not that of its content"."""

    seq: int
    problem: str


def entry(before: Entry | None, content: Mapping[str, Any]) -> Entry:
    """Return the entry that follows `before`; its place in the chain is added to the content as `seq`."""
    seq = 1 if before is None else before.seq + 1
    text = canonical({**content, "seq": seq}).decode()
    return Entry(seq=seq, content=text, hash=link(START if before is None else before.hash, text))


def link(before: str, content: str) -> str:
    """Return the hash of the entry that has `content` and follows the one whose hash is `before`."""
    return sha256(bytes.fromhex(before) + content.encode()).hexdigest()


def reference(salt: str, person: int | str) -> str:
    """Return how entries name a person, or what is theirs alone: a keyed hash (HMAC-SHA256).

    It means nothing once the salt is erased.
    """
    return digest(bytes.fromhex(salt), str(person).encode(), "sha256").hex()[:32]


def first_break(entries: Iterable[Entry], *, after: Entry | None = None) -> Break | None:
    """Return the first entry that does not follow from those before it, None if all do."""
    last = after
    for found in entries:
        expected = 1 if last is None else last.seq + 1
        if found.seq != expected:
            return Break(seq=expected, problem=f"it is missing: the next one is number {found.seq}")
        if found.hash != link(START if last is None else last.hash, found.content):
            return Break(seq=found.seq, problem="its hash is not that of its content after the entry before it")
        last = found
    return None
