"""What an operator configures about a chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.shared.types import Address, ChainId

MULTICALL3 = Address("0xca11bde05977b3631167028862be2a173976ca11")
"""The address of Multicall3 on nearly every chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One chain and how to read it.

    `rpc_urls` are tried in order and count as secrets (keys hide in them). `finality` is a block tag, or a
    number of confirmations below the newest block. `block_time` is in seconds, and so is
    `max_final_age`: how old the newest final block may be for a vote to stand on it.
    """

    id: ChainId
    name: str
    rpc_urls: tuple[str, ...] = field(repr=False)
    finality: Literal["finalized", "safe"] | int = "finalized"
    multicall: Address = MULTICALL3
    block_time: float = 12.0
    symbol: str = "ETH"
    explorer: str | None = None
    max_final_age: int = 3_600
