"""The clock, and the interface that reads chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.power.chain_reads import Answers, Read
from bot.domain.shared.contract_events import EventRange, Subscription
from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.domain.shared.types import (
    Address,
    Block,
    ChainId,
    Timestamp,
    Token,
)
from bot.domain.treasury.campaigns import Holding
from bot.domain.wallets.safe import Safe
from bot.domain.wallets.signature_claim import Claim, Verdict


class Clock(Protocol):
    """The time."""

    def now(self) -> Timestamp:
        """Return the time in whole seconds since the Unix epoch."""
        ...


class ChainReader(Protocol):
    """Reads chains, always at a named block.

    Every method raises `ChainUnavailable` when the chain cannot be read; it never answers from another block.
    `confirm` says whether a second endpoint must say the same where a chain has two: if endpoints contradict each
    other, it raises DISAGREEMENT, unless two that agree stand against one. Chains of which one endpoint alone
    answered, whatever `confirm` says, are added to `alone`, if it is given.
    """

    def chains(self) -> Mapping[ChainId, str]:
        """Return the configured chains and their names."""
        ...

    async def finalized(
        self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        """Return the newest final block (by the chain's configured finality) that two endpoints know."""
        ...

    async def finalized_at(
        self,
        chain: ChainId,
        moment: Timestamp,
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> Block:
        """Return the newest final block whose timestamp is not later than `moment`."""
        ...

    async def newest(self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED) -> Block:
        """Return the newest block of a chain, final or not; its timestamp is the chain's clock.

        If several endpoints answer, it is a block whose time two of them have reached, so that none moves the clock
        alone; they need not name the same block.
        """
        ...

    def oldest(self, chain: ChainId) -> int:
        """Return how old, in seconds, a chain's newest final block may be for a vote to use it as its snapshot."""
        ...

    async def vouch(self, block: Block) -> None:
        """Check that two endpoints have `block` with the same hash, parent and state.

        Raises `ChainUnavailable`, also if the block they name makes no sense.
        """
        ...

    async def has(self, block: Block) -> bool:
        """Return whether the chain still has `block` at its height; two endpoints must agree if the chain has two."""
        ...

    async def numbered(
        self, chain: ChainId, number: int, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        """Return the block with that number, final or not; two endpoints must agree if the chain has two."""
        ...

    def endpoints(self, chain: ChainId) -> int:
        """Return how many different endpoints a chain has; two can confirm each other."""
        ...

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange | None:
        """Return the events behind `after` (None: all), and up to which block and by whom they are known.

        That may be a block before `upto`: what is missing is asked for again. None says that `after` is not a
        block of the chain any more. Endpoints must agree; without `confirm`, one suffices while no other serves.
        """
        ...

    async def token(
        self,
        chain: ChainId,
        address: Address | None,
        block: Block,
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> Token:
        """Return a token's metadata from its contract; None is the chain's own coin.

        Raises:
            InvalidInput: there is no contract, or it is not a token.

        """
        ...

    async def read(
        self,
        reads: Sequence[Read],
        at: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> list[Answers]:
        """Answer all reads in order, each at the block of its chain in `at`, pinned by hash."""
        ...

    async def balances(
        self,
        holdings: Sequence[Holding],
        at: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> list[int | None]:
        """Return the balance of each holding at its chain's block; None if the contract gave none."""
        ...

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        """Say of each claim, in order, whether its address signed: by its key, or else by its contract.

        A chain is asked only where no key proves the claim: at its block in `at`, or else at its newest one, final or
        not, that is not later than `before`, if that is given; and two endpoints must agree where it has two. It
        raises nothing: what a chain did not tell is `Unknown`.
        """
        ...

    async def safe(self, chain: ChainId, address: Address) -> Safe | None:
        """Return the Safe at `address` as of the newest block; None if there is none.

        Two endpoints must agree where the chain has two. Raises ChainUnavailable.
        """
        ...

    async def names(self, wallets: Sequence[Address]) -> Mapping[Address, str]:
        """Return the wallets' ENS names, of those whose name resolves back to them.

        Empty if Ethereum is not configured. Two endpoints must agree where it has two.
        """
        ...

    async def chains_with_contract(self, address: Address) -> frozenset[ChainId]:
        """Return the chains that have a contract at `address` now; chains that cannot be read are left out.

        Two endpoints must agree where a chain has two.
        """
        ...
