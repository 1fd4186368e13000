"""Merkle trees (RFC 6962, section 2.1): one root for many leaves, and a short proof for each.

A leaf is hashed with 0x00 before it and a node with 0x01, so that a node can't be passed off as a leaf. A tree of
n leaves is split at the largest power of two below n, so that no leaf is ever doubled.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import chain

EMPTY = sha256(b"").hexdigest()
"""The root of a tree without leaves."""


def root(leaves: Sequence[bytes]) -> str:
    """Return the root in hexadecimal."""
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0].hex() if level else EMPTY


def proofs(leaves: Sequence[bytes]) -> list[tuple[str, ...]]:
    """Return for each leaf the siblings on its way up, from the leaf's own, in hexadecimal."""
    found: list[list[str]] = [[] for _ in leaves]
    level, under = [_leaf(leaf) for leaf in leaves], [[index] for index in range(len(leaves))]
    while len(level) > 1:
        for place in range(0, len(level) - 1, 2):
            for one, other in ((place, place + 1), (place + 1, place)):
                for leaf in under[one]:
                    found[leaf].append(level[other].hex())
        under = [list(chain(*under[place : place + 2])) for place in range(0, len(level), 2)]
        level = _above(level)
    return [tuple(path) for path in found]


def path(leaves: Sequence[bytes], index: int) -> tuple[str, ...]:
    """Return the siblings on the way up of leaf number `index` (from 0), from the leaf's own, in hexadecimal."""
    found, level, place = [], [_leaf(leaf) for leaf in leaves], index
    while len(level) > 1:
        if place ^ 1 < len(level):
            found.append(level[place ^ 1].hex())
        level, place = _above(level), place // 2
    return tuple(found)


def proves(leaf: bytes, index: int, leaves: int, path: Sequence[str], claimed: str) -> bool:
    """Return whether `leaf` is number `index` (from 0) of `leaves` under the root `claimed` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < leaves:
        return False
    here, place, last = _leaf(leaf), index, leaves - 1
    for text in path:
        sibling = _digest(text)
        if sibling is None or last == 0:
            return False
        if place % 2 or place == last:
            here = _node(sibling, here)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            here = _node(here, sibling)
        place, last = place // 2, last // 2
    return last == 0 and here.hex() == claimed


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(level) - len(level) % 2 :])


def _leaf(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _digest(text: str) -> bytes | None:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if len(found) == sha256().digest_size else None
