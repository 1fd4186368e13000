from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.power import evaluate, parse_strategies
from bot.domain.power.chain_reads import NativeBalances, Read, View
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput
from bot.domain.shared.types import Address, Block, ChainId, Timestamp
from bot.domain.treasury.campaigns import Holding
from tests.chain.nodes import (
    CHAIN,
    GET_VOTES,
    Ask,
    Node,
    Scene,
    balances,
    each,
    error,
    failing,
    is_mapped,
    reader,
    refusing,
    wallet,
)
from tests.refusals import refused, shown

NOWHERE = Address("0x" + "77" * 20)
SUPPLY = bytes.fromhex("18160ddd")


@pytest.fixture
def at(scene: Scene) -> dict[ChainId, Block]:
    return {CHAIN: scene.late}


async def test_reads_of_every_kind_are_answered_in_the_order_asked(scene: Scene, at: dict[ChainId, Block]) -> None:
    people = tuple(wallet(number) for number in (3, 30, 3, 7))
    reads: list[Read] = [
        View(chain=CHAIN, target=scene.token, data=SUPPLY),
        balances(scene.token, people),
        NativeBalances(chain=CHAIN, wallets=people),
        balances(scene.token, people, GET_VOTES),
        balances(scene.token, ()),
        View(chain=CHAIN, target=scene.token, data=bytes.fromhex("deadbeef")),
    ]
    assert await reader(Node(scene.evm)).read(reads, at) == [
        [28 * 10**18],
        [3 * 10**18, 0, 3 * 10**18, 7 * 10**18],
        [scene.evm.balance(who, scene.late.number) for who in people],
        [0, 0, 0, 0],
        [],
        [None],
    ]
    assert await reader(Node(scene.evm)).read([], {}) == []


async def test_strategies_are_scored_from_the_chain(scene: Scene, at: dict[ChainId, Block]) -> None:
    strategies = parse_strategies(
        f"""[{{"name": "erc20-balance-of", "network": "31337", "params": {{"address": "{scene.token}"}}}},
             {{"name": "eth-balance", "network": "31337"}}]"""
    )
    evaluation = evaluate(strategies, (wallet(5), wallet(30)))
    reads = next(evaluation)
    with pytest.raises(StopIteration) as done:
        evaluation.send(await reader(Node(scene.evm)).read(reads, at))
    five, nobody = done.value.value
    assert five.total == 5 * 10**18 + scene.evm.balance(wallet(5), scene.late.number)
    assert nobody.total == 0


async def test_a_block_that_the_chain_does_not_have_is_never_replaced_by_another(scene: Scene) -> None:
    fork = Block(chain=CHAIN, number=scene.late.number, hash="0x" + "ab" * 32, timestamp=scene.late.timestamp)
    with pytest.raises(ChainUnavailable) as caught:
        await reader(Node(scene.evm)).read([balances(scene.token, [wallet(1)])], {CHAIN: fork})
    assert caught.value.fault is ChainFault.LAGGING


async def test_a_reorganisation_during_a_read_spoils_it_where_blocks_are_named_by_number(
    scene: Scene, at: dict[ChainId, Block]
) -> None:
    node = Node(scene.evm)
    reorganised = False

    async def by_number(payload: Any, ask: Ask) -> Any:
        nonlocal reorganised
        if any(isinstance(one, dict) and "blockHash" in one for one in payload["params"]):
            return error(payload, -32602, "invalid argument 1")
        answer = await ask(payload)
        if payload["method"] == "eth_getBlockByNumber" and reorganised:
            answer["result"]["hash"] = "0x" + "ab" * 32
        reorganised = reorganised or is_mapped(payload)
        return answer

    node.spoil = by_number
    with pytest.raises(ChainUnavailable) as caught:
        await reader(node).read([balances(scene.token, [wallet(1)])], at)
    assert caught.value.fault is ChainFault.LAGGING
    assert any(map(is_mapped, node.seen))


async def test_no_contract_is_unavailable_and_never_zero(scene: Scene, at: dict[ChainId, Block]) -> None:
    for read in (balances(NOWHERE, [wallet(1)]), View(chain=CHAIN, target=NOWHERE, data=SUPPLY)):
        node = Node(scene.evm)
        with pytest.raises(ChainUnavailable) as caught:
            await reader(node).read([read, balances(scene.token, [wallet(1)])], at)
        assert caught.value.fault is ChainFault.BAD_ANSWER
        assert NOWHERE in caught.value.detail


