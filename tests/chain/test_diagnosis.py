"""What a vote needs of an endpoint is tried, and what is amiss is named for what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.chain.diagnosis.endpoint_diagnosis import diagnose
from bot.chain.diagnosis.endpoint_differences import Difference, differences
from bot.chain.diagnosis.findings import Finding, Question
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.network import Network
from bot.demo.chain.embedded_evm import Evm
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Timestamp
from tests.chain.nodes import CHAIN, Ask, Node, Patience, Scene, Spoil, error, failing, refusing

NETWORK = Network(id=CHAIN, name="Testnet", rpc_urls=("https://node.example/secret-key",))
ALL = list(Question)


def endpoint(node: Node, number: int = 2) -> Endpoint:
    return Endpoint(number, CHAIN, node, patient=False, sleep=Patience())


async def findings(node: Node, *, later: int = 30, network: Network = NETWORK) -> list[Finding]:
    now = Timestamp(node.rpc.evm.head.header.timestamp + later)
    answers = await diagnose(endpoint(node), network, now)
    assert all(one.endpoint == 2 and one.detail and "secret" not in one.detail for one in answers)
    return answers


async def amiss(node: Node, **fields: Any) -> list[tuple[Question, ChainFault, bool]]:
    return [(one.question, one.fault, one.served) for one in await findings(node, **fields) if one.fault]


def where(matches: Callable[[Any], bool], code: int = -32000, message: str = "no") -> Spoil:
    """Refuse requests that match."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        return (
            error(payload, code, message) if not isinstance(payload, list) and matches(payload) else await ask(payload)
        )

    return spoil


def method(name: str) -> Callable[[Any], bool]:
    return lambda payload: payload["method"] == name


def _wide(payload: Any) -> bool:
    if payload["method"] != "eth_getLogs":
        return False
    asked = payload["params"][0]
    return int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) > 5


async def _no_batches(payload: Any, ask: Ask) -> Any:
    if isinstance(payload, list):
        return error({"id": None}, -32600, "batches are not allowed")
    return await ask(payload)


async def _state_of_now(payload: Any, ask: Ask) -> Any:
    if not isinstance(payload, list) and payload["method"] == "eth_call":
        payload = payload | {"params": [payload["params"][0], "latest", *payload["params"][2:]]}
    return await ask(payload)


async def test_a_good_endpoint_is_well_in_every_question(scene: Scene) -> None:
    assert [(one.question, one.fault) for one in await findings(Node(scene.evm))] == [(one, None) for one in Question]


@pytest.mark.parametrize(
    ("node", "question", "fault"),
    [
        (lambda evm: Node(evm, failing(None)), Question.CHAIN_ID, ChainFault.UNREACHABLE),
        (lambda evm: Node(evm, failing(401)), Question.CHAIN_ID, ChainFault.UNAUTHORIZED),
        (lambda _: Node(Evm(chain_id=5)), Question.CHAIN_ID, ChainFault.WRONG_CHAIN),
        (
            lambda evm: Node(evm, refusing(-32000, "finalized block not found", method="eth_getBlockByNumber")),
            Question.FINALITY,
            ChainFault.NO_FINALITY,
        ),
    ],
)
async def test_nothing_is_asked_of_who_does_not_know_the_chain_or_a_final_block(
    scene: Scene, node: Callable[[Evm], Node], question: Question, fault: ChainFault
) -> None:
    found = await findings(node(scene.evm))
    assert (found[-1].question, found[-1].fault) == (question, fault)
    assert all(earlier.fault is None for earlier in found[:-1])


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (
            where(method("eth_getBalance"), -32000, "missing trie node"),
            (Question.ARCHIVE, ChainFault.NEEDS_ARCHIVE, False),
        ),
        (where(method("eth_getCode")), (Question.CODE, ChainFault.BAD_ANSWER, False)),
        (where(method("eth_call"), -32601), (Question.CALLS, ChainFault.BAD_ANSWER, False)),
        (
            where(lambda one: one["method"] == "eth_call" and "gas" in one["params"][0]),
            (Question.GAS, ChainFault.BAD_ANSWER, True),
        ),
        (where(method("eth_getLogs"), -32601), (Question.EVENTS, ChainFault.BAD_ANSWER, True)),
        (where(_wide, -32005, "limit exceeded"), (Question.EVENTS, ChainFault.TOO_LARGE, True)),
        (_no_batches, (Question.BATCHES, ChainFault.BAD_ANSWER, True)),
        (_state_of_now, (Question.ARCHIVE, ChainFault.NEEDS_ARCHIVE, False)),
        (where(method("eth_getBlockByHash"), -32601), (Question.BY_HASH, ChainFault.BAD_ANSWER, False)),
        (
            where(lambda one: any(isinstance(param, dict) and "blockHash" in param for param in one["params"])),
            (Question.BY_HASH, ChainFault.BAD_ANSWER, True),
        ),
    ],
)
async def test_what_a_vote_needs_and_does_not_get_is_found(
    scene: Scene, spoil: Spoil, expected: tuple[Question, ChainFault, bool]
) -> None:
    network = Network(id=CHAIN, name="Testnet", rpc_urls=NETWORK.rpc_urls, block_time=30 * 86_400 / 3)
    assert expected in await amiss(Node(scene.evm, spoil), network=network)


