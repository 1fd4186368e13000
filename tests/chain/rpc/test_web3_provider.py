from __future__ import annotations

from typing import Any

import pytest
from eth_typing import HexStr
from web3.exceptions import ContractLogicError
from web3.types import TxParams

from bot.chain.rpc.network import MULTICALL3
from bot.demo.chain.embedded_evm import Evm
from bot.domain.power.chain_reads import Answers
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.ports import ChainReader
from tests.chain.nodes import (
    CHAIN,
    Ask,
    Node,
    Patience,
    Scene,
    Spoil,
    balances,
    each,
    error,
    failing,
    is_mapped,
    reader,
    refusing,
    wallet,
)

TEN = tuple(wallet(number) for number in range(1, 11))


async def power(chain: ChainReader, scene: Scene, confirm: Confirmation = Confirmation.NOT_NEEDED) -> Answers:
    return (await chain.read([balances(scene.token, TEN)], {CHAIN: scene.late}, confirm=confirm))[0]


async def confirmed(chain: ChainReader, scene: Scene) -> Any:
    return await power(chain, scene, Confirmation.REQUIRED)


TRUTH = [number * 10**18 for number in range(1, 8)] + [0] * 3


@pytest.mark.parametrize(
    "spoil",
    [
        failing(None),
        failing(429),
        failing(403),
        failing(502, "<html>"),
        failing(200, "<html>Welcome</html>"),
        refusing(-32000, "missing trie node"),
        refusing(-32000, "header not found"),
        refusing(-32005, "rate limited", method="eth_chainId"),
    ],
)
async def test_when_one_endpoint_cannot_serve_the_next_does(scene: Scene, spoil: Spoil) -> None:
    good = Node(scene.evm)
    assert await power(reader(Node(scene.evm, spoil), good), scene) == TRUTH
    assert good.seen


async def test_the_first_endpoint_is_asked_alone_while_it_serves(scene: Scene) -> None:
    first, second = Node(scene.evm), Node(scene.evm)
    assert await power(reader(first, second), scene) == TRUTH
    assert first.seen
    assert not second.seen


async def test_an_endpoint_that_is_down_is_not_asked_first_again_for_a_while(scene: Scene) -> None:
    down, good = Node(scene.evm, failing(None)), Node(scene.evm)
    chain = reader(down, good)
    assert await power(chain, scene) == TRUTH
    tried = len(down.seen)
    for _ in range(3):
        assert await power(chain, scene) == TRUTH
    assert len(down.seen) == tried > 0


async def test_a_hiccup_is_tried_again(scene: Scene) -> None:
    sleep = Patience()
    node = Node(scene.evm, failing(None, times=1))
    assert await power(reader(node, sleep=sleep), scene) == TRUTH
    assert len(sleep.waits) == 1


async def test_when_all_endpoints_ask_for_fewer_requests_they_are_waited_for(scene: Scene) -> None:
    sleep = Patience()
    nodes = [Node(scene.evm, failing(429, times=10)) for _ in range(2)]
    assert await power(reader(*nodes, sleep=sleep), scene) == TRUTH
    assert len(sleep.waits) > 1  # one between the rounds, others at the first endpoint
    assert len(nodes[1].seen) < len(nodes[0].seen)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (failing(None), ChainFault.UNREACHABLE),
        (failing(503), ChainFault.UNREACHABLE),
        (failing(429), ChainFault.RATE_LIMITED),
        (failing(401), ChainFault.UNAUTHORIZED),
        (failing(200, "<html>"), ChainFault.BAD_ANSWER),
        (refusing(-32000, "missing trie node"), ChainFault.NEEDS_ARCHIVE),
        (refusing(-32000, "missing trie node", method="eth_getBalance"), ChainFault.NEEDS_ARCHIVE),
        (refusing(-32000, "header not found"), ChainFault.LAGGING),
        (refusing(-32003, "response too large"), ChainFault.TOO_LARGE),
        (refusing(-32602, "invalid argument"), ChainFault.BAD_ANSWER),
    ],
)
async def test_what_nobody_can_serve_is_said_in_its_kind_and_without_the_address(
    scene: Scene, spoil: Spoil, fault: ChainFault
) -> None:
    for nodes in (1, 2):
        with pytest.raises(ChainUnavailable) as caught:
            await power(reader(*(Node(scene.evm, spoil) for _ in range(nodes))), scene)
        assert (caught.value.chain, caught.value.fault) == (CHAIN, fault)
        assert "secret-key" not in f"{caught.value} {caught.value!r} {caught.value.detail}"
        assert caught.value.detail


async def test_an_endpoint_of_another_chain_is_never_believed_and_not_asked_again(scene: Scene) -> None:
    stranger = Node(Evm(chain_id=5))
    with pytest.raises(ChainUnavailable) as caught:
        await power(reader(stranger), scene)
    assert caught.value.fault is ChainFault.WRONG_CHAIN
    chain = reader(stranger, Node(scene.evm))
    assert await power(chain, scene) == TRUTH
    tried = len(stranger.seen)
    assert await power(chain, scene) == TRUTH
    assert len(stranger.seen) == tried


