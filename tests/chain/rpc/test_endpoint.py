from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.chain.concurrency import gather_all
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.json_rpc import Rpc
from bot.domain.shared.errors import ChainFault
from tests.chain.nodes import CHAIN, Ask, Node, Patience, Scene, Spoil, block_of, error, failing, refusing

HEAD: tuple[str, tuple[()]] = ("eth_blockNumber", ())
ID: tuple[str, tuple[()]] = ("eth_chainId", ())


def endpoint_of(node: Node, sleep: Patience | None = None, **options: bool) -> Endpoint:
    return Endpoint(1, CHAIN, node, sleep=sleep or Patience(), **options)


async def test_answers_of_a_batch_are_matched_by_id_whatever_their_order(scene: Scene) -> None:
    async def swapped(payload: Any, ask: Ask) -> Any:
        return (await ask(payload))[::-1]

    endpoint = endpoint_of(Node(scene.evm, swapped))
    assert await endpoint.batch([HEAD, ID]) == [hex(scene.evm.head.number), hex(CHAIN)]


@pytest.mark.parametrize("keep", [0, 1])
async def test_a_batch_with_an_answer_missing_is_a_bad_answer(scene: Scene, keep: int) -> None:
    async def cut(payload: Any, ask: Ask) -> Any:
        return (await ask(payload))[:keep]

    with pytest.raises(NodeFault) as caught:
        await endpoint_of(Node(scene.evm, cut)).batch([HEAD, ID])
    assert caught.value.kind is ChainFault.BAD_ANSWER


