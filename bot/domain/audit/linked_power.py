"""The power of all linked wallets, committed to: wallets that voted are shown, of all others one sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.audit.hashing.merkle_sum_tree import Sum, above, leaf, root
from bot.domain.shared.types import Address, Units

_NOBODY = Address("0x" + "00" * 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A wallet that is named, with its part of the power of all linked wallets and its leaf's salt in hexadecimal."""

    wallet: Address
    power: Units
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPower:
    """A commitment to what each linked wallet is of their power: the root and total of a Merkle sum tree.

    Its left half is over `shown`, by wallet. `rest` is the right half: wallets that nobody is told of.
    """

    root: str
    total: Units
    shown: Sequence[Shown]
    rest: Sum

    def top(self) -> Sum:
        """Return the root as it follows from what is shown and the rest. Raises ValueError for a sum beyond 2^256."""
        leaves = [leaf(bytes.fromhex(one.salt), one.wallet, one.power) for one in self.shown]
        return above(root(leaves), self.rest)


def commit_to(powers: Mapping[Address, Units], named: Collection[Address], salt: Callable[[], bytes]) -> LinkedPower:
    """Commit to the power of all linked wallets, and show of them those that are `named` anyway.

    `salt` gives 16 bytes that nobody can guess, others each time. Those of wallets that are not shown are kept nowhere,
    so nobody can tell from the rest who is in it, or how many: they stand in the order of their hashes, with a leaf of
    nobody's among them, so that there is always a rest. Raises ValueError for a sum beyond 2^256.
    """
    shown = [
        Shown(wallet=wallet, power=powers[wallet], salt=salt().hex()) for wallet in sorted(powers) if wallet in named
    ]
    hidden = [leaf(salt(), wallet, power) for wallet, power in powers.items() if wallet not in named]
    rest = root(sorted([*hidden, leaf(salt(), _NOBODY, 0)], key=lambda one: one.hash))
    made = LinkedPower(root="", total=Units(0), shown=shown, rest=rest)
    top = made.top()
    return LinkedPower(root=top.hash.hex(), total=Units(top.amount), shown=shown, rest=rest)
