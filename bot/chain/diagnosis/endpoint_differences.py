"""Whether the endpoints of a chain agree about one block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chain.blocks.final_blocks import newest_final
from bot.chain.concurrency import gather_all
from bot.chain.diagnosis.endpoint_diagnosis import NOBODY
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.json_rpc import quantity
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What two endpoints, by their numbers, answer differently."""

    endpoints: tuple[int, int]
    what: str


async def differences(endpoints: Sequence[Endpoint], network: Network) -> tuple[int | None, list[Difference]]:
    """Compare hash, time and a balance at the newest block that all who serve know as final.

    Return its number, None if fewer than two serve, and what differs between the first that serves and the others.
    """
    finals = await gather_all(_final(endpoint, network) for endpoint in endpoints)
    serving = [endpoint for endpoint, number in zip(endpoints, finals, strict=True) if number is not None]
    if len(serving) < 2:  # noqa: PLR2004 - nobody to compare with
        return None, []
    number = min(number for number in finals if number is not None)
    (first, said), *others = zip(serving, await gather_all(_told(one, number) for one in serving), strict=True)
    return number, [
        Difference(endpoints=(first.number, other.number), what=what)
        for other, tells in others
        for what in said
        if said[what] != tells[what]
    ]


async def _final(endpoint: Endpoint, network: Network) -> int | None:
    try:
        await endpoint.verify()
        return (await newest_final(endpoint, network)).number
    except (NodeFault, CallFailed):
        return None


async def _told(endpoint: Endpoint, number: int) -> dict[str, object]:
    try:
        block = await endpoint.header(hex(number))
        balance = quantity(await endpoint.call("eth_getBalance", NOBODY, hex(number)))
    except (NodeFault, CallFailed):
        return {"hash": None, "time": None, "balance": None}
    return {
        "hash": None if block is None else block.hash,
        "time": None if block is None else block.timestamp,
        "balance": balance,
    }