async def test_an_endpoint_that_lost_a_contract_does_not_decide_that_it_is_gone(
    scene: Scene, at: dict[ChainId, Block]
) -> None:
    async def empty(payload: Any, ask: Ask) -> Any:
        lost = payload["method"] == "eth_getCode" or "0x0f28c97d" not in str(payload["params"])  # but it tells time
        if payload["method"] in {"eth_call", "eth_getCode"} and lost:
            return {"jsonrpc": "2.0", "id": payload["id"], "result": "0x"}
        return await ask(payload)

    both = reader(Node(scene.evm, each(empty)), Node(scene.evm))
    first = Confirmation.NOT_NEEDED
    assert await both.read([balances(scene.token, [wallet(2)])], at, confirm=first) == [[2 * 10**18]]
    assert (await both.token(CHAIN, scene.token, scene.late, confirm=first)).symbol == "MOOT"
    for confirm in (Confirmation.REQUIRED, Confirmation.WANTED):
        with pytest.raises(ChainUnavailable, match="endpoints disagree"):
            await both.token(CHAIN, scene.token, scene.late, confirm=confirm)
    three = reader(Node(scene.evm, each(empty)), Node(scene.evm), Node(scene.evm))
    assert await three.read([balances(scene.token, [wallet(2)])], at) == [[2 * 10**18]]
    assert (await three.token(CHAIN, scene.token, scene.late)).symbol == "MOOT"


async def test_balances_come_in_order_and_unknown_ones_are_none(scene: Scene, at: dict[ChainId, Block]) -> None:
    holdings = [
        Holding(chain=CHAIN, token=token, holder=holder)
        for token, holder in (
            (scene.token, wallet(4)),
            (NOWHERE, wallet(4)),
            (None, wallet(4)),
            (scene.hostile, wallet(2)),
            (scene.token, wallet(4)),
            (scene.token, wallet(33)),
            (wallet(40), wallet(4)),
            (scene.hostile, wallet(1)),
        )
    ]
    coin = scene.evm.balance(wallet(4), scene.late.number)
    amounts = await reader(Node(scene.evm)).balances(holdings, at)
    assert amounts == [4 * 10**18, None, coin, None, 4 * 10**18, 0, None, 10**18]
    assert await reader(Node(scene.evm), Node(scene.evm)).balances(holdings, at) == amounts
    assert await reader(Node(scene.evm)).balances([], {}) == []


async def test_balances_that_no_endpoint_can_read_are_unavailable(scene: Scene, at: dict[ChainId, Block]) -> None:
    holding = Holding(chain=CHAIN, token=scene.token, holder=wallet(1))
    with pytest.raises(ChainUnavailable):
        await reader(Node(scene.evm, failing(None))).balances([holding], at)


async def test_a_chain_that_is_not_configured_is_said_so(scene: Scene) -> None:
    chain = reader(Node(scene.evm))
    other = ChainId(1)
    block = Block(chain=other, number=1, hash="0x" + "00" * 32, timestamp=Timestamp(1))
    holding = Holding(chain=other, token=None, holder=wallet(1))
    for asked in (
        chain.finalized(other),
        chain.finalized_at(other, Timestamp(1)),
        chain.token(other, None, block),
        chain.read([NativeBalances(chain=other, wallets=(wallet(1),))], {other: block}),
        chain.balances([holding], {other: block}),
    ):
        with pytest.raises(ChainUnavailable) as caught:
            await asked
        assert caught.value.fault is ChainFault.NOT_CONFIGURED
    assert chain.chains() == {CHAIN: "Testnet"}


async def test_a_token_says_its_symbol_and_decimals(scene: Scene) -> None:
    chain = reader(Node(scene.evm), symbol="tETH")
    token = await chain.token(CHAIN, scene.token, scene.late)
    assert (token.address, token.symbol, token.decimals) == (scene.token, "MOOT", 18)
    coin = await chain.token(CHAIN, None, scene.late)
    assert (coin.address, coin.symbol, coin.decimals) == (None, "tETH", 18)


@pytest.mark.parametrize("about", ["nowhere", "person", "contract"])
async def test_what_is_no_token_is_refused_with_the_remedy(scene: Scene, about: str) -> None:
    address = {"nowhere": NOWHERE, "person": wallet(1), "contract": scene.treasury}[about]
    with pytest.raises(InvalidInput) as caught:
        await reader(Node(scene.evm)).token(CHAIN, address, scene.late)
    assert caught.value.field == "token"
    assert shown(caught.value).endswith(".")


@pytest.mark.parametrize("says", [True, False])
async def test_a_collection_that_says_it_is_one_has_whole_tokens(scene: Scene, says: bool) -> None:
    async def collection(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_call" and payload["params"][0].get("data", "").startswith("0x01ffc9a780ac58cd"):
            return {"jsonrpc": "2.0", "id": payload["id"], "result": f"0x{says:064x}"}
        return await ask(payload)

    asked = reader(Node(scene.evm, each(collection))).token(CHAIN, scene.badge, scene.late)
    if says:
        token = await asked
        assert (token.symbol, token.decimals) == ("MEMBER", 0)
    else:
        with refused("no decimals"):
            await asked


async def test_all_connections_are_closed(scene: Scene) -> None:
    nodes = Node(scene.evm), Node(scene.evm)
    await reader(*nodes).close()
    assert all(node.closed for node in nodes)


async def test_a_fault_during_a_read_ends_the_other_requests_of_it(scene: Scene, at: dict[ChainId, Block]) -> None:
    node = Node(scene.evm, refusing(-32000, "missing trie node"))
    with pytest.raises(ChainUnavailable):
        await reader(node).read([balances(scene.token, [wallet(1)])] * 5, at)
    before = len(node.seen)
    await asyncio.sleep(0.01)
    assert len(node.seen) == before
