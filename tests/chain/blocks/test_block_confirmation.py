"""That a lagging, lying or strange endpoint does not choose the block at which power is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from bot.chain.blocks.block_confirmation import known_at, newest_known
from bot.chain.chain_reader import ChainReader
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.json_rpc import Rpc
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block, ChainId, Timestamp
from tests.chain.nodes import CHAIN, Ask, Node, Spoil, block_of, failing, reader

FINAL = 20


def newest_final(chains: ChainReader) -> Awaitable[Block]:
    return chains.finalized(CHAIN)


def newest_head(chains: ChainReader) -> Awaitable[Block]:
    return newest_known(chains._chain(CHAIN).pool)


@pytest.fixture
def evm() -> Evm:
    evm = Evm(chain_id=CHAIN, unfinal=5)
    evm.mine(25)
    return evm


def claiming(number: int, **other: str) -> Spoil:
    """A node to which block `number` is the newest final one; `other` fields are put over those of every header."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_getBlockByNumber":
            which = payload["params"][0]
            payload = payload | {"params": [hex(number) if which == "finalized" else which, False]}
            answer = await ask(payload)
            return answer | {"result": answer["result"] | other} if answer["result"] else answer
        return await ask(payload)

    return spoil


@pytest.mark.parametrize("lagging", [0, 1, 2])
async def test_one_endpoint_that_is_a_little_behind_or_ahead_does_not_choose_alone(evm: Evm, lagging: int) -> None:
    nodes = [Node(evm) for _ in range(3)]
    nodes[lagging] = Node(evm, claiming(FINAL - 3))
    assert await reader(*nodes).finalized(CHAIN) == block_of(evm, FINAL)
    nodes[lagging] = Node(evm, claiming(FINAL + 4))
    assert await reader(*nodes).finalized(CHAIN) == block_of(evm, FINAL)
    assert await reader(nodes[lagging], Node(evm)).finalized(CHAIN) == block_of(evm, FINAL)


