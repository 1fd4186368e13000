import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.genesis import ETHER, address_of
from bot.demo.chain.json_rpc import Rpc
from bot.demo.contracts import contract
from bot.demo.node import LARGEST_BODY, scene, serving, with_keys


@asynccontextmanager
async def process(*options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Any]]:
    """Run a node as a process; give it, and what it said first."""
    node = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.node", *options, stdout=asyncio.subprocess.PIPE
    )
    assert node.stdout is not None
    try:
        yield node, json.loads(await node.stdout.readline())
    finally:
        if node.returncode is None:
            node.kill()
        await node.wait()


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    async with aiohttp.ClientSession() as session:

        async def ask(method: str, *params: Any) -> Any:
            payload = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            async with session.post(url, json=payload) as response:
                answer = await response.json()
                return answer["result"] if "result" in answer else answer["error"]

        yield ask


async def test_a_node_process_serves_its_scene_and_stops_when_told() -> None:
    async with process("--scene", "3", "--unfinal", "1", "--chain", "99") as (node, said):
        built = said["scene"]
        assert list(built["holders"].values()) == [str(n * 1_000 * ETHER) for n in (1, 2, 3)]
        async with asking(said["url"]) as ask:
            assert await ask("eth_chainId") == hex(99) == hex(said["chain"])
            head = await ask("eth_getBlockByNumber", "latest", False)
            final = await ask("eth_getBlockByNumber", "finalized", False)
            assert int(head["number"], 16) == int(final["number"], 16) + 1
            token = contract("GovernanceToken")
            move = {"from": address_of(3), "to": built["token"]}
            move["data"] = "0x" + token.encode("transfer", address_of(30), ETHER).hex()
            receipt = await ask("eth_getTransactionReceipt", await ask("eth_sendTransaction", move))
            assert receipt["status"] == "0x1"
            question = {"to": built["token"], "data": "0x" + token.encode("balanceOf", address_of(3)).hex()}
            held = [int(await ask("eth_call", question, at), 16) for at in ({"blockHash": head["hash"]}, "latest")]
            assert held == [3_000 * ETHER, 2_999 * ETHER]
        node.send_signal(signal.SIGTERM)
        assert await node.wait() == 0


async def test_time_and_blocks_are_made_on_demand() -> None:
    evm = Evm()
    async with serving(with_keys(Rpc(evm))) as port, asking(f"http://127.0.0.1:{port}") as ask:
        later = evm.head.header.timestamp + 1_000
        assert await ask("evm_setNextBlockTimestamp", hex(later)) is None
        assert await ask("evm_mine") == "0x1"
        assert evm.head.header.timestamp == later
        assert await ask("evm_mine", 3) == "0x4"
        assert (await ask("evm_setNextBlockTimestamp", later))["code"] == -32602


async def test_a_node_signs_only_for_its_own_accounts() -> None:
    evm = Evm()
    async with serving(with_keys(Rpc(evm))) as port, asking(f"http://127.0.0.1:{port}") as ask:
        assert address_of(19) in await ask("eth_accounts")
        error = await ask("eth_sendTransaction", {"from": address_of(20), "to": address_of(1), "value": "0x1"})
        assert error["code"] == -32602
        assert evm.head.number == 0


async def test_batches_and_broken_json_over_a_socket() -> None:
    async with serving(Rpc(Evm())) as port, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}"
        batch: list[dict[str, Any]] = [
            {"jsonrpc": "2.0", "id": n, "method": "eth_blockNumber", "params": []} for n in (5, 4)
        ]
        async with session.post(url, json=batch) as response:
            assert [answer["id"] for answer in await response.json()] == [5, 4]
        async with session.post(url, data=b"{") as response:
            assert (await response.json())["error"]["code"] == -32700
        async with session.post(url, data=BytesIO(b" " * (LARGEST_BODY + 1))) as response:
            assert response.status == 413


def test_the_scene_is_as_described() -> None:
    evm = Evm()
    built = scene(evm, 21)
    assert evm.call(built["token"], "balanceOf", address_of(21)) == 21_000 * ETHER
    assert [evm.call(built["token"], "getVotes", address_of(n)) for n in (1, 19, 20)] == [
        1_000 * ETHER,
        19_000 * ETHER,
        0,
    ]
    assert evm.call(built["vesting"], "balanceOf", address_of(1)) == pytest.approx(100 * ETHER, rel=1e-5)
    assert [evm.call(built["badge"], "balanceOf", address_of(n)) for n in (3, 4)] == [1, 0]
