from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.strategies import DataObject

from bot.chain.blocks.final_blocks import newest_before
from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import NodeFault
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.json_rpc import Rpc
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Timestamp
from tests.chain.nodes import CHAIN, Ask, Node, Patience, Scene, block_of, error, reader


@pytest.mark.parametrize(("finality", "below"), [("finalized", 2), ("safe", 2), (0, 0), (3, 3), (10_000, None)])
async def test_the_newest_final_block_is_by_the_configured_rule(
    scene: Scene, finality: int | str, below: int | None
) -> None:
    block = await reader(Node(scene.evm), finality=finality).finalized(CHAIN)
    assert block == block_of(scene.evm, 0 if below is None else scene.evm.head.number - below)


@pytest.mark.parametrize(
    "answer",
    [
        lambda payload: {"jsonrpc": "2.0", "id": payload["id"], "result": None},
        lambda payload: error(payload, -39001, "Unknown block"),
        lambda payload: error(payload, -32000, "finalized block not found"),
        lambda payload: error(payload, -32602, "invalid argument 0: hex string without 0x prefix"),
    ],
)
async def test_a_chain_without_finality_says_so_and_names_the_remedy(
    scene: Scene, answer: Callable[[Any], Any]
) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_getBlockByNumber" and payload["params"][0] == "finalized":
            return answer(payload)
        return await ask(payload)

    with pytest.raises(ChainUnavailable) as caught:
        await reader(Node(scene.evm, spoil)).finalized(CHAIN)
    assert caught.value.fault is ChainFault.NO_FINALITY
    assert "confirmations" in caught.value.detail
    assert (await reader(Node(scene.evm, spoil), finality=2).finalized(CHAIN)).number == scene.evm.head.number - 2


@pytest.mark.parametrize("field", ["number", "timestamp"])
@pytest.mark.parametrize("told", [2**63, 2**200])
async def test_a_number_that_no_chain_reaches_is_not_taken_for_that_of_a_block(
    scene: Scene, field: str, told: int
) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        found = await ask(payload)
        if payload["method"] == "eth_getBlockByNumber":
            return found | {"result": found["result"] | {field: hex(told)}}
        return found

    chain = reader(Node(scene.evm, spoil))
    for asked in (chain.finalized(CHAIN), chain.newest(CHAIN), chain.finalized_at(CHAIN, scene.late.timestamp)):
        with pytest.raises(ChainUnavailable) as caught:
            await asked
        assert caught.value.fault is ChainFault.BAD_ANSWER


class Headers:
    """A node that knows headers only, at the given times."""

    def __init__(self, times: Sequence[int]) -> None:
        self.times, self.asked = times, 0

    async def request(self, payload: Any) -> Any:
        self.asked += 1
        at = int(payload["params"][0], 16)
        header = None
        if at < len(self.times):
            header = {"number": hex(at), "hash": f"0x{at:064x}", "timestamp": hex(self.times[at])}
        return {"jsonrpc": "2.0", "id": payload["id"], "result": header}

    async def close(self) -> None:
        pass


async def found(times: Sequence[int], moment: int, block_time: float = 12.0) -> tuple[int, int]:
    node = Headers(times)
    endpoint = Endpoint(1, CHAIN, node, sleep=Patience())
    head = await endpoint.header(hex(len(times) - 1))
    assert head is not None
    node.asked = 0
    return (await newest_before(endpoint, head, Timestamp(moment), block_time)).number, node.asked


@given(some.data())
async def test_the_block_at_a_moment_is_the_newest_that_is_not_later(data: DataObject) -> None:
    gaps = data.draw(some.lists(some.sampled_from([0, 1, 2, 12, 12, 12, 500, 100_000]), min_size=1, max_size=60))
    times = [1_000]
    for gap in gaps:
        times.append(times[-1] + gap)
    moment = data.draw(some.one_of(some.sampled_from(times), some.integers(1_000, times[-1] + 5)))
    number, _ = await found(times, moment, data.draw(some.sampled_from([0.25, 12.0, 5_000.0])))
    assert number == max(at for at, time in enumerate(times) if time <= moment)


async def test_a_steady_chain_takes_few_requests_and_an_unsteady_one_not_many() -> None:
    steady = [1_000 + 12 * at for at in range(200_000)]
    number, asked = await found(steady, 1_000 + 12 * 55_555 + 5)
    assert (number, asked <= 5) == (55_555, True)
    # a long standstill in an otherwise quick chain
    broken = [at for at in range(100_000)] + [10_000_000 + at for at in range(100_000)]  # noqa: C416 - beside its like
    number, asked = await found(broken, 9_000_000, block_time=1.0)
    assert (number, asked <= 45) == (99_999, True)


async def test_a_moment_before_the_first_block_has_none() -> None:
    with pytest.raises(NodeFault) as caught:
        await found([1_000, 1_012, 1_024], 999)
    assert caught.value.kind is ChainFault.NO_FINALITY


async def test_a_block_not_yet_final_is_never_the_one_at_a_moment() -> None:
    evm = Evm(chain_id=CHAIN, unfinal=5)
    evm.mine(20)
    node = Node(evm)
    chain = reader(node)
    moment = Timestamp(evm.head.header.timestamp)
    assert (await chain.finalized_at(CHAIN, moment)).number == 15
    evm.mine(5)
    # not remembered while a later one may still become final
    assert (await chain.finalized_at(CHAIN, moment)).number == 20
    evm.mine(3)
    assert (await chain.finalized_at(CHAIN, moment)).number == 20
    asked = len(node.seen)
    assert await chain.finalized_at(CHAIN, moment) == block_of(evm, 20)
    assert len(node.seen) == asked


async def test_a_moments_block_that_the_chain_has_left_is_not_the_one_for_good() -> None:
    before, after, since = Evm(chain_id=CHAIN, unfinal=1), Evm(chain_id=CHAIN, unfinal=1), 0.0
    before.mine(5)
    moment = Timestamp(before.head.header.timestamp)
    before.mine(5)
    after.set_next_timestamp(moment - 1)
    after.mine(20)
    node = Node(before)
    network = Network(id=CHAIN, name="Testnet", rpc_urls=("https://node.example",))
    chain = ChainReader({CHAIN: network}, lambda _: node, sleep=Patience(), elapsed=lambda: since)
    left = await chain.finalized_at(CHAIN, moment)
    assert left == block_of(before, 5)
    node.rpc = Rpc(after)
    assert await chain.finalized_at(CHAIN, moment) == left, "it is remembered"
    since = 601.0
    assert await chain.finalized_at(CHAIN, moment) == block_of(after, 1)