def lying(by: int) -> Spoil:
    """A node that answers our program with other numbers, in the right form, and tells time as it is."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        answer = await ask(payload)
        timeless = payload["method"] == "eth_call" and payload["params"][0].get("to") not in (None, MULTICALL3)
        if timeless and len(answer.get("result", "")) > (200 if is_mapped(payload) else 60):
            result, step = answer["result"], 66 if is_mapped(payload) else 0
            at = 2 + 64 + 66 - 1 if step else len(result) - 1
            answer["result"] = result[:at] + f"{(int(result[at], 16) + by) % 16:x}" + result[at + 1 :]
        return answer

    return each(spoil)


async def test_two_endpoints_must_agree_before_a_result_is_final(scene: Scene) -> None:
    honest, liar = Node(scene.evm), Node(scene.evm, lying(1))
    assert await confirmed(reader(honest, Node(scene.evm)), scene) == TRUTH
    with pytest.raises(ChainUnavailable) as caught:
        await confirmed(reader(honest, liar), scene)
    assert caught.value.fault is ChainFault.DISAGREEMENT
    assert "secret" not in str(caught.value)
    # without confirmation the first is believed
    assert await power(reader(honest, liar), scene) == TRUTH


async def test_both_are_asked_when_it_is_to_be_confirmed_and_one_alone_suffices_where_there_is_one(
    scene: Scene,
) -> None:
    first, second = Node(scene.evm), Node(scene.evm)
    await confirmed(reader(first, second), scene)
    assert any(map(is_mapped, first.seen))
    assert any(map(is_mapped, second.seen))
    assert await confirmed(reader(first), scene) == TRUTH


async def test_a_result_waits_while_the_second_endpoint_is_down_unless_a_third_serves(scene: Scene) -> None:
    down = Node(scene.evm, failing(None))
    with pytest.raises(ChainUnavailable) as caught:
        await confirmed(reader(Node(scene.evm), down), scene)
    assert caught.value.fault is ChainFault.UNREACHABLE
    assert await confirmed(reader(Node(scene.evm), down, Node(scene.evm)), scene) == TRUTH


async def test_endpoints_agree_although_they_take_different_read_methods(scene: Scene) -> None:
    one, other = Node(scene.evm), Node(scene.evm, state_override=False)
    wallets = tuple(wallet(number) for number in (1, 2, 4, 5, 7))
    read = [balances(scene.hostile, wallets)]
    (answers,) = await reader(one, other).read(read, {CHAIN: scene.late})
    assert answers == [10**18, None, None, None, 0]


async def test_unknown_with_one_and_a_number_with_the_other_is_no_agreement(scene: Scene) -> None:
    young = Node(scene.evm)

    async def reverting(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_call" and payload["params"][0].get("data") != "0x0f28c97d":  # but it tells time
            return error(payload, 3, "execution reverted")
        return await ask(payload)

    with pytest.raises(ChainUnavailable) as caught:
        await confirmed(reader(young, Node(scene.evm, each(reverting))), scene)
    assert caught.value.fault is ChainFault.DISAGREEMENT


async def test_web3_goes_through_the_same_endpoints(scene: Scene) -> None:
    down, good = Node(scene.evm, failing(None)), Node(scene.evm)
    web3 = reader(down, good).web3(CHAIN)
    assert await web3.eth.chain_id == CHAIN
    assert (await web3.eth.get_block(scene.late.number))["hash"].to_0x_hex() == scene.late.hash
    abi = [
        {
            "type": "function",
            "name": "balanceOf",
            "inputs": [{"name": "of", "type": "address"}],
            "outputs": [{"name": "", "type": "uint256"}],
            "stateMutability": "view",
        }
    ]
    token = web3.eth.contract(address=web3.to_checksum_address(scene.token), abi=abi)
    holder = web3.to_checksum_address(wallet(7))
    assert await token.functions.balanceOf(holder).call(block_identifier=scene.late.number) == 7 * 10**18
    async with web3.batch_requests() as batch:
        batch.add(web3.eth.get_balance(holder))
        batch.add(web3.eth.get_block(scene.late.number))
        answers: list[Any] = await batch.async_execute()
        balance, block = answers
    assert (balance, block["number"]) == (scene.evm.balance(wallet(7)), scene.late.number)
    assert await web3.is_connected()
    assert len(down.seen) <= 2  # which chain it is of, and the first call


async def test_web3_hears_of_reverts_from_the_node_and_of_faults_from_us(scene: Scene) -> None:
    web3 = reader(Node(scene.evm)).web3(CHAIN)
    call: TxParams = {
        "to": web3.to_checksum_address(scene.hostile),
        "data": HexStr("0x70a08231" + wallet(2)[2:].rjust(64, "0")),
    }
    with pytest.raises(ContractLogicError, match="not today"):
        await web3.eth.call(call)
    gone = reader(Node(scene.evm, failing(None))).web3(CHAIN)
    with pytest.raises(ChainUnavailable):
        await gone.eth.get_block("latest")
    assert not await gone.is_connected()
