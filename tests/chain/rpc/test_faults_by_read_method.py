"""Kinds of trouble times ways of reading: the right answer or a clear fault, never a wrong number or a traceback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from bot.chain.rpc.http_transport import TransportFailed
from bot.chain.rpc.network import MULTICALL3
from bot.domain.power.chain_reads import Answers, Calls, NativeBalances, Read, View
from bot.domain.shared.errors import ChainUnavailable
from bot.domain.shared.types import Block
from tests.chain.nodes import (
    BALANCE_OF,
    CHAIN,
    GET_VOTES,
    Ask,
    Node,
    Scene,
    Spoil,
    balances,
    each,
    error,
    is_mapped,
    reader,
    wallet,
)

FEW, MANY = (1, 2, 7, 30), tuple(range(1, 61))
REFUSALS: dict[str, Any] = {
    "403": TransportFailed(403, "not in your plan"),
    "400": TransportFailed(400, "Bad Request"),
    "404": TransportFailed(404, "<html>the page could not be found</html>"),
    "413": TransportFailed(413, "<html>"),
    "501": TransportFailed(501, ""),
    "502": TransportFailed(502, "<html>Bad gateway</html>"),
    "a reset": TransportFailed(),
    "no answer in time": TransportFailed(late=True),
    "a page": TransportFailed(200, "<html>Welcome</html>"),
    "-32600": (-32600, "invalid request"),
    "-32602": (-32602, "invalid argument 2"),
    "-32000": (-32000, "this we have never said before"),
    "-32005": (-32005, "limit exceeded"),
    "-32097": (-32097, "capability is off"),
    "3": (3, "execution reverted"),
    "no text": (0, ""),
    "a wrong form": "0x1234",
    "null": None,
    "a list": [],
}
"""What a node says to what it does not take."""
MAY_END = {"no answer in time", "null", "a wrong form", "a list"}
"""What may be the end of it: nobody waits twice, and what looks like an answer to everything is none."""


def saying(refusal: Any, payload: Any) -> Any:
    if isinstance(refusal, TransportFailed):
        raise refusal
    if isinstance(refusal, tuple):
        return error(payload, *refusal)
    one = {"jsonrpc": "2.0", "result": refusal}
    return one | {"id": payload["id"]} if isinstance(payload, dict) else [one | {"id": each["id"]} for each in payload]


def kind_of(call: dict[str, Any]) -> str:
    """Name what kind of request it is."""
    if call["method"] != "eth_call":
        return "plain"
    if is_mapped(call):
        return "mapped"
    if "to" not in call["params"][0]:
        return "created"
    return "aggregated" if call["params"][0]["data"].startswith("0x82ad56cb") else "plain"


def refusing(kinds: Sequence[str], refusal: Any, *, first: int | None = None) -> Spoil:
    """A node that does not take these kinds of request, at all or for the `first` so many times."""
    left = first

    async def spoil(payload: Any, ask: Ask) -> Any:
        nonlocal left
        calls = payload if isinstance(payload, list) else [payload]
        found = {kind_of(call) for call in calls}
        if isinstance(payload, list):
            found.add("batch")
        if any("blockHash" in str(call["params"]) for call in calls):
            found.add("hash")
        if any("gas" in call["params"][0] for call in calls if call["method"] == "eth_call"):
            found.add("gas")
        if found & set(kinds) and (left is None or left > 0):
            left = None if left is None else left - 1
            return saying(refusal, payload)
        return await ask(payload)

    return spoil


def reads(scene: Scene, numbers: tuple[int, ...]) -> list[Read]:
    people = tuple(wallet(number) for number in numbers)
    asked = [BALANCE_OF + bytes(12) + bytes.fromhex(who[2:]) for who in people]
    return [
        balances(scene.token, people),
        balances(scene.token, people, GET_VOTES),
        NativeBalances(chain=CHAIN, wallets=people),
        View(chain=CHAIN, target=scene.token, data=bytes.fromhex("18160ddd")),
        Calls(chain=CHAIN, target=scene.token, data=tuple(asked)),
    ]


def truth(scene: Scene, numbers: tuple[int, ...], block: Block) -> list[Answers]:
    held = [number * (10**18 if block is scene.late else 10**18 // 2) if number < 8 else 0 for number in numbers]
    return [
        held,
        [0] * len(numbers),
        [scene.evm.balance(wallet(number), block.number) for number in numbers],
        [28 * (10**18 if block is scene.late else 10**18 // 2)],
        [amount.to_bytes(32, "big") for amount in held],
    ]


async def answer(
    scene: Scene, node: Node, numbers: tuple[int, ...], block: Block | None = None
) -> list[Answers] | None:
    """What comes of reading everything: the answers, or None where the chain cannot be read. In bounded requests."""
    block = block or scene.late
    chain = reader(node)
    async with asyncio.timeout(30):
        try:
            found = await chain.read(reads(scene, numbers), {CHAIN: block})
        except ChainUnavailable:
            assert len(node.seen) < 400
            return None
    assert [list(one) for one in found] == truth(scene, numbers, block)
    return found


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(
    "kinds",
    [("mapped",), ("created",), ("mapped", "created"), ("mapped", "created", "aggregated"), ("batch",), ("hash",)],
    ids="+".join,
)
async def test_a_refused_feature_leads_to_the_next_way_whatever_is_said(
    scene: Scene, kinds: Sequence[str], refusal: str
) -> None:
    told = await answer(scene, Node(scene.evm, refusing(kinds, REFUSALS[refusal])), FEW)
    assert told is not None or refusal in MAY_END


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_node_that_refuses_named_gas_is_asked_without(scene: Scene, refusal: str) -> None:
    told = await answer(scene, Node(scene.evm, refusing(("gas",), REFUSALS[refusal])), FEW)
    assert told is not None or refusal in MAY_END


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("most", [4_000])
@pytest.mark.parametrize("kinds", [(), ("mapped", "created"), ("mapped", "created", "aggregated")], ids="+".join)
async def test_any_failure_of_a_big_request_means_smaller(
    scene: Scene, most: int, kinds: Sequence[str], refusal: str
) -> None:
    inner = refusing(kinds, (-32602, "invalid argument"))

    async def spoil(payload: Any, ask: Ask) -> Any:
        return saying(REFUSALS[refusal], payload) if len(str(payload)) > most else await inner(payload, ask)

    told = await answer(scene, Node(scene.evm, spoil), MANY)
    assert told is not None or refusal in MAY_END


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(
    "kinds", [("mapped",), ("batch",), ("plain",), ("mapped", "created", "aggregated")], ids="+".join
)
@pytest.mark.parametrize("times", [2])
async def test_a_passing_fault_never_becomes_a_number(
    scene: Scene, times: int, kinds: Sequence[str], refusal: str
) -> None:
    node = Node(scene.evm, refusing(kinds, REFUSALS[refusal], first=times))
    await answer(scene, node, FEW)
    node.spoil = None
    assert await answer(scene, node, FEW) is not None


def newest(*kinds: str) -> Spoil:
    """A node that answers these kinds of request from its newest block, whatever block is named."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        if payload["method"] in {"eth_call", "eth_getBalance"} and kind_of(payload) in kinds:
            payload["params"] = ["latest" if at == 1 else one for at, one in enumerate(payload["params"])]
        return await ask(payload)

    return each(spoil)


