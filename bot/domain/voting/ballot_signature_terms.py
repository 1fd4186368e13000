"""When a signature is taken for a ballot: the same for the bot that takes it and for whoever verifies it afterwards."""

from __future__ import annotations

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.types import Block, ChainId, Timestamp

LIFE = 600
"""Seconds for which a message can be answered with its signature."""
CONTRACT_LIFE = 72 * 3_600
"""The same where a contract has to say yes, whose owners sign at different hours."""
ASKED_WITHIN = 3_600
"""Seconds that the newest block of a chain may be old where a contract is asked: what it says is of then."""

SETTLED = 60
"""Seconds before the block at which a contract said yes: as it stood then, what stands at its address on the vote's
other chains is asked. All blocks of that time are known by now, so that whoever verifies it asks at the same ones."""


def settled(block: Block) -> Timestamp:
    """Return as of when what stands on other chains is asked, where a contract said yes at `block`."""
    return Timestamp(max(0, block.timestamp - SETTLED))


def life(block: Block | None) -> int:
    """Return for how many seconds a signature is good at most; `block` is where a contract was asked, if one was."""
    return LIFE if block is None else CONTRACT_LIFE


def follows(block: Block, pinned: Block) -> bool:
    """Return whether a contract may be asked at a block: nobody could know of the vote before its snapshot's."""
    later = block.number > pinned.number and block.timestamp >= pinned.timestamp and block.hash != pinned.hash
    return later or block == pinned


def lead(proposal: Proposal, chain: ChainId) -> int:
    """Return by how many seconds the block at which a contract is asked may be later than the ballot at most."""
    return CLOCK_SKEW + max(0, proposal.ahead(chain))


def asked_chain(terms: Terms, linked: ChainId | None) -> ChainId:
    """Return the chain on which a wallet that is a contract is asked.

    It is the one that it was linked on, if the vote reads that. What stands at its address on any other chain has no
    say over power that is read elsewhere: then the chain of the first strategy is asked.
    """
    return linked if linked in terms.snapshot and linked is not None else terms.strategies[0].network
