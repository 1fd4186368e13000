"""Reads of a liquidity pair: its reserves and the supply of its shares."""

from __future__ import annotations

from bot.domain.power.strategy import ReadSteps
from bot.domain.power.typed_reads import calls, word
from bot.domain.shared.types import Address, ChainId

GET_RESERVES = bytes.fromhex("0902f1ac")  # getReserves()
TOTAL_SUPPLY = bytes.fromhex("18160ddd")  # totalSupply()
TOKEN0, TOKEN1 = bytes.fromhex("0dfe1681"), bytes.fromhex("d21220a7")  # token0(), token1()
DECIMALS = bytes.fromhex("313ce567")  # decimals()
USER_INFO = bytes.fromhex("93f1a40b")  # userInfo(uint256,address)
FINE = 10**18
"""The reserve behind one share is rounded down to so many parts of it."""


def reserve_and_supply(chain: ChainId, pair: Address, side: int) -> ReadSteps[tuple[int | None, int | None]]:
    """Return the pair's reserve of one side (0 or 1), and the supply of its shares, in base units."""
    reserves, supply = yield from calls(chain, pair, (GET_RESERVES, TOTAL_SUPPLY))
    return word(reserves, side), word(supply)


def reserve_of(chain: ChainId, pair: Address, token: Address) -> ReadSteps[tuple[int | None, int | None]]:
    """Return a token's reserve in a pair that has it, and the supply of the pair's shares, in base units."""
    first, reserves, supply = yield from calls(chain, pair, (TOKEN0, GET_RESERVES, TOTAL_SUPPLY))
    at_first = word(first)
    side = 0 if at_first == int(token, 16) else 1
    return None if at_first is None else word(reserves, side), word(supply)