@pytest.mark.parametrize(
    "refused",
    [
        (),
        ("mapped",),
        ("mapped", "created"),
        ("mapped", "created", "aggregated"),
        ("mapped", "created", "aggregated", "batch"),
    ],
    ids="+".join,
)
@pytest.mark.parametrize(
    "kinds", [("plain",), ("mapped",), ("mapped", "plain"), ("mapped", "created", "aggregated", "plain")], ids="+".join
)
async def test_the_newest_state_is_never_taken_for_an_old_one(
    scene: Scene, kinds: Sequence[str], refused: Sequence[str]
) -> None:
    stale, inner = newest(*kinds), refusing(refused, (-32602, "invalid argument"))

    async def spoil(payload: Any, ask: Ask) -> Any:
        return await inner(payload, lambda one: stale(one, ask))

    await answer(scene, Node(scene.evm, spoil), FEW, scene.early)


async def test_where_nothing_tells_the_time_plain_calls_are_not_taken(scene: Scene) -> None:
    async def timeless(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_call" and (
            kind_of(payload) != "plain" or payload["params"][0]["to"] == MULTICALL3
        ):
            return error(payload, -32602, "invalid argument")
        return await ask(payload)

    with pytest.raises(ChainUnavailable, match="proves"):
        await reader(Node(scene.evm, each(timeless))).read([balances(scene.token, [wallet(1)])], {CHAIN: scene.early})


