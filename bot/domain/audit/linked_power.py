"""A commitment to the power of all linked wallets: voters are disclosed, all others only as one sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.audit.hashing.merkle_sum_tree import Sum, above, leaf, root
from bot.domain.shared.types import Address, Units

_NOBODY = Address("0x" + "00" * 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A disclosed wallet, with its power and the salt of its leaf in hexadecimal."""

    wallet: Address
    power: Units
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPower:
    """A commitment to the power of each linked wallet: root and total of a Merkle sum tree.

    Its left half is over `shown`, ordered by wallet. `rest` is the right half, whose wallets are not disclosed.
    """

    root: str
    total: Units
    shown: Sequence[Shown]
    rest: Sum

    def top(self) -> Sum:
        """Return the root, computed from `shown` and `rest`. Raises ValueError for a sum beyond 2^256."""
        leaves = [leaf(bytes.fromhex(one.salt), one.wallet, one.power) for one in self.shown]
        return above(root(leaves), self.rest)


def commit_to(powers: Mapping[Address, Units], named: Collection[Address], salt: Callable[[], bytes]) -> LinkedPower:
    """Commit to the power of all linked wallets, and disclose those in `named`.

    `salt` returns 16 random bytes, new ones at each call. Salts of wallets that are not disclosed are not kept, so
    nobody can find out which wallets are in `rest`, or how many: its leaves are ordered by hash, and one extra leaf
    belongs to nobody, so that `rest` is never empty. Raises ValueError for a sum beyond 2^256.
    """
    shown = [
        Shown(wallet=wallet, power=powers[wallet], salt=salt().hex()) for wallet in sorted(powers) if wallet in named
    ]
    hidden = [leaf(salt(), wallet, power) for wallet, power in powers.items() if wallet not in named]
    rest = root(sorted([*hidden, leaf(salt(), _NOBODY, 0)], key=lambda one: one.hash))
    made = LinkedPower(root="", total=Units(0), shown=shown, rest=rest)
    top = made.top()
    return LinkedPower(root=top.hash.hex(), total=Units(top.amount), shown=shown, rest=rest)
