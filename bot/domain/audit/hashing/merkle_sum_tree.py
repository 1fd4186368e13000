"""Merkle sum trees: one root for many amounts, which commits to their sum too.

Every node has an amount: a leaf its own, a node above the sum of the two below. A node's hash covers the amount of
each of the two, for one that covered their sum alone could be opened to smaller amounts. Amounts are whole numbers
from 0 to 2^256 - 1, and no sum goes beyond, so none can take from another. Leaves and nodes are hashed with 0x02 and
0x03 before them, so that neither passes for the other, nor for a leaf or node of the trees over ballots.

Sources: the summation tree of Gregory Maxwell and Peter Todd (2013), and K. Chalkias, K. Lewi, P. Mohassel and
V. Nikolaenko, "Distributed Auditing Proofs of Liabilities" (IACR ePrint 2020/468), which hashes both amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.domain.shared.types import Address

SALT_BYTES = 16
_AMOUNT_BYTES = 32
MOST = 2 ** (8 * _AMOUNT_BYTES) - 1
"""The largest amount, and the largest sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A node: its amount and its hash."""

    amount: int
    hash: bytes


EMPTY = Sum(amount=0, hash=sha256(b"\x02").digest())
"""The root of a tree without leaves."""


def leaf(salt: bytes, wallet: Address, amount: int) -> Sum:
    """Return the leaf of a wallet: sha256(0x02, salt, the wallet's 20 bytes, the amount's 32 bytes).

    The salt keeps anybody from trying out wallets. Raises ValueError for an amount below 0 or above `MOST`, and for a
    salt of another length than 16 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    content = b"\x02" + salt + bytes.fromhex(wallet.removeprefix("0x")) + _bytes(amount)
    return Sum(amount=amount, hash=sha256(content).digest())


def above(left: Sum, right: Sum) -> Sum:
    """Return the node above two: sha256(0x03, left amount, left hash, right amount, right hash).

    Raises ValueError where an amount is below 0 or the sum above `MOST`.
    """
    content = b"\x03" + _bytes(left.amount) + left.hash + _bytes(right.amount) + right.hash
    total = left.amount + right.amount
    _bytes(total)
    return Sum(amount=total, hash=sha256(content).digest())


def root(leaves: Sequence[Sum]) -> Sum:
    """Return the root over leaves, in the shape of RFC 6962: split at the largest power of two below their number."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [above(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0] if level else EMPTY


def _bytes(amount: int) -> bytes:
    if not 0 <= amount <= MOST:
        raise ValueError(f"the amount {amount} is not between 0 and 2^256 - 1")
    return amount.to_bytes(_AMOUNT_BYTES, "big")