@pytest.mark.parametrize("order", [1, -1])
async def test_endpoints_that_are_far_apart_are_a_contradiction(evm: Evm, order: int) -> None:
    evm.set_next_timestamp(evm.head.header.timestamp + 7_200)
    evm.mine(20)
    nodes = [Node(evm), Node(evm, claiming(FINAL))]
    with pytest.raises(ChainUnavailable) as caught:
        await reader(*nodes[::order]).finalized(CHAIN)
    assert caught.value.fault is ChainFault.DISAGREEMENT
    assert "minutes apart" in caught.value.detail
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("newest", [newest_final, newest_head])
async def test_an_old_block_with_the_time_of_a_new_one_is_a_contradiction(
    evm: Evm, order: int, newest: Callable[[ChainReader], Awaitable[Block]]
) -> None:
    """Or one of two would choose how old the state is that roles, holdings and powers are read from."""
    evm.set_next_timestamp(evm.head.header.timestamp + 7_200)
    evm.mine(10)
    honest = Node(evm)
    named = await honest.rpc.request({"id": 1, "method": "eth_getBlockByNumber", "params": ["finalized", False]})

    async def dated(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if payload["method"] == "eth_getBlockByNumber" and payload["params"][0] in {"finalized", "latest"}:
            return answer | {"result": named["result"] | {"number": "0x2"}}
        return answer

    nodes = [honest, Node(evm, dated)]
    with pytest.raises(ChainUnavailable) as caught:
        await newest(reader(*nodes[::order]))
    assert caught.value.fault is ChainFault.DISAGREEMENT
    assert "older" in caught.value.detail
    assert (await newest(reader(honest, *nodes[::order]))).number > FINAL


@pytest.mark.parametrize("field", ["hash", "parentHash"])
@pytest.mark.parametrize("value", [["x"], "0x" + "zz" * 32, 17, None])
async def test_a_block_by_its_hash_with_a_malformed_field_vouches_for_nothing(evm: Evm, field: str, value: Any) -> None:
    value = orjson.loads("[" * 1_020 + "]" * 1_020) if value == ["x"] else value

    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if isinstance(payload, dict) and payload["method"] == "eth_getBlockByHash" and "result" in answer:
            return answer | {"result": answer["result"] | {field: value}}
        return answer

    with pytest.raises(ChainUnavailable) as caught:
        await reader(Node(evm, spoil)).vouch(block_of(evm, FINAL))
    assert caught.value.fault is ChainFault.BAD_ANSWER


@pytest.mark.parametrize("order", [1, -1])
async def test_another_block_of_the_same_number_is_a_contradiction(evm: Evm, order: int) -> None:
    nodes = [Node(evm), Node(evm, claiming(FINAL, hash="0x" + "ab" * 32))]
    with pytest.raises(ChainUnavailable) as caught:
        await reader(*nodes[::order]).finalized(CHAIN)
    assert caught.value.fault is ChainFault.DISAGREEMENT


async def test_an_endpoint_that_is_down_does_not_keep_the_others_from_serving(evm: Evm) -> None:
    down = Node(evm, failing(503))
    alone: set[ChainId] = set()
    found = await reader(down, Node(evm)).finalized(CHAIN, confirm=Confirmation.WANTED, alone=alone)
    assert (found, alone) == (block_of(evm, FINAL), {CHAIN})
    assert await reader(down, Node(evm), Node(evm)).finalized(CHAIN) == block_of(evm, FINAL)
    with pytest.raises(ChainUnavailable) as caught:
        await reader(down, down).finalized(CHAIN)
    assert caught.value.fault is not ChainFault.DISAGREEMENT


async def test_an_endpoint_that_went_over_to_another_chain_is_not_believed(evm: Evm) -> None:
    strange = Node(evm)
    strange.rpc = Rpc(Evm(chain_id=5))
    found = await reader(strange, Node(evm)).finalized(CHAIN, confirm=Confirmation.WANTED)
    assert found == block_of(evm, FINAL)
    with pytest.raises(ChainUnavailable) as caught:
        await reader(strange, Node(evm)).finalized(CHAIN)
    assert caught.value.fault is ChainFault.WRONG_CHAIN


async def test_the_block_of_a_moment_is_that_of_every_endpoint(evm: Evm) -> None:
    moment = Timestamp(evm.block(10).header.timestamp)
    assert await reader(Node(evm), Node(evm)).finalized_at(CHAIN, moment) == block_of(evm, 10)
    lagging = Node(evm, claiming(8))
    assert (await reader(lagging, Node(evm), Node(evm)).finalized_at(CHAIN, moment)).number == 10
    late = hex(evm.block(30 - 5).header.timestamp)
    lying = Node(evm, claiming(FINAL, timestamp=late))
    with pytest.raises(ChainUnavailable) as caught:
        await reader(lying, Node(evm)).finalized_at(CHAIN, moment)
    assert caught.value.fault is ChainFault.DISAGREEMENT


async def test_the_newest_block_before_a_moment_need_not_be_final_and_is_that_of_every_endpoint(evm: Evm) -> None:
    def asked(*nodes: Node, moment: int) -> Awaitable[Block]:
        chain = reader(*nodes)._chain(CHAIN)
        return known_at(chain.pool, chain.network, Timestamp(moment))

    moment = evm.block(FINAL + 3).header.timestamp
    assert await asked(Node(evm), Node(evm), moment=moment) == block_of(evm, FINAL + 3)
    assert await asked(Node(evm), moment=moment - 1) == block_of(evm, FINAL + 2)
    assert await asked(Node(evm), Node(evm), moment=moment + 10**6) == block_of(evm, evm.head.number)


def telling(timestamp: int) -> Spoil:
    """A node whose newest block is of another time."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if payload["method"] == "eth_getBlockByNumber" and payload["params"][0] == "latest":
            return answer | {"result": answer["result"] | {"timestamp": hex(timestamp)}}
        return answer

    return spoil


@pytest.mark.parametrize("order", [1, -1])
async def test_the_newest_block_is_of_a_time_that_two_endpoints_have_reached(evm: Evm, order: int) -> None:
    true = block_of(evm)
    ahead, behind = Node(evm, telling(true.timestamp + 90_000)), Node(evm, telling(true.timestamp - 90_000))
    assert (await reader(*[Node(evm), ahead][::order]).newest(CHAIN)).timestamp == true.timestamp
    assert (await reader(*[Node(evm), behind][::order]).newest(CHAIN)).timestamp == behind_of(true)
    assert (await reader(*[Node(evm), Node(evm), ahead][::order]).newest(CHAIN)).timestamp == true.timestamp
    assert (await reader(*[Node(evm), Node(evm), behind][::order]).newest(CHAIN)).timestamp == true.timestamp


def behind_of(block: Block) -> int:
    return block.timestamp - 90_000


async def test_the_newest_block_of_one_endpoint_is_confirmed_where_that_is_asked(evm: Evm) -> None:
    chain = reader(Node(evm), Node(evm, failing(503)))
    assert await chain.newest(CHAIN, confirm=Confirmation.WANTED) == block_of(evm)
    with pytest.raises(ChainUnavailable):
        await chain.newest(CHAIN)
    assert await reader(Node(evm)).newest(CHAIN) == block_of(evm)
