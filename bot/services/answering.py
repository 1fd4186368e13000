"""Answering what an evaluation asks: delegations from their index, all else from the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from bot.domain.power.reads import Delegations as DelegationsRead

if TYPE_CHECKING:  # the command line starts without what these load
    from bot.domain.power.strategy import Asking
    from bot.domain.types import Block, ChainId
    from bot.ports import ChainReader
    from bot.services.delegations import Delegations

T = TypeVar("T")


async def answered(
    asking: Asking[T],
    chain: ChainReader,
    delegations: Delegations,
    blocks: Mapping[ChainId, Block],
    *,
    confirm: bool = False,
) -> T:
    """Answer all that is asked, at `blocks`, and return what comes of it. Raises as `ChainReader.read`."""
    try:
        reads = next(asking)
        while True:
            plain = [read for read in reads if not isinstance(read, DelegationsRead)]
            answers = iter(await chain.read(plain, blocks, confirm=confirm) if plain else ())
            reads = asking.send(
                [
                    await delegations.at(blocks[read.chain], read.ids)
                    if isinstance(read, DelegationsRead)
                    else next(answers)
                    for read in reads
                ]
            )
    except StopIteration as done:
        result: T = done.value
        return result
