from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.chain.batch.batch_query import BatchQuery
from bot.chain.batch.batch_reader import BatchReader
from bot.chain.batch.read_methods import Aggregated, Created, Mapped, Plain
from bot.chain.concurrency import gather_all
from bot.chain.rpc.network import MULTICALL3
from bot.chain.rpc.rpc_faults import NoContract, NodeFault
from bot.demo.chain.embedded_evm import Evm
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, Block
from tests.chain.nodes import (
    BALANCE_OF,
    CHAIN,
    OWNER,
    Ask,
    Node,
    Scene,
    Spoil,
    balance_of,
    block_of,
    endpoint_of,
    error,
    is_mapped,
    place_of,
    wallet,
)

READ_METHODS = [Mapped(), Created(), Aggregated(), Plain()]


def number(of: int) -> Address:
    return Address(f"0x{of:040x}")


def name_of(read_method: Mapped | Created | Aggregated | Plain) -> str:
    return type(read_method).__name__.lower()


async def plainly(node: Node, question: BatchQuery, wallets: Sequence[Address], block: Block) -> list[int | None]:
    """What one plain call after another says: the truth for all read methods."""
    answers = []
    for who in wallets:
        where = {"blockHash": block.hash}
        if question.target is None:
            call = {"method": "eth_getBalance", "params": [who, where]}
        else:
            data = "0x" + question.selector.hex() + "00" * 12 + who[2:] + question.tail.hex()
            call = {"method": "eth_call", "params": [{"to": question.target, "data": data}, where]}
        answer = await node.rpc.request({"jsonrpc": "2.0", "id": 1, **call})
        result = answer.get("result", "0x")
        enough = question.target is None or len(result) >= 66
        answers.append(int(result[: 66 if question.target else None], 16) if enough else None)
    return answers


@pytest.mark.parametrize("read_method", READ_METHODS, ids=lambda read_method: type(read_method).__name__)
@pytest.mark.parametrize("about", ["token", "hostile", "coin"])
async def test_every_read_method_says_what_plain_calls_say_wallet_by_wallet(
    scene: Scene, read_method: Mapped | Created | Aggregated | Plain, about: str
) -> None:
    node = Node(scene.evm)
    target = {"token": scene.token, "hostile": scene.hostile, "coin": None}[about]
    question = BatchQuery(target=target, selector=BALANCE_OF) if target else BatchQuery()
    wallets = [wallet(number) for number in (1, 2, 4, 5, 6, 7, 7, 30, 31, 0, 2)]
    truth = await plainly(node, question, wallets, scene.early)
    assert len(set(truth)) > 2
    batch_reader = BatchReader(endpoint_of(node), (read_method,))
    assert await batch_reader.ask(question, wallets, place_of(scene.early)) == truth
    assert batch_reader.proven_method(question.target, question.selector) == name_of(read_method)