ODD_IDS: list[Any] = [[], None, True, 1.5, "1", 10**6, {}]


@pytest.mark.parametrize("odd", ODD_IDS, ids=repr)
@pytest.mark.parametrize(
    "kinds",
    [("mapped",), ("plain",), ("created",), ("batch",), ("mapped", "created", "aggregated", "plain", "batch")],
    ids="+".join,
)
async def test_an_answer_with_another_id_is_never_counted(
    scene: Scene, kinds: Sequence[str], odd: float | str | Sequence[object] | Mapping[str, object] | None
) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        told = await ask(payload)
        if isinstance(told, list):
            if "batch" in kinds:
                told[-1]["id"] = odd
        elif kind_of(payload) in kinds:
            told["id"] = odd
        return told

    await answer(scene, Node(scene.evm, spoil), FEW)


CHANGED: dict[str, Callable[[str], Any]] = {
    "null": lambda result: None,
    "list": lambda result: [],
    "object": lambda result: {},
    "true": lambda result: True,
    "number": lambda result: 7,
    "empty": lambda result: "",
    "nothing": lambda result: "0x",
    "a digit less": lambda result: result[:-1],
    "a byte less": lambda result: result[:-2],
    "a byte more": lambda result: result + "00",
    "a word less": lambda result: result[:-64],
    "half": lambda result: result[: 2 + (len(result) - 2) // 4 * 2],
    "not hexadecimal": lambda result: result[:-1] + "g",
    "blanks": lambda result: result[:4] + " " + result[4:],
    "another prefix": lambda result: "0y" + result[2:],
}


@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.parametrize("method", ["eth_call", "eth_getBalance", "eth_getBlockByNumber", "eth_chainId", "eth_getCode"])
@pytest.mark.parametrize(
    "kinds", [("mapped",), ("mapped", "created"), ("mapped", "created", "aggregated")], ids="+".join
)
async def test_a_result_of_another_form_is_never_a_traceback_nor_a_wrong_number(
    scene: Scene, kinds: Sequence[str], method: str, change: str
) -> None:
    """A word cut short, by which a wallet has nothing, is known as unknown: then it is no number."""
    inner = refusing(kinds, (-32602, "invalid argument"))

    async def spoil(payload: Any, ask: Ask) -> Any:
        told = await inner(payload, ask)
        if payload["method"] == method and isinstance(told.get("result"), str):
            told["result"] = CHANGED[change](told["result"])
        return told

    chain = reader(Node(scene.evm, each(spoil)))
    try:
        found = await chain.read(reads(scene, FEW), {CHAIN: scene.late})
    except ChainUnavailable:
        return
    for answers, right in zip(found, truth(scene, FEW, scene.late), strict=True):
        for said, true in zip(answers, right, strict=True):
            assert (
                said in (None, true)
                or (isinstance(said, bytes) and said[:32] == true)
                or change in {"a byte less", "a word less", "half", "a digit less"}
            )
