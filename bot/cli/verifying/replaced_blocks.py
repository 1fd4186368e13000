"""Checks that the blocks at which contracts were asked are still on their chains, and finds what replaced them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.audit.bundle.checking.ballot_signatures import block_problems
from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Block
from bot.domain.wallets.signature_claim import Claim

if TYPE_CHECKING:  # a bundle is verified without it where no node is named
    from bot.chain.chain_reader import ChainReader

_CHECK = "blocks of signatures"


class ReplacedBlocks:
    """Finds the blocks of signatures on their chains.

    A contract is asked at its chain's newest block, which the chain may replace a moment later, and no node can tell a
    replaced block from one that never existed. So such a block is not called false. Its contract is asked at the block
    that is at that height now, and that block has to be one at which the bot could have asked for this ballot.
    `instead` maps each replaced block to it.
    """

    def __init__(self, contents: Contents) -> None:
        self._proposal = contents.proposal
        self._ballots = {ballot.wallet: ballot for ballot in contents.ballots}
        self.instead: dict[Block, Block] = {}

    async def check(self, asked: Mapping[Block, Sequence[Claim]], chains: ChainReader) -> AsyncIterator[Finding]:
        """Yield which blocks are still on their chains; nothing if no contract was asked."""
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
        """Yield why the bot would not have asked for these ballots at the block that replaced theirs, if so."""
        if (terms := self._proposal.terms) is None:
            return
        for claim in claims:
            ballot = self._ballots[claim.address]
            if ballot.signed is not None:
                yield from block_problems(replace(ballot.signed, block=found), ballot, self._proposal, terms)
