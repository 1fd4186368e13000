"""What is asked of a chain for many wallets at once, where, and how a single answer reads."""

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
"""Bytes."""
GAS, LESS_GAS = 15_000_000, 5_000_000
"""Named in a request: 12 M for the work and one address's most, below 2^24, which nodes will not exceed; and where
that is more than a node takes."""


class _Unanswered(Enum):
    UNTRIED = "untried"
    DOUBTFUL = "doubtful"


UNTRIED: Final = _Unanswered.UNTRIED
DOUBTFUL: Final = _Unanswered.DOUBTFUL
Answer = int | None | _Unanswered
"""A number; None where the call failed or said nothing; `UNTRIED` where the request's gas did not suffice, and
`DOUBTFUL` where a call by itself, which has more of it, may say something else."""


class Malformed(NodeFault):
    """What came back has not the form that it must have: what was asked does not work on this endpoint."""

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
"""A question, and the wallet of which it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where calls run: a block, the parameter that names it, and Multicall3's address on the chain."""

    block: Block
    where: Json
    multicall: Address


def word(result: Json) -> int | None:
    """Return the first word of what a call gave, None where it gave less. Raises Malformed."""
    raw = data(result)
    return int.from_bytes(raw[:WORD], "big") if len(raw) >= WORD else None


def data(result: Json) -> bytes:
    """Return what a call gave. Raises Malformed."""
    raw = data_of(result)
    if raw is None:
        raise Malformed
    return raw