async def test_who_serves_no_calls_is_not_asked_for_gas_or_balances(scene: Scene) -> None:
    found = await findings(Node(scene.evm, where(method("eth_call"), -32601)))
    assert not {Question.GAS, Question.BALANCES} & {one.question for one in found}


async def test_votes_are_slow_where_nothing_takes_many_wallets(scene: Scene) -> None:
    node = Node(scene.evm, where(method("eth_call")), state_override=False)
    node.spoil = where(
        lambda one: one["method"] == "eth_call" and one["params"][0].get("data", "0x")[:10] != "0x0f28c97d"
    )
    assert (Question.BALANCES, ChainFault.BAD_ANSWER, True) in await amiss(node)
    assert Question.BALANCES not in [question for question, *_ in await amiss(Node(scene.evm, state_override=False))]


@pytest.mark.parametrize(
    ("later", "fault"),
    [
        (3 * 86_400, ChainFault.LAGGING),
        (700, ChainFault.LAGGING),
        (500, None),
        (-50, None),
        (-90, ChainFault.BAD_ANSWER),
    ],
)
async def test_blocks_that_are_old_or_ahead_of_the_clock_are_found(
    scene: Scene, later: int, fault: ChainFault | None
) -> None:
    found = await amiss(Node(scene.evm), later=later)
    assert found == ([] if fault is None else [(Question.AGE, fault, False)])


async def test_a_newest_final_block_of_hours_ago_is_found_where_the_newest_is_young() -> None:
    evm = Evm(unfinal=1)
    evm.set_next_timestamp(evm.head.header.timestamp + 3 * 3_600)
    evm.mine()
    (found,) = [one for one in await findings(Node(evm)) if one.fault]
    assert (found.question, found.fault) == (Question.AGE, ChainFault.NO_FINALITY)
    assert found.detail == "its newest final block is 3 hours old"
    assert await amiss(Node(evm), network=replace(NETWORK, max_final_age=4 * 3_600)) == []


async def test_endpoints_that_tell_the_same_do_not_differ(scene: Scene) -> None:
    number, found = await differences([endpoint(Node(scene.evm), place) for place in (1, 2, 3)], NETWORK)
    assert (number, found) == (scene.evm.finalized.number, [])


@pytest.mark.parametrize(("field", "what"), [("hash", "hash"), ("timestamp", "time"), (None, "balance")])
async def test_what_endpoints_tell_differently_is_named(scene: Scene, field: str | None, what: str) -> None:
    async def lie(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        if field is None and payload["method"] == "eth_getBalance":
            return answer | {"result": "0x123456"}
        if field and payload["method"] == "eth_getBlockByNumber":
            return answer | {"result": answer["result"] | {field: "0x" + "12" * (32 if field == "hash" else 4)}}
        return answer

    nodes = [Node(scene.evm), Node(scene.evm), Node(scene.evm, lie)]
    _, found = await differences([endpoint(node, place) for place, node in enumerate(nodes, start=1)], NETWORK)
    assert found == [Difference(endpoints=(1, 3), what=what)]


async def test_an_endpoint_that_does_not_serve_is_not_compared(scene: Scene) -> None:
    nodes = [Node(scene.evm), Node(scene.evm, failing(None)), Node(Evm(chain_id=5))]
    assert await differences([endpoint(node, place) for place, node in enumerate(nodes)], NETWORK) == (None, [])
