"""Checks that the blocks named in a bundle are on their chains, and are the newest that they could be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.proposals.proposal import Terms
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Block, ChainId

if TYPE_CHECKING:  # a bundle is verified without it where no node is named
    from bot.chain.chain_reader import ChainReader


async def differing(block: Block, chains: ChainReader, place: str) -> AsyncIterator[str]:
    """Yield how the chain's block of that number differs in hash or timestamp, or why it could not be read."""
    try:
        found = await chains.numbered(block.chain, block.number)
    except FolkmootError as error:
        yield f"{place}: {error}"
        return
    if found.hash != block.hash:
        yield f"{place} hash: it says {block.hash}, the chain has {found.hash}"
    if found.timestamp != block.timestamp:
        yield f"{place} timestamp: it says {block.timestamp}, the chain has {found.timestamp}"


async def check_newest(terms: Terms, chain: ChainId, chains: ChainReader) -> AsyncIterator[Finding]:
    """Yield whether a pinned block is its chain's newest that is not later than the first strategy's pinned block.

    An older one is not an error: the newer ones may not have been final yet when the proposal was submitted.
    """
    home, pinned = terms.snapshot.get(terms.strategies[0].network), terms.snapshot[chain]
    if home is None or chain == home.chain:
        return
    apart = home.timestamp - pinned.timestamp
    try:
        following = await chains.numbered(chain, pinned.number + 1)
    except FolkmootError:
        yield unchecked("newest block", f"chain {chain}: the block behind {pinned.number:,} could not be read")
        return
    if following.timestamp > home.timestamp:
        for finding in judged("newest block", [], f"chain {chain}: none is nearer before that of chain {home.chain}"):
            yield finding
    else:
        yield unchecked(
            "newest block",
            f"chain {chain}: the one taken is {apart:,} s before that of chain {home.chain}, and another is "
            "nearer: whether that one was final when the proposal was submitted, no node tells",
        )
