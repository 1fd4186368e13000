"""Whether the blocks at which contracts were asked still stand on their chains, and what stands there instead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.audit.bundle.checking.ballot_signatures import block_problems
from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Block
from bot.domain.wallets.signature import Claim

if TYPE_CHECKING:  # a bundle is verified without it where no node is named
    from bot.chain.chain_reader import ChainReader

_CHECK = "blocks of signatures"


class Standing:
    """Looks for the blocks of signatures on their chains.

    A contract is asked at its chain's newest block, and a chain may replace that a moment later. No node can tell such
    a block from one that never was. So it is not called false: its contract is asked at the block that stands at that
    height now, which has to be one at which the bot would have asked for this ballot. `instead` has those.
    """

    def __init__(self, contents: Contents) -> None:
        self._proposal = contents.proposal
        self._ballots = {ballot.wallet: ballot for ballot in contents.ballots}
        self.instead: dict[Block, Block] = {}

    async def check(self, asked: Mapping[Block, Sequence[Claim]], chains: ChainReader) -> AsyncIterator[Finding]:
        """Say what stands; nothing where no contract was asked."""
        false: list[str] = []
        for block, some in asked.items():
            place = f"ballot of {some[0].address} signed block"
            try:
                found = await chains.numbered(block.chain, block.number)
            except FolkmootError as error:
                false.append(f"{place}: {error}")
                continue
            if found.hash != block.hash:
                self.instead[block] = found
                false += self._unfit(found, some)
            elif found.timestamp != block.timestamp:
                false.append(f"{place} timestamp: it says {block.timestamp}, the chain has {found.timestamp}")
        stand = len(asked) - len(self.instead)
        if false or stand:
            for finding in judged(_CHECK, false, f"{stand:,} as their chains have them"):
                yield finding
        for block, found in self.instead.items():
            yield unchecked(
                _CHECK,
                f"ballot of {asked[block][0].address}: its contract was asked at {block.hash}, and chain {block.chain} "
                f"has {found.hash} at that height, as where a new block was replaced; the contract is asked there",
            )

    def _unfit(self, found: Block, claims: Sequence[Claim]) -> Iterator[str]:
        """Say why the bot would not have asked at the block that stands there, as far as it would not."""
        if (terms := self._proposal.terms) is None:
            return
        for claim in claims:
            ballot = self._ballots[claim.address]
            if ballot.signed is not None:
                yield from block_problems(replace(ballot.signed, block=found), ballot, self._proposal, terms)
