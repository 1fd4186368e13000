"""When a ballot's signature is accepted: the same rules for the bot and for whoever verifies later."""

from __future__ import annotations

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.types import Block, ChainId, Timestamp

LIFE = 600
"""Seconds after its timestamp for which a message can be signed and sent."""
CONTRACT_LIFE = 72 * 3_600
"""The same for a contract wallet, whose owners sign at different hours."""
ASKED_WITHIN = 3_600
"""Seconds that a chain's newest block may be old when a contract is asked at it."""

SETTLED = 60
"""Seconds before the block at which a contract confirmed a signature. Contracts at the same address on the vote's other
chains are asked as of that time: all its blocks are known by then, so whoever verifies asks at the same ones."""


def settled(block: Block) -> Timestamp:
    """Return the time as of which other chains are asked, if a contract confirmed at `block`."""
    return Timestamp(max(0, block.timestamp - SETTLED))


def life(block: Block | None) -> int:
    """Return for how many seconds a signature is valid; `block` is where a contract was asked, None for a key."""
    return LIFE if block is None else CONTRACT_LIFE


def follows(block: Block, pinned: Block) -> bool:
    """Return whether a contract may be asked at `block`: not before the snapshot, as nobody knew of the vote then."""
    later = block.number > pinned.number and block.timestamp >= pinned.timestamp and block.hash != pinned.hash
    return later or block == pinned


def lead(proposal: Proposal, chain: ChainId) -> int:
    """Return by how many seconds the block at which a contract is asked may be later than the ballot."""
    return CLOCK_SKEW + max(0, proposal.ahead(chain))


def asked_chain(terms: Terms, linked: ChainId | None) -> ChainId:
    """Return the chain on which a contract wallet is asked for its signature.

    It is the chain on which the wallet was linked, if the vote reads that chain; else the first strategy's. A contract
    at the same address on another chain must not decide over power that is read elsewhere.
    """
    return linked if linked in terms.snapshot and linked is not None else terms.strategies[0].network