@pytest.mark.parametrize("read_method", READ_METHODS, ids=lambda read_method: type(read_method).__name__)
async def test_every_read_method_reads_the_block_asked_for_and_no_other(
    scene: Scene, read_method: Mapped | Created | Aggregated | Plain
) -> None:
    batch_reader = BatchReader(endpoint_of(Node(scene.evm)), (read_method,))
    for block, tokens in ((scene.early, 10**18 // 2), (scene.late, 10**18)):
        answers = await batch_reader.ask(balance_of(scene.token), scene.wallets[:8], place_of(block))
        assert answers == [n * tokens for n in range(1, 8)] + [0]


def without(*kinds: str) -> Spoil:
    """A node that does not take some kinds of requests."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, list):
            if "batch" in kinds:
                return error(payload, -32600, "batches are not supported")
            return [await spoil(one, ask) for one in payload]
        kind = payload["method"]
        if kind == "eth_call":
            first = payload["params"][0]
            kind = "mapped" if is_mapped(payload) else "created" if "to" not in first else "plain"
            if first.get("to") == MULTICALL3:
                kind = "aggregated" if first["data"].startswith("0x82ad56cb") else "multicall"
        if kind in kinds:
            return error(payload, -32602, "invalid argument")
        return await ask(payload)

    return spoil


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ((), "mapped"),
        (("mapped",), "created"),
        (("mapped", "created"), "aggregated"),
        (("mapped", "created", "aggregated"), "plain"),
        (("mapped", "created", "aggregated", "batch"), "plain"),
    ],
)
async def test_the_batch_reader_goes_down_to_what_the_node_takes_and_stays_there(
    scene: Scene, missing: Sequence[str], left: str
) -> None:
    node = Node(scene.evm, without(*missing))
    batch_reader, place = BatchReader(endpoint_of(node)), place_of(scene.late)
    for _ in range(2):
        for question in (balance_of(scene.token), BatchQuery()):
            answers = await batch_reader.ask(question, scene.wallets[:5], place)
            assert answers == await plainly(node, question, scene.wallets[:5], scene.late)
            assert batch_reader.proven_method(question.target, question.selector) == left
    node.seen.clear()
    await batch_reader.ask(balance_of(scene.token), scene.wallets[:5], place)
    assert len(node.seen) == (7 if "batch" in missing else 1)  # the time, before and after


async def test_a_read_method_that_lies_is_not_trusted(scene: Scene) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if is_mapped(payload):
            answer["result"] = answer["result"][:-1] + "7"
        return answer

    batch_reader = BatchReader(endpoint_of(Node(scene.evm, spoil)))
    answers = await batch_reader.ask(balance_of(scene.token), [wallet(7)], place_of(scene.late))
    assert answers == [7 * 10**18]
    assert batch_reader.proven_method(scene.token, BALANCE_OF) == "created"


@pytest.mark.parametrize("cut", [0, 2, 66, -2, -66])
async def test_a_read_method_that_answers_in_another_form_is_not_trusted(scene: Scene, cut: int) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if is_mapped(payload):
            answer["result"] = answer["result"][:cut] if cut else None
        return answer

    batch_reader = BatchReader(endpoint_of(Node(scene.evm, spoil)))
    assert await batch_reader.ask(balance_of(scene.token), [wallet(7)], place_of(scene.late)) == [7 * 10**18]
    assert batch_reader.proven_method(scene.token, BALANCE_OF) == "created"


async def test_a_trusted_read_method_that_changes_is_forgotten_and_proved_anew(scene: Scene) -> None:
    node = Node(scene.evm)
    batch_reader, place = BatchReader(endpoint_of(node)), place_of(scene.late)
    await batch_reader.ask(balance_of(scene.token), scene.wallets, place)
    node.spoil = without("mapped")
    assert (await batch_reader.ask(balance_of(scene.token), scene.wallets, place))[6] == 7 * 10**18
    assert batch_reader.proven_method(scene.token, BALANCE_OF) == "created"


@pytest.mark.parametrize(
    "read_method", [Mapped(), Created(), Aggregated()], ids=lambda read_method: type(read_method).__name__
)
async def test_an_answer_from_another_block_is_found_out(
    scene: Scene, read_method: Mapped | Created | Aggregated
) -> None:
    """The node ignores which block is asked for, as some do that lack it."""

    async def latest(payload: Any, ask: Ask) -> Any:
        call = payload if isinstance(payload, dict) else payload[0]
        if call["method"] == "eth_call":
            call["params"] = [call["params"][0], "latest", *call["params"][2:]]
        return await ask(payload)

    batch_reader = BatchReader(endpoint_of(Node(scene.evm, latest)), (read_method, Plain()))
    with pytest.raises(NodeFault) as caught:
        await batch_reader.ask(balance_of(scene.token), scene.wallets, place_of(scene.early))
    assert caught.value.kind is ChainFault.LAGGING


async def test_a_failure_inside_aggregate3_is_asked_again_plainly(scene: Scene) -> None:
    """There a call may fail because the calls before it left too little gas."""
    node = Node(scene.evm)
    batch_reader = BatchReader(endpoint_of(node), (Aggregated(),))
    wallets = [wallet(1), wallet(2), wallet(4), wallet(1), wallet(7)]
    assert await batch_reader.ask(balance_of(scene.hostile), wallets, place_of(scene.early)) == [
        10**18,
        None,
        None,
        10**18,
        0,
    ]
    batches = [payload for payload in node.seen if isinstance(payload, list)]
    asked = [call["params"][0]["data"][-40:] for call in batches[-1] if call["params"][0]["to"] == scene.hostile]
    assert set(asked) >= {wallet(number)[2:] for number in (2, 4, 7)}  # what failed, and who has nothing


async def test_no_contract_at_the_block_is_said_and_never_zero(scene: Scene) -> None:
    batch_reader = BatchReader(endpoint_of(Node(scene.evm)))
    nowhere = Address("0x" + "77" * 20)
    with pytest.raises(NoContract) as caught:
        await batch_reader.ask(balance_of(nowhere), scene.wallets, place_of(scene.late))
    assert (caught.value.target, caught.value.kind) == (nowhere, ChainFault.BAD_ANSWER)
    await batch_reader.ask(balance_of(scene.token), scene.wallets, place_of(scene.late))
    with pytest.raises(NoContract):
        await batch_reader.ask(balance_of(nowhere), scene.wallets, place_of(scene.late))


async def test_a_contract_that_answers_nobody_gives_unknown(scene: Scene) -> None:
    batch_reader = BatchReader(endpoint_of(Node(scene.evm)))
    silent = BatchQuery(target=scene.token, selector=bytes.fromhex("deadbeef"))
    assert await batch_reader.ask(silent, scene.wallets[:4], place_of(scene.late)) == [None] * 4
    assert batch_reader.proven_method(scene.token, silent.selector) is None  # agreement on nothing proves nothing


@pytest.mark.parametrize(("missing", "requests"), [((), 2), (("mapped",), 4), (("mapped", "created"), 4)], ids=str)
async def test_of_one_wallet_no_way_is_tried_before_the_first_has_failed(
    scene: Scene, missing: Sequence[str], requests: int
) -> None:
    """Each costs a connection: a member who waits for one wallet needs the first way and what it is held against."""
    node = Node(scene.evm, without(*missing))
    batch_reader = BatchReader(endpoint_of(node))
    assert await batch_reader.ask(balance_of(scene.token), [wallet(7)], place_of(scene.late)) == [7 * 10**18]
    assert len(node.seen) == requests


async def test_many_questions_at_once_prove_the_read_method_once(scene: Scene) -> None:
    node = Node(scene.evm)
    batch_reader, place = BatchReader(endpoint_of(node)), place_of(scene.late)
    await gather_all(batch_reader.ask(balance_of(scene.token), scene.wallets, place) for _ in range(6))
    assert (
        len(node.seen) == 1 + 3 + 5
    )  # a sample plainly along with the first read, whose read methods are tried; the reads


HELD = "6004356009026000526020" + "6000f3"  # nine times the wallet's number
SHY = "3315600f57" + "60006000526020" + "6000f3" + "5b" + HELD  # nothing, unless nobody calls
JEALOUS = "33156008575f5ffd5b" + HELD  # reverts, unless nobody calls
HUNGRY = "624c4b405a116013" + "57" + "60006000526020" + "6000f3" + "5b" + HELD  # nothing, below 5 M gas


def put(evm: Evm, runtime: str) -> Address:
    """A contract of this code."""
    size = len(runtime) // 2
    creation = bytes.fromhex(f"60{size:02x}600b5f3960{size:02x}5ff3".ljust(22, "0") + runtime)
    created = evm.send_raw(evm.sign(OWNER, None, creation)).created
    assert created is not None
    return created


@pytest.mark.parametrize("first", [(), (0, 0, 0)], ids=["alone", "behind zeros"])
@pytest.mark.parametrize("missing", [(), ("mapped",), ("mapped", "created"), ("mapped", "created", "aggregated")])
@pytest.mark.parametrize("code", [SHY, JEALOUS, HUNGRY], ids=["by caller", "reverts by caller", "by gas"])
async def test_a_contract_that_answers_by_who_calls_or_by_gas_says_what_it_says_in_a_plain_call(
    code: str, missing: Sequence[str], first: Sequence[int]
) -> None:
    evm = Evm(chain_id=CHAIN)
    odd, plain = put(evm, code), put(evm, HELD)
    batch_reader, place = BatchReader(endpoint_of(Node(evm, without(*missing)))), place_of(block_of(evm))
    wallets = [*map(number, (*first, *range(12), *first))]
    truth = [int(who, 16) * 9 for who in wallets]
    for target in (plain, odd, plain, odd):
        assert await batch_reader.ask(balance_of(target), wallets, place) == truth
