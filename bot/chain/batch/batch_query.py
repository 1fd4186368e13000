"""The question that is asked for many wallets at once, the block it is asked at, and how one answer is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import data_of
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, Block

WORD = 32
"""Bytes in an EVM word."""
GAS, LESS_GAS = 15_000_000, 5_000_000
"""Gas named in a request: 12 M for the work and one address's most, below 2^24, which nodes do not exceed; and less,
for nodes that refuse that."""


class _Unanswered(Enum):
    UNTRIED = "untried"
    DOUBTFUL = "doubtful"


UNTRIED: Final = _Unanswered.UNTRIED
DOUBTFUL: Final = _Unanswered.DOUBTFUL
Answer = int | None | _Unanswered
"""A number; None if the call failed or returned nothing; `UNTRIED` if the request's gas did not suffice; `DOUBTFUL` if
a call by itself, which has more gas, may return something else."""


class Malformed(NodeFault):
    """A response without the required form: this method does not work on this endpoint."""

    def __init__(self) -> None:
        super().__init__(ChainFault.BAD_ANSWER, "its answer has not the form that it must have")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuery:
    """`selector(wallet, *tail)` of `target`; without a target, the wallet's balance of the chain's own coin.

    Arguments that come before the wallet stand behind the selector's four bytes.
    """

    target: Address | None = None
    selector: bytes = b""
    tail: bytes = b""


Asked = tuple[BatchQuery, Address]
"""A question and the wallet it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where calls run: a block, the parameter that names it, and Multicall3's address on the chain."""

    block: Block
    where: Json
    multicall: Address


def word(result: Json) -> int | None:
    """Return the first word that a call returned, None if it returned less. Raises Malformed."""
    raw = data(result)
    return int.from_bytes(raw[:WORD], "big") if len(raw) >= WORD else None


def data(result: Json) -> bytes:
    """Return the bytes that a call returned. Raises Malformed."""
    raw = data_of(result)
    if raw is None:
        raise Malformed
    return raw
