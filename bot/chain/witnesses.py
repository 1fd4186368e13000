"""Final blocks as several endpoints name them: none decides alone which one it is, where others can be asked."""

from __future__ import annotations

from bot.chain.blocks import newest_before, newest_final
from bot.chain.endpoint import Endpoint
from bot.chain.faults import NodeFault
from bot.chain.network import Network
from bot.chain.pool import Pool
from bot.domain.errors import ChainFault, ChainUnavailable
from bot.domain.types import Block, Timestamp

_APART = 1_800
"""Seconds between the newest final blocks of two endpoints, beyond which one lags or tells untruth: a few epochs."""


async def newest_witnessed(pool: Pool, network: Network) -> Block:
    """Return the newest block that two endpoints know as final, or one, where no other serves.

    Raises:
        ChainUnavailable: DISAGREEMENT, if they are far apart or name different blocks; or as `Pool.run`.

    """
    heads = await pool.every(lambda endpoint: newest_final(endpoint, network))
    if len(heads) < 2:  # noqa: PLR2004 - nobody to compare with
        return await pool.run(lambda endpoint: newest_final(endpoint, network))
    (second, block), (first, ahead) = sorted(heads.items(), key=lambda head: head[1].number)[-2:]
    if abs(ahead.timestamp - block.timestamp) > _APART:
        minutes = abs(ahead.timestamp - block.timestamp) // 60
        detail = (
            f"the newest final blocks of endpoints {first} and {second}, {ahead.number:,} and {block.number:,}, "
            f"are {minutes:,} minutes apart"
        )
        raise ChainUnavailable(pool.chain, ChainFault.DISAGREEMENT, detail)
    await _check(pool, block, None)
    return block


async def final_at(pool: Pool, network: Network, moment: Timestamp) -> tuple[Block, Block]:
    """Return the newest final block whose timestamp is not later than `moment`, and the newest final one.

    Raises as `newest_witnessed`.
    """
    head = await newest_witnessed(pool, network)
    block = await pool.run(lambda endpoint: newest_before(endpoint, head, moment, network.block_time))
    await _check(pool, block, moment if block.number < head.number else None)
    return block, head


async def _check(pool: Pool, block: Block, before: Timestamp | None) -> None:
    """Raise if an endpoint that serves has another block there, or a next one that is not later than `before`."""
    if len(pool.endpoints) < 2:  # noqa: PLR2004 - nobody to compare with
        return

    async def says(endpoint: Endpoint) -> str:
        if (found := await _header(endpoint, block.number)) != block:
            return f"has {found.hash} at block {block.number}, not {block.hash}"
        if before is not None and (following := await _header(endpoint, block.number + 1)).timestamp <= before:
            return f"has block {following.number} of {following.timestamp}, which is not later than {before}"
        return ""

    for endpoint, difference in (await pool.every(says)).items():
        if difference:
            raise ChainUnavailable(pool.chain, ChainFault.DISAGREEMENT, f"endpoint {endpoint} {difference}")


async def _header(endpoint: Endpoint, number: int) -> Block:
    block = await endpoint.header(hex(number))
    if block is None or block.number != number:
        raise NodeFault(ChainFault.LAGGING, f"it does not have block {number}")
    return block