async def test_a_batch_with_one_answer_twice_is_a_bad_answer(scene: Scene) -> None:
    async def twice(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        return [answer[0], answer[0]]

    with pytest.raises(NodeFault) as caught:
        await endpoint_of(Node(scene.evm, twice)).batch([HEAD, ID])
    assert caught.value.kind is ChainFault.BAD_ANSWER


async def test_a_call_that_fails_within_a_batch_leaves_the_others(scene: Scene) -> None:
    first, second = await endpoint_of(Node(scene.evm)).batch([("eth_nonsense", ()), ID])
    assert isinstance(first, CallFailed)
    assert second == hex(CHAIN)


@pytest.mark.parametrize("answer", [{}, {"jsonrpc": "2.0", "id": 1}, [], ["0x1"], {"result": None, "error": "no"}])
async def test_an_answer_without_a_result_is_no_answer(scene: Scene, answer: Any) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        return answer

    with pytest.raises((NodeFault, CallFailed)):
        await endpoint_of(Node(scene.evm, spoil)).call("eth_blockNumber")


@pytest.mark.parametrize(
    "limit", [failing(429, times=3), refusing(-32005, "rate limited", times=3, method="eth_chainId")]
)
async def test_it_waits_longer_each_time_when_asked_for_fewer_requests(scene: Scene, limit: Spoil) -> None:
    sleep = Patience()
    assert await endpoint_of(Node(scene.evm, limit), sleep).call("eth_chainId") == hex(CHAIN)
    assert len(sleep.waits) == 3
    assert sleep.waits[0] < sleep.waits[1] < sleep.waits[2]


async def test_it_heeds_how_long_to_wait_but_not_for_ever(scene: Scene) -> None:
    sleep = Patience()
    node = Node(scene.evm, failing(429, retry_after=2.0, times=1))
    await endpoint_of(node, sleep).call("eth_chainId")
    node.spoil = failing(429, retry_after=86_400.0, times=1)
    await endpoint_of(node, sleep).call("eth_chainId")
    assert 1.5 <= sleep.waits[0] <= 2.5
    assert sleep.waits[1] <= 5.0


async def test_it_gives_up_in_the_end(scene: Scene) -> None:
    sleep, node = Patience(), Node(scene.evm, failing(429))
    with pytest.raises(NodeFault) as caught:
        await endpoint_of(node, sleep).call("eth_chainId")
    assert caught.value.kind is ChainFault.RATE_LIMITED
    assert (len(node.seen), len(sleep.waits)) == (5, 4)


async def test_an_impatient_endpoint_gives_up_at_once(scene: Scene) -> None:
    sleep, node = Patience(), Node(scene.evm, failing(429))
    with pytest.raises(NodeFault):
        await endpoint_of(node, sleep, patient=False).call("eth_chainId")
    assert (len(node.seen), sleep.waits) == (1, [])


async def test_it_is_verified_now_and_then_and_never_speaks_for_another_chain(scene: Scene) -> None:
    node = Node(scene.evm)
    endpoint = endpoint_of(node)
    await endpoint.verify()
    await endpoint.verify()
    assert node.count("eth_chainId") == 1
    impatient = Endpoint(1, CHAIN, node, verified_for=0)
    await impatient.verify()
    node.rpc = Rpc(Evm(chain_id=5))
    with pytest.raises(NodeFault):
        await impatient.verify()
    with pytest.raises(NodeFault) as caught:
        await endpoint_of(Node(Evm(chain_id=5))).verify()
    assert caught.value.kind is ChainFault.WRONG_CHAIN


async def test_a_block_is_named_by_its_hash_where_the_node_takes_it(scene: Scene) -> None:
    node = Node(scene.evm)
    endpoint = endpoint_of(node)
    for block in (scene.early, scene.late):
        assert await endpoint.pin(block) == {"blockHash": block.hash, "requireCanonical": True}
        await endpoint.still(block)
    assert len(node.seen) == 1


def by_number_only() -> Spoil:
    """A node of before EIP-1898."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        if any(isinstance(one, dict) and "blockHash" in one for one in payload["params"]):
            return error(payload, -32602, "invalid argument 1: json: cannot unmarshal object into Go value")
        return await ask(payload)

    return spoil


async def test_a_block_is_named_by_number_elsewhere_and_its_header_compared_each_time(scene: Scene) -> None:
    node = Node(scene.evm, by_number_only())
    endpoint = endpoint_of(node)
    for reads in (1, 2):
        assert await endpoint.pin(scene.late) == hex(scene.late.number)
        await endpoint.still(scene.late)
        assert node.count("eth_getBlockByNumber") == 2 * reads
    assert node.count("eth_getBalance") == 1


async def test_by_number_another_block_at_that_height_is_found_out(scene: Scene) -> None:
    fork = Evm(chain_id=CHAIN)
    fork.mine(scene.late.number + 3)
    endpoint = endpoint_of(Node(fork, by_number_only()))
    for check in (endpoint.pin, endpoint.still):
        with pytest.raises(NodeFault) as caught:
            await check(scene.late)
        assert caught.value.kind is ChainFault.LAGGING


@pytest.mark.parametrize("spoil", [None, by_number_only()])
async def test_a_node_without_the_block_is_lagging(scene: Scene, spoil: Spoil | None) -> None:
    young = Evm(chain_id=CHAIN)
    with pytest.raises(NodeFault) as caught:
        await endpoint_of(Node(young, spoil)).pin(scene.late)
    assert caught.value.kind is ChainFault.LAGGING


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("missing trie node", ChainFault.NEEDS_ARCHIVE),
        ("old data not available due to pruning", ChainFault.NEEDS_ARCHIVE),
        ("No state available for block 0x12ab", ChainFault.NEEDS_ARCHIVE),
    ],
)
async def test_a_fault_does_not_teach_it_that_hashes_are_not_taken(scene: Scene, said: str, kind: ChainFault) -> None:
    node = Node(scene.evm, refusing(-32000, said, method="eth_getBalance", times=1))
    endpoint = endpoint_of(node)
    with pytest.raises(NodeFault) as caught:
        await endpoint.pin(scene.late)
    assert caught.value.kind is kind
    assert await endpoint.pin(scene.late) == {"blockHash": scene.late.hash, "requireCanonical": True}


@pytest.mark.parametrize(
    "header", [{}, {"number": "0x1"}, "0x1", {"number": "0x1", "hash": "0x12", "timestamp": "0x1"}]
)
async def test_a_header_that_is_none_is_a_bad_answer(scene: Scene, header: str | Mapping[str, str]) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        return {"jsonrpc": "2.0", "id": payload["id"], "result": header}

    with pytest.raises(NodeFault) as caught:
        await endpoint_of(Node(scene.evm, spoil)).header("0x1")
    assert caught.value.kind is ChainFault.BAD_ANSWER


async def test_at_most_eight_requests_are_under_way(scene: Scene) -> None:
    under_way, most = 0, 0

    async def slow(payload: Any, ask: Ask) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        under_way -= 1
        return await ask(payload)

    endpoint = endpoint_of(Node(scene.evm, slow))
    await gather_all(endpoint.call("eth_chainId") for _ in range(40))
    assert most == 8


async def test_it_is_known_by_its_number_only(scene: Scene) -> None:
    assert repr(endpoint_of(Node(scene.evm))) == "Endpoint(1, chain 31337)"
    assert block_of(scene.evm).chain == CHAIN
