"""Reads the events of the Delegate Registry, in ranges as wide as the endpoint takes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chain.endpoint import Endpoint, quantity
from bot.chain.faults import CallFailed, NoContract, NodeFault
from bot.chain.transport import Json
from bot.domain.errors import ChainFault
from bot.domain.registry import FIRST_BLOCK, REGISTRY, Delegation
from bot.domain.types import Address, Block

_SET = "0xa9a7fd460f56bddb880a465a9c3e9730389c70bc53108148f16d55a87a6c468e"
"""SetDelegate(address indexed delegator, bytes32 indexed id, address indexed delegate)"""
_CLEAR = "0x9c4f00c4291262731946e308dc2979a56bd22cce8f95906b975065e96cd5a064"
"""ClearDelegate, likewise"""
_TOPICS, _HASH = 4, 66
_REQUESTS = 200
"""After so many, what was read is handed over, so that an interruption loses no more."""


async def registry_events(
    endpoint: Endpoint, after: Block | None, upto: Block
) -> tuple[Sequence[Delegation], Block] | None:
    """Return the events behind `after` in their order, and up to which block; it may be one before `upto`.

    None says that `after` is not a block of the chain any more. Raises NodeFault, NoContract without a registry.
    """
    await _same(endpoint, upto)
    if after is not None:
        known = await endpoint.header(hex(after.number))
        if known is None or known.hash != after.hash:
            return None
    first = await _first(endpoint, upto) if after is None else after.number + 1
    found, reached = await _ranges(endpoint, first, upto.number)
    if after is None and not found and not await _stands(endpoint, upto.number):
        raise NoContract(REGISTRY, upto.number)
    await _same(endpoint, upto)
    if reached == upto.number:
        return found, upto
    head = await endpoint.header(hex(reached))
    if head is None:
        raise NodeFault(ChainFault.LAGGING, f"it does not have block {reached}")
    return found, head


async def _ranges(endpoint: Endpoint, first: int, last: int) -> tuple[list[Delegation], int]:
    """Read from `first` on: ranges halve where they must, and double again after each that was taken."""
    found: list[Delegation] = []
    span, reached, requests = last - first + 1, first - 1, 0
    while reached < last and requests < _REQUESTS:
        end = min(last, reached + span)
        requests += 1
        try:
            logs = await endpoint.call("eth_getLogs", _filter(reached + 1, end))
        except (NodeFault, CallFailed) as failure:
            if isinstance(failure, NodeFault) and failure.kind is not ChainFault.TOO_LARGE:
                raise
            if span <= 1:
                raise NodeFault(ChainFault.TOO_LARGE, "it does not give the events of a single block") from None
            span = (end - reached + 1) // 2
            continue
        found.extend(sorted(_events(logs), key=lambda event: (event.block, event.index)))
        reached, span = end, span * 2
    return found, max(reached, first - 1)


async def _first(endpoint: Endpoint, upto: Block) -> int:
    """Return where the registry begins; a chain that has it earlier is not the one that we know by that id."""
    known = FIRST_BLOCK.get(upto.chain, 0)
    return 0 if upto.number < known and await _stands(endpoint, upto.number) else min(known, upto.number)


async def _stands(endpoint: Endpoint, number: int) -> bool:
    try:
        return await endpoint.call("eth_getCode", REGISTRY, hex(number)) not in {None, "", "0x", "0x0"}
    except CallFailed:
        raise NodeFault(ChainFault.BAD_ANSWER, "it does not tell whether a contract is there") from None


async def _same(endpoint: Endpoint, block: Block) -> None:
    header = await endpoint.header(hex(block.number))
    if header is None or header.hash != block.hash:
        raise NodeFault(ChainFault.LAGGING, f"it has another block {block.number}")


def _filter(first: int, last: int) -> Json:
    return {"address": REGISTRY, "topics": [[_SET, _CLEAR]], "fromBlock": hex(first), "toBlock": hex(last)}


def _events(logs: Json) -> list[Delegation]:
    if not isinstance(logs, list):
        raise NodeFault(ChainFault.BAD_ANSWER, "it gives no events where they are due")
    return [_event(log) for log in logs]


def _event(log: Json) -> Delegation:
    try:
        topics = [str(topic).lower() for topic in log["topics"]]
        block, index = quantity(log["blockNumber"]), quantity(log["logIndex"])
    except (KeyError, TypeError):
        raise NodeFault(ChainFault.BAD_ANSWER, "an event of its has no block or no topics") from None
    if len(topics) != _TOPICS or any(len(topic) != _HASH for topic in topics) or topics[0] not in {_SET, _CLEAR}:
        raise NodeFault(ChainFault.BAD_ANSWER, "it gives events that were not asked for")
    return Delegation(
        delegator=Address("0x" + topics[1][26:]),
        id=topics[2],
        delegate=Address("0x" + topics[3][26:]) if topics[0] == _SET else None,
        block=block,
        index=index,
    )
