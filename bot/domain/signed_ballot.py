"""When a signature is taken for a ballot: the same for the bot that takes it and for whoever verifies it afterwards."""

from __future__ import annotations

from bot.domain.proposal import Terms
from bot.domain.types import Block, ChainId

LIFE = 600
"""Seconds for which a message can be answered with its signature."""
CONTRACT_LIFE = 72 * 3_600
"""The same where a contract has to say yes, whose owners sign at different hours."""
ASKED_WITHIN = 3_600
"""Seconds that the newest block of a chain may be old where a contract is asked: what it says is of then."""


def life(block: Block | None) -> int:
    """Return for how many seconds a signature is good at most; `block` is where a contract was asked, if one was."""
    return LIFE if block is None else CONTRACT_LIFE


def asked_chain(terms: Terms, linked: ChainId | None) -> ChainId:
    """Return the chain on which a wallet that is a contract is asked.

    It is the one that it was linked on, if the vote reads that. What stands at its address on any other chain has no
    say over power that is read elsewhere: then the chain of the first strategy is asked.
    """
    return linked if linked in terms.snapshot and linked is not None else terms.strategies[0].network
