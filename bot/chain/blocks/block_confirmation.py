"""Blocks as several endpoints name them: if others can be asked, no endpoint decides alone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from bot.chain.blocks.final_blocks import newest, newest_before, newest_final
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.endpoint_agreement import PAIR, Agreed
from bot.chain.rpc.endpoint_pool import Pool
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block, Timestamp

_APART, _BEHIND = 1_800, 300
"""Seconds between the newest final blocks of two endpoints, and between their newest ones, beyond which one lags or
tells untruth: a few epochs, and some blocks."""


async def newest_reached(pool: Pool, confirm: Confirmation = Confirmation.REQUIRED) -> Block:
    """Return the newest block, final or not, whose time the newest blocks of two endpoints have reached.

    So of two that differ it is the earlier one. Where one alone answers, and `confirm` lets it, it is that one's.
    Raises ChainUnavailable if too few do.
    """
    heads = await pool.every(newest, confirm)
    return sorted(heads.values(), key=lambda block: block.timestamp)[-PAIR:][0]


async def newest_witnessed(
    pool: Pool, network: Network, confirm: Confirmation = Confirmation.REQUIRED
) -> Agreed[Block]:
    """Return the newest block that two endpoints know as final, and which endpoints they are.

    Raises:
        ChainUnavailable: DISAGREEMENT, if no two are near each other, or they name different blocks; or as
            `Pool.agreed`.

    """
    heads = await pool.every(lambda endpoint: newest_final(endpoint, network), confirm)
    return await _common(pool, heads, _APART, confirm)


async def newest_known(pool: Pool) -> Block:
    """Return the newest block, final or not, that two endpoints have, where the chain has two.

    Raises as `newest_witnessed`.
    """
    heads = await pool.every(newest, Confirmation.REQUIRED)
    return (await _common(pool, heads, _BEHIND, Confirmation.REQUIRED)).value


async def known_at(pool: Pool, network: Network, moment: Timestamp) -> Block:
    """Return the newest block, final or not, whose timestamp is not later than `moment`, as two endpoints have it.

    Raises as `newest_witnessed`.
    """
    head = await newest_known(pool)

    async def last(endpoint: Endpoint) -> Block:
        return await newest_before(endpoint, head, moment, network.block_time)

    return (await pool.agreed(last, unlike, Confirmation.REQUIRED)).value


async def final_at(
    pool: Pool, network: Network, moment: Timestamp, confirm: Confirmation = Confirmation.REQUIRED
) -> tuple[Agreed[Block], Block]:
    """Return the newest final block whose timestamp is not later than `moment`, and the newest final one.

    Raises as `newest_witnessed`.
    """
    head = (await newest_witnessed(pool, network, confirm)).value

    async def last(endpoint: Endpoint) -> Block:
        return await newest_before(endpoint, head, moment, network.block_time)

    return await pool.agreed(last, unlike, confirm), head


async def header(endpoint: Endpoint, number: int) -> Block:
    """Return the block with that number. Raises NodeFault."""
    block = await endpoint.header(hex(number))
    if block is None or block.number != number:
        raise NodeFault(ChainFault.LAGGING, f"it does not have block {number}")
    return block


def unlike(one: object, other: object) -> str:
    """Return how two answers differ in words, empty if they do not."""
    if isinstance(one, Block) and isinstance(other, Block) and one != other:
        return f"{_named(one)}, not {_named(other)}"
    return "" if one == other else "what they say"


async def _common(pool: Pool, heads: Mapping[int, Block], apart: int, confirm: Confirmation) -> Agreed[Block]:
    """Return the newest block that two of the endpoints near each other have reached, as two of all have it."""
    if len(heads) < PAIR:
        ((number, block),) = heads.items()
        return Agreed(value=block, by=(number,))
    near = _near(pool, heads, apart)
    block = sorted(near.values(), key=lambda head: head.number)[-PAIR]
    by = tuple(number for number, head in near.items() if head == block)
    if len(by) >= PAIR > len(pool.endpoints) - len(by):
        return Agreed(value=block, by=by)
    found = await pool.agreed(lambda endpoint: header(endpoint, block.number), unlike, confirm)
    behind = max(head.timestamp for head in near.values()) - found.value.timestamp
    if behind > apart:  # whoever named that number told a later time along with it
        detail = f"block {block.number:,}, the newest that one names, is {behind // 60:,} minutes older than it says"
        raise ChainUnavailable(pool.chain, ChainFault.DISAGREEMENT, detail)
    return found


def _near(pool: Pool, heads: Mapping[int, Block], apart: int) -> dict[int, Block]:
    """Return the heads of endpoints that are near another one's."""
    ordered = sorted(heads.items(), key=lambda head: head[1].timestamp)
    flocks = [dict(ordered[:1])]
    for (_, before), (number, block) in pairwise(ordered):
        if block.timestamp - before.timestamp > apart:
            flocks.append({})
        flocks[-1][number] = block
    pairs = [flock for flock in flocks if len(flock) >= PAIR]
    if len(pairs) == 1:
        return pairs[0]
    (first, one), (second, other) = ordered[0], ordered[-1]
    minutes = (other.timestamp - one.timestamp) // 60
    detail = (
        f"the newest blocks of endpoints {first} and {second}, {one.number:,} and {other.number:,}, "
        f"are {minutes:,} minutes apart"
    )
    raise ChainUnavailable(pool.chain, ChainFault.DISAGREEMENT, detail)


def _named(block: Block) -> str:
    return f"block {block.number} of {block.timestamp}, {block.hash}"
