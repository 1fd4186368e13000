"""Any calls in bulk: every way says what plain calls say, and no call's failure is another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.chain.batch.batch_reader import BatchReader
from bot.chain.batch.contract_calls import Caller, aggregated, alone
from bot.chain.rpc.rpc_faults import NoContract
from bot.domain.power.chain_reads import Calls
from tests.chain.nodes import (
    BALANCE_OF,
    CHAIN,
    GET_VOTES,
    Ask,
    Node,
    Scene,
    endpoint_of,
    error,
    place_of,
    reader,
    wallet,
)

TEN = 10**18
ASKED = [
    *(BALANCE_OF + bytes(12) + bytes.fromhex(wallet(number)[2:]) for number in (1, 5, 30)),
    bytes.fromhex("95d89b41"),  # symbol(): several words
    bytes.fromhex("deadbeef"),  # no such function
    GET_VOTES + bytes(12) + bytes.fromhex(wallet(2)[2:]),
    bytes.fromhex("313ce567"),  # decimals()
]


def caller(node: Node) -> Caller:
    endpoint = endpoint_of(node)
    return Caller(endpoint, BatchReader(endpoint))


def numbers(answers: Sequence[bytes | None]) -> list[int | None]:
    return [None if answer is None else int.from_bytes(answer[:32], "big") for answer in answers]


async def test_every_way_says_what_plain_calls_say(scene: Scene) -> None:
    node = Node(scene.evm)
    truth = await alone(endpoint_of(node), place_of(scene.late), scene.token, ASKED)
    assert numbers(truth)[:3] == [TEN, 5 * TEN, 0]
    assert truth[4] is None
    assert truth[3] is not None
    assert len(truth[3]) == 96
    assert await aggregated(endpoint_of(node), place_of(scene.late), scene.token, ASKED) == truth
    assert await caller(node).ask(scene.token, ASKED, place_of(scene.late)) == truth


async def test_it_reads_the_block_asked_for(scene: Scene) -> None:
    for block, amount in ((scene.early, TEN // 2), (scene.late, TEN)):
        assert numbers(await caller(Node(scene.evm)).ask(scene.token, ASKED[:1], place_of(block))) == [amount]


async def test_many_calls_take_few_requests_and_come_back_in_order(scene: Scene) -> None:
    node = Node(scene.evm)
    asked = [BALANCE_OF + bytes(12) + bytes.fromhex(wallet(number % 8)[2:]) for number in range(1_001)]
    answers = await caller(node).ask(scene.token, asked, place_of(scene.late))
    assert numbers(answers) == [(number % 8) * TEN for number in range(1_001)]
    assert len(node.seen) <= 12


@pytest.mark.parametrize(
    ("code", "message"), [(-32003, "response too large"), (-32000, "no"), (-32005, "limit exceeded")]
)
async def test_requests_shrink_where_the_node_wants_less_whatever_it_says(
    scene: Scene, code: int, message: str
) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if len(str(payload)) > 20_000:
            return error(payload, code, message)
        return await ask(payload)

    asked = [BALANCE_OF + bytes(12) + bytes.fromhex(wallet(number % 8)[2:]) for number in range(300)]
    answers = await caller(Node(scene.evm, spoil)).ask(scene.token, asked, place_of(scene.late))
    assert numbers(answers) == [(number % 8) * TEN for number in range(300)]


async def test_where_no_contract_stands_nothing_is_answered_by_nothing(scene: Scene) -> None:
    with pytest.raises(NoContract):
        await caller(Node(scene.evm)).ask(wallet(77), ASKED, place_of(scene.late))


async def test_a_node_that_lies_in_bulk_is_asked_plainly(scene: Scene) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if isinstance(payload, dict) and len(str(payload.get("params"))) > 1_500:
            answer["result"] = answer["result"][:-64] + "f" * 64
        return answer

    asked = [*ASKED[:4], ASKED[6]]
    answers = await caller(Node(scene.evm, spoil)).ask(scene.token, asked, place_of(scene.late))
    assert numbers(answers)[:3] == [TEN, 5 * TEN, 0]
    assert numbers(answers)[4] == 18


async def test_a_node_without_multicall_is_asked_plainly(scene: Scene) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, dict) and "82ad56cb" in str(payload["params"]):
            return error(payload, 3, "execution reverted")
        return await ask(payload)

    answers = await caller(Node(scene.evm, spoil)).ask(scene.token, ASKED, place_of(scene.late))
    assert numbers(answers)[:3] == [TEN, 5 * TEN, 0]


async def test_the_reader_answers_them_along_with_the_rest(scene: Scene) -> None:
    read = Calls(chain=CHAIN, target=scene.token, data=tuple(ASKED[:2]))
    ((one, five),) = await reader(Node(scene.evm)).read([read], {CHAIN: scene.late})
    assert numbers([one, five]) == [TEN, 5 * TEN]
