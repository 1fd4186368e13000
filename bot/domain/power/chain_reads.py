"""What a strategy asks of a chain at the pinned block, and the shape of what comes back.

An answer that could not be had (the call reverted, or said nothing) is None, which is never zero.
A chain that could not be read at all does not answer: the reader raises `ChainUnavailable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.shared.contract_events import Subscription
from bot.domain.shared.types import Address, ChainId


@dataclass(frozen=True, slots=True, kw_only=True)
class PerWallet:
    """`selector(*head, wallet, *tail)` on `target` for each wallet; the first word of each answer as uint256."""

    chain: ChainId
    target: Address
    selector: bytes
    wallets: tuple[Address, ...]
    tail: bytes = b""
    """Further arguments, ABI-encoded, the same for every wallet."""
    head: bytes = b""
    """Those that stand before the wallet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeBalances:
    """The chain's own coin held by each wallet, in wei."""

    chain: ChainId
    wallets: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One call that takes no wallet, such as `totalSupply()`; a single answer."""

    chain: ChainId
    target: Address
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Calls of `target`, each with its own calldata; the bytes that each returns."""

    chain: ChainId
    target: Address
    data: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegations:
    """What the Delegate Registry holds at the block under any of `ids`; every `Delegation` in force, in any order."""

    chain: ChainId
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What contracts told up to the block: every `Event` of the subscription, oldest first."""

    chain: ChainId
    wanted: Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What `read` would have answered `blocks` before the pinned block of its chain, which has that many behind it."""

    read: PerWallet
    blocks: int

    @property
    def chain(self) -> ChainId:
        """The chain that is read."""
        return self.read.chain


Read = PerWallet | NativeBalances | View | Calls | Delegations | Events | Earlier
Answers = Sequence[Any]
"""By the kind of read: one uint256 a wallet in the order asked (exactly one for a `View`), the bytes of each of
`Calls`, each None where it could not be had; or the `Delegation`s or `Event`s. `Earlier` has those of its read."""
