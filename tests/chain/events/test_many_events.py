"""Very many events keep nobody else waiting: they are checked and decoded in a thread."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import orjson

from bot.chain.events.range_reader import RangeWidth, events_between
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import Json, TransportFailed, most_bytes
from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS
from tests.benchmarks.stalls import a_log
from tests.builders import CHAIN

T = TypeVar("T")
MANY = 5_001


class Node:
    """Gives one event a block; and refuses an answer of so many bytes as a transport does."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.widths: list[int] = []

    async def request(self, payload: Any) -> Any:
        first, last = (int(payload["params"][0][end], 16) for end in ("fromBlock", "toBlock"))
        self.widths.append(last - first + 1)
        answer = {"jsonrpc": "2.0", "id": payload["id"], "result": [a_log(number) for number in range(first, last + 1)]}
        if len(orjson.dumps(answer)) > self._most:
            raise TransportFailed(413, "the answer is too large")
        return answer

    async def close(self) -> None:
        """Nothing to give back."""


async def turns_during(work: Awaitable[T]) -> tuple[T, int]:
    """Return what it makes, and how often another task had its turn meanwhile."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    waiting = asyncio.create_task(others())
    await asyncio.sleep(0)
    turns = 0
    try:
        return await work, turns
    finally:
        waiting.cancel()


async def read(most: int, count: int) -> tuple[list[int], int]:
    node, width = Node(most), RangeWidth()
    width.blocks = count
    endpoint = Endpoint(1, CHAIN, node)
    (events, last), turns = await turns_during(events_between(endpoint, REGISTRY_EVENTS, 0, count - 1, width))
    assert ([event.block for event in events], last) == (list(range(count)), count - 1)
    return node.widths, turns


async def test_others_have_their_turns_while_many_events_are_checked() -> None:
    _, of_few = await read(2**23, 301)
    widths, of_many = await read(2**23, MANY)
    assert widths == [MANY]
    assert of_many > of_few + 1


async def test_an_answer_that_is_too_large_is_asked_for_in_parts() -> None:
    widths, _ = await read(2**20, MANY)
    assert widths[0] == MANY
    assert max(widths[1:]) < MANY


def test_what_the_events_of_several_blocks_may_be_is_what_may_be_read_without_a_stop() -> None:
    def asked(first: int, last: int) -> Json:
        return {"method": "eth_getLogs", "params": [{"fromBlock": hex(first), "toBlock": hex(last)}]}

    ten_thousand = orjson.dumps([a_log(number) for number in range(10_000)])
    assert len(ten_thousand) < most_bytes(asked(1, 2)) < most_bytes(asked(2, 2))
