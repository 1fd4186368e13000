"""Finds final blocks: the newest one, and the newest that is not later than a given time."""

from __future__ import annotations

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.json_rpc import count_of
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Block, Timestamp


async def newest_final(endpoint: Endpoint, network: Network) -> Block:
    """Return the newest block that is final by the network's rule. Raises NodeFault, NO_FINALITY if none is."""
    if isinstance(network.finality, int):
        newest = count_of(await endpoint.call("eth_blockNumber"))
        block = await endpoint.header(hex(max(0, newest - network.finality)))
        if block is None:
            raise NodeFault(ChainFault.LAGGING, "it has no block at the height that it tells")
        return block
    try:
        block = await endpoint.header(network.finality)
    except NodeFault as fault:
        if fault.kind is not ChainFault.LAGGING:
            raise
        block = None
    if block is None:
        raise NodeFault(
            ChainFault.NO_FINALITY,
            f'it knows no "{network.finality}" block; set the finality of this chain to a number of confirmations',
        )
    return block


async def newest(endpoint: Endpoint) -> Block:
    """Return the newest block, final or not. Raises NodeFault."""
    block = await endpoint.header("latest")
    if block is None:
        raise NodeFault(ChainFault.LAGGING, "it knows no newest block")
    return block


async def newest_before(endpoint: Endpoint, head: Block, moment: Timestamp, block_time: float) -> Block:
    """Return the newest block up to `head` whose timestamp is not later than `moment`.

    It steps back by `block_time`, further each time, then interpolates and halves in turn, so that a steady chain
    takes few requests, and any chain a number that grows with the logarithm of its height.
    """
    low = high = head
    stride = 1 + int((head.timestamp - moment) / block_time)
    while low.timestamp > moment:
        if low.number == 0:
            raise NodeFault(ChainFault.NO_FINALITY, "the chain has no block as old as that")
        high, low = low, await _at(endpoint, max(0, low.number - stride))
        stride *= 2
    halve = False
    while high.number - low.number > 1:
        guess = (low.number + high.number) // 2 if halve else _between(low, high, moment)
        middle = await _at(endpoint, min(max(guess, low.number + 1), high.number - 1))
        if middle.timestamp <= moment:
            low = middle
        else:
            high = middle
        halve = not halve
    return low


async def _at(endpoint: Endpoint, number: int) -> Block:
    block = await endpoint.header(hex(number))
    if block is None or block.number != number:
        raise NodeFault(ChainFault.LAGGING, f"it does not have block {number}")
    return block


def _between(low: Block, high: Block, moment: Timestamp) -> int:
    """Return where `moment` lies if blocks came evenly; `low` is not later than it, `high` is."""
    return low.number + (high.number - low.number) * (moment - low.timestamp) // (high.timestamp - low.timestamp)
